"""Reaching out to a client about a ticket."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.etags import IfMatch, tag_document
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.permissions import Permission
from ticketdesk.schemas.outreach import OutreachInput
from ticketdesk.schemas.ready_json import Resource
from ticketdesk.schemas.tickets import Ticket
from ticketdesk.services import outreach, tickets

router = APIRouter(prefix="/tickets/{ticket_id}/outreach", tags=["tickets"], route_class=IdempotentRoute)


@router.post("", response_model=Ticket, summary="Record that the client was reached")
async def create_outreach(
    ticket_id: UUID,
    data: OutreachInput,
    uow: Uow,
    actor: Annotated[Actor, Depends(permitted(Permission.TICKETS_WRITE))],
    expected: IfMatch,
    response: Response,
) -> Resource[Ticket]:
    """An entry of the ticket's record; it requires no outreach any more. Nobody outside is written to."""
    await outreach.post(uow, actor, ticket_id, data, expected)
    ticket = await tickets.get(uow, actor, ticket_id)
    tag_document(response, ticket)
    return ticket
