"""Closing many tickets at once."""

from typing import Annotated

from fastapi import APIRouter, Depends

from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.permissions import Permission
from ticketdesk.schemas.bulk import BulkResult
from ticketdesk.schemas.bulk_closes import BulkClose
from ticketdesk.services import bulk_closes

router = APIRouter(prefix="/tickets/close", tags=["tickets"], route_class=IdempotentRoute)


@router.post("", summary="Close many tickets")
async def close_tickets(
    data: BulkClose, uow: Uow, actor: Annotated[Actor, Depends(permitted(Permission.TICKETS_WRITE))]
) -> BulkResult:
    """Each is closed, and its contact written to, as by itself; what one is refused stops no other."""
    return await bulk_closes.close(uow, actor, data)
