"""Questions that recipients of a task gave to one another, as staff undo it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.permissions import Permission
from ticketdesk.services import delegations

router = APIRouter(prefix="/tickets", tags=["tickets"], route_class=IdempotentRoute)
Writer = Annotated[Actor, Depends(permitted(Permission.TICKETS_WRITE))]


@router.delete(
    "/{ticket_id}/delegations/{delegation_id}",
    summary="Give a delegated question back to those who had it",
    status_code=204,
)
async def end_delegation(ticket_id: UUID, delegation_id: UUID, uow: Uow, actor: Writer) -> None:
    """For when whoever delegated it cannot. What was answered meanwhile stays."""
    await delegations.end(uow, actor, ticket_id, delegation_id)
