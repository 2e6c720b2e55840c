"""Posts and profiles that a monitor reported."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response, status

from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.api.pagination import Paging, render_page
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.permissions import Permission
from ticketdesk.schemas.monitored_items import (
    MonitoredItem,
    MonitoredItemPage,
    MonitoredItemQuery,
    MonitoredItemReport,
    Prefill,
)
from ticketdesk.services import monitored_items

router = APIRouter(prefix="/monitored-items", tags=["monitored-items"], route_class=IdempotentRoute)

CAN_READ = [Depends(permitted(Permission.ITEMS_READ))]
Writer = Annotated[Actor, Depends(permitted(Permission.ITEMS_WRITE))]


@router.put(
    "",
    summary="Report a monitored item",
    responses={status.HTTP_201_CREATED: {"model": MonitoredItem, "description": "Reported for the first time"}},
)
async def put_monitored_item(report: MonitoredItemReport, uow: Uow, actor: Writer, response: Response) -> MonitoredItem:
    """Create the item, or replace what was reported of it before; `source` and `external_id` identify it."""
    item, is_new = await monitored_items.put(uow, actor, report)
    if is_new:
        response.status_code = status.HTTP_201_CREATED
        response.headers["Location"] = f"/api/v1/monitored-items/{item.id}"
    return item


@router.get("", dependencies=CAN_READ, summary="List monitored items")
async def list_monitored_items(
    query: Annotated[MonitoredItemQuery, Query()], uow: Uow, paging: Paging, request: Request, response: Response
) -> MonitoredItemPage:
    """List monitored items in the order in which they were first reported."""
    return render_page(MonitoredItemPage, await monitored_items.search(uow, query, paging), request, response)


@router.get("/{item_id}", dependencies=CAN_READ, summary="Read a monitored item")
async def get_monitored_item(item_id: UUID, uow: Uow) -> MonitoredItem:
    """Return one monitored item as it was reported last."""
    return await monitored_items.get(uow, item_id)


@router.get("/{item_id}/prefill", dependencies=CAN_READ, summary="Prefill a ticket about a monitored item")
async def get_monitored_item_prefill(item_id: UUID, uow: Uow) -> Prefill:
    """Return what the form of a corrective ticket about the item shows; nothing is saved."""
    return await monitored_items.prefill(uow, item_id)
