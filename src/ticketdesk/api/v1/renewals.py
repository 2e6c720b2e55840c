"""Bringing a sent task to the newest revision of a compilation."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.etags import IfMatch, tag_document
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.permissions import Permission
from ticketdesk.schemas.ready_json import Resource
from ticketdesk.schemas.tickets import Ticket
from ticketdesk.services import renewals

router = APIRouter(
    prefix="/tickets/{ticket_id}/compilations/{compilation_id}/renew", tags=["tickets"], route_class=IdempotentRoute
)


@router.post("", response_model=Ticket, summary="Ask what a compilation asks now")
async def renew_ticket_compilation(
    ticket_id: UUID,
    compilation_id: UUID,
    uow: Uow,
    actor: Annotated[Actor, Depends(permitted(Permission.TICKETS_WRITE))],
    expected: IfMatch,
    response: Response,
) -> Resource[Ticket]:
    """Questions that still read the same keep their answers, what changed is asked anew, what is gone is withdrawn.

    Those whose questionnaires changed are mailed, which counts as a sending. A task that asks the newest revision
    already stays as it is.
    """
    ticket = await renewals.renew_compilation(uow, actor, ticket_id, compilation_id, expected)
    tag_document(response, ticket)
    return ticket
