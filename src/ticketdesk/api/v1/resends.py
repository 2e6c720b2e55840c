"""Sending a task again."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.etags import IfMatch, tag_document
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.permissions import Permission
from ticketdesk.schemas.ready_json import Resource
from ticketdesk.schemas.resends import TicketResend
from ticketdesk.schemas.tickets import Ticket
from ticketdesk.services import resends

router = APIRouter(prefix="/tickets/{ticket_id}/resend", tags=["tickets"], route_class=IdempotentRoute)


@router.post("", response_model=Ticket, summary="Send a task again")
async def resend_ticket(
    ticket_id: UUID,
    data: TicketResend,
    uow: Uow,
    actor: Annotated[Actor, Depends(permitted(Permission.TICKETS_WRITE))],
    expected: IfMatch,
    response: Response,
) -> Resource[Ticket]:
    """To all its recipients, or to some of them; `sendings` counts it. Possible while the task is open."""
    ticket = await resends.resend(uow, actor, ticket_id, data, expected)
    tag_document(response, ticket)
    return ticket
