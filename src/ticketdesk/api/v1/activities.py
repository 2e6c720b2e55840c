"""The record of a ticket, and the report that proves it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from ticketdesk.api.content_types import CSV, JSON, also, negotiated
from ticketdesk.api.csv_tables import csv_response
from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.api.pagination import Paging, render_page
from ticketdesk.api.rate_limits import limited
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.permissions import Permission
from ticketdesk.domain.rate_limits import Limited
from ticketdesk.schemas.activities import ActivityPage
from ticketdesk.schemas.ticket_reports import TicketReport
from ticketdesk.services import activities, ticket_reports

router = APIRouter(prefix="/tickets/{ticket_id}", tags=["activity"], route_class=IdempotentRoute)
Reader = Annotated[Actor, Depends(permitted(Permission.TICKETS_READ))]


@router.get("/activity", summary="List what happened to a ticket")
async def list_activity(
    ticket_id: UUID, paging: Paging, uow: Uow, actor: Reader, request: Request, response: Response
) -> ActivityPage:
    """Oldest first; entries are never changed, and each hash covers the one before."""
    return render_page(ActivityPage, await activities.page(uow, actor, ticket_id, paging), request, response)


@router.get(
    "/report",
    dependencies=[Depends(limited(Limited.EXPORT))],
    summary="Export everything that happened to a ticket",
    responses=also(CSV),
)
async def get_ticket_report(
    ticket_id: UUID, uow: Uow, actor: Reader, media: Annotated[str, Depends(negotiated(JSON, CSV))]
) -> TicketReport:
    """Record, comments and messages with their delivery; with `Accept: text/csv` one row per entry of the record."""
    report = await ticket_reports.build(uow, actor, ticket_id)
    if media == CSV:
        rows = ticket_reports.table(report)
        return csv_response(ticket_reports.HEADER, rows, f"ticket-{report.ticket.number}.csv")  # type: ignore[return-value]  # a Response passes through
    return report
