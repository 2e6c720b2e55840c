"""The record of a ticket, and the report that proves it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.api.pagination import Paging, render_page
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.permissions import Permission
from ticketdesk.schemas.activities import ActivityPage
from ticketdesk.services import activities

router = APIRouter(prefix="/tickets/{ticket_id}", tags=["activity"], route_class=IdempotentRoute)
Reader = Annotated[Actor, Depends(permitted(Permission.TICKETS_READ))]


@router.get("/activity", summary="List what happened to a ticket")
async def list_activity(
    ticket_id: UUID, paging: Paging, uow: Uow, actor: Reader, request: Request, response: Response
) -> ActivityPage:
    """Oldest first; entries are never changed, and each hash covers the one before."""
    return render_page(ActivityPage, await activities.page(uow, actor, ticket_id, paging), request, response)
