"""What to work next."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.etags import tag_document
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.permissions import Permission
from ticketdesk.schemas.ready_json import Resource
from ticketdesk.schemas.tickets import Ticket
from ticketdesk.services import next_tickets

router = APIRouter(prefix="/tickets/next", tags=["views"], route_class=IdempotentRoute)


@router.get(
    "",
    response_model=Ticket,
    summary="Read the ticket to work next",
    responses={204: {"description": "Nothing waits for you."}},
)
async def get_next_ticket(
    uow: Uow, actor: Annotated[Actor, Depends(permitted(Permission.TICKETS_READ))], response: Response
) -> Resource[Ticket] | Response:
    """The oldest by creation of what is assigned to you and waits for you, and of what waits for your check.

    A ticket that waits for the other side does not count: a support ticket waits for you while it is new, open or
    commented on, a corrective one when it was commented on or completed. 204 when there is none.
    """
    ticket = await next_tickets.find(uow, actor)
    if ticket is None:
        return Response(status_code=204)
    tag_document(response, ticket)
    return ticket
