"""The record of a ticket, and the report that proves it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Request, Response

from ticketdesk.api.csv_tables import csv_response, wants_csv
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
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
async def get_ticket_report(
    ticket_id: UUID, uow: Uow, actor: Reader, accept: Annotated[str | None, Header()] = None
) -> TicketReport:
    """Record, comments and messages with their delivery; with `Accept: text/csv` one row per entry of the record."""
    report = await ticket_reports.build(uow, actor, ticket_id)
    if wants_csv(accept):
        rows = ticket_reports.table(report)
        return csv_response(ticket_reports.HEADER, rows, f"ticket-{report.ticket.number}.csv")  # type: ignore[return-value]  # a Response passes through
    return report
