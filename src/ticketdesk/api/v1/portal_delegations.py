"""Asking other recipients of a task to answer, as recipients do it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.permissions import Permission
from ticketdesk.schemas.delegations import DelegationBatch, DelegationCreate, PortalPeople
from ticketdesk.services import delegations

router = APIRouter(prefix="/portal/tickets", tags=["portal"], route_class=IdempotentRoute)
Recipient = Annotated[Actor, Depends(permitted(Permission.PORTAL))]


@router.get("/{ticket_id}/people", summary="List the others who were asked")
async def list_portal_people(ticket_id: UUID, uow: Uow, actor: Recipient) -> PortalPeople:
    """The other recipients of a task, by name: those to whom a question can be delegated."""
    return await delegations.people(uow, actor, ticket_id)


@router.post("/{ticket_id}/delegations", summary="Ask somebody else to answer", status_code=201)
async def create_portal_delegations(
    ticket_id: UUID, data: DelegationCreate, uow: Uow, actor: Recipient
) -> DelegationBatch:
    """They are told by mail, and nobody else can answer these questions until you take them back.

    Whoever sees a question through their part still reads it, and sees who was asked.
    """
    return await delegations.delegate(uow, actor, ticket_id, data)


@router.delete("/{ticket_id}/delegations/{delegation_id}", summary="Take a question back", status_code=204)
async def end_portal_delegation(ticket_id: UUID, delegation_id: UUID, uow: Uow, actor: Recipient) -> None:
    """Possible for whoever delegated it. What was answered meanwhile stays."""
    await delegations.end(uow, actor, ticket_id, delegation_id)
