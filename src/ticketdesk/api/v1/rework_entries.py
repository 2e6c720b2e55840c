"""The rework ledger."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from ticketdesk.api.content_types import CSV, JSON, also, negotiated
from ticketdesk.api.csv_tables import csv_response
from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.api.ledger_days import AskedDays
from ticketdesk.api.pagination import Paging, render_page
from ticketdesk.api.rate_limits import limited
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.permissions import Permission
from ticketdesk.domain.rate_limits import Limited
from ticketdesk.schemas.rework_entries import ReworkEntryPage, ReworkEntryQuery
from ticketdesk.services import rework_entries

router = APIRouter(tags=["checks"], route_class=IdempotentRoute, dependencies=[Depends(limited(Limited.EXPORT))])
Reader = Annotated[Actor, Depends(permitted(Permission.REPORTS_READ))]
Media = Annotated[str, Depends(negotiated(JSON, CSV))]
Sort = Annotated[Literal["created_at", "-created_at"], Query(description="oldest first; `-` for newest first")]


@router.get("/rework", summary="List what had to be worked again", responses=also(CSV))
async def list_rework(
    query: Annotated[ReworkEntryQuery, Query()],
    days: AskedDays,
    paging: Paging,
    media: Media,
    uow: Uow,
    actor: Reader,
    request: Request,
    response: Response,
    sort: Sort = "created_at",  # noqa: ARG001 - read by the paging, declared here for the contract
) -> ReworkEntryPage:
    """One entry for each return and reopening. As CSV all entries that match in one table, oldest first."""
    if media == CSV:
        rows = await rework_entries.table(uow, actor, query, days)
        return csv_response(rework_entries.HEADER, rows, "rework.csv")  # type: ignore[return-value]  # a Response passes through
    return render_page(ReworkEntryPage, await rework_entries.page(uow, actor, query, days, paging), request, response)
