"""What was unchecked when business days ended."""

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
from ticketdesk.schemas.end_of_day_breaches import EndOfDayBreachPage, EndOfDayBreachQuery
from ticketdesk.services import end_of_day_breaches

router = APIRouter(tags=["checks"], route_class=IdempotentRoute, dependencies=[Depends(limited(Limited.EXPORT))])
Reader = Annotated[Actor, Depends(permitted(Permission.REPORTS_READ))]
Media = Annotated[str, Depends(negotiated(JSON, CSV))]
Sort = Annotated[Literal["recorded_at", "-recorded_at"], Query(description="oldest first; `-` for newest first")]


@router.get("/end-of-day-breaches", summary="List what was unchecked when days ended", responses=also(CSV))
async def list_end_of_day_breaches(
    query: Annotated[EndOfDayBreachQuery, Query()],
    days: AskedDays,
    paging: Paging,
    media: Media,
    uow: Uow,
    actor: Reader,
    request: Request,
    response: Response,
    sort: Sort = "recorded_at",  # noqa: ARG001 - read by the paging, declared here for the contract
) -> EndOfDayBreachPage:
    """One entry for each day and ticket. As CSV all entries that match in one table, oldest first."""
    if media == CSV:
        rows = await end_of_day_breaches.table(uow, actor, query, days)
        return csv_response(end_of_day_breaches.HEADER, rows, "end-of-day-breaches.csv")  # type: ignore[return-value]  # a Response passes through
    found = await end_of_day_breaches.page(uow, actor, query, days, paging)
    return render_page(EndOfDayBreachPage, found, request, response)
