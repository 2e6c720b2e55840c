"""Reports: figures by group over a period, as JSON, as a table and as a chart."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from ticketdesk.api.content_types import CSV, JSON, SVG, also, negotiated
from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.api.rate_limits import limited
from ticketdesk.api.report_answers import answer
from ticketdesk.domain.permissions import Permission
from ticketdesk.domain.rate_limits import Limited
from ticketdesk.schemas.reports import (
    EndOfDayQuery,
    EndOfDayReport,
    RemindersQuery,
    RemindersReport,
    ReworkQuery,
    ReworkReport,
    TurnaroundQuery,
    TurnaroundReport,
    ViolationsQuery,
    ViolationsReport,
    WorkloadQuery,
    WorkloadReport,
)
from ticketdesk.schemas.values import CalendarDate
from ticketdesk.services import reports
from ticketdesk.services.reports import Days

TYPES = (JSON, CSV, SVG)
router = APIRouter(
    prefix="/reports",
    tags=["reports"],
    route_class=IdempotentRoute,
    dependencies=[Depends(limited(Limited.EXPORT)), Depends(permitted(Permission.REPORTS_READ))],
    responses=also(CSV, SVG),
)


def days(
    first: Annotated[
        CalendarDate | None,
        Query(alias="from", description="the first day, by the desk's calendar; 29 days before `to` unless given"),
    ] = None,
    last: Annotated[
        CalendarDate | None, Query(alias="to", description="the last day, included; yesterday unless given")
    ] = None,
) -> Days:
    """Return the days that were asked for."""
    return first, last


Asked = Annotated[Days, Depends(days)]
Media = Annotated[str, Depends(negotiated(*TYPES))]


@router.get("/violations", summary="Report violations by category, person, account or month")
async def get_violations_report(
    query: Annotated[ViolationsQuery, Query()], asked: Asked, media: Media, uow: Uow
) -> ViolationsReport:
    """Corrective tickets that were created in the period, as they stand now."""
    return answer(await reports.violations(uow, query, asked), ViolationsReport, media)


@router.get("/rework", summary="Report what was worked again")
async def get_rework_report(
    query: Annotated[ReworkQuery, Query()], asked: Asked, media: Media, uow: Uow
) -> ReworkReport:
    """Work that was returned, reopened or come back to in the period, beside what was completed in it."""
    return answer(await reports.rework(uow, query, asked), ReworkReport, media)


@router.get("/end-of-day", summary="Report what was unchecked when business days ended")
async def get_end_of_day_report(
    query: Annotated[EndOfDayQuery, Query()], asked: Asked, media: Media, uow: Uow
) -> EndOfDayReport:
    """One for each ticket and each day at whose cut-off it was completed and not checked."""
    return answer(await reports.end_of_day(uow, query, asked), EndOfDayReport, media)


@router.get("/turnaround", summary="Report how long tickets took")
async def get_turnaround_report(
    query: Annotated[TurnaroundQuery, Query()], asked: Asked, media: Media, uow: Uow
) -> TurnaroundReport:
    """Tickets that were closed in the period: medians and 90th percentiles, and how long each side was waited for.

    It is the staff's turn from the client's words to the staff's next public words, the completion or the closing.
    """
    return answer(await reports.turnaround(uow, query, asked), TurnaroundReport, media)


@router.get("/workload", summary="Report who has how much open")
async def get_workload_report(
    query: Annotated[WorkloadQuery, Query()], asked: Asked, media: Media, uow: Uow
) -> WorkloadReport:
    """Open tickets as they are now; only what was created and closed is of the period."""
    return answer(await reports.workload(uow, query, asked), WorkloadReport, media)


@router.get("/reminders", summary="Report reminders and what they led to")
async def get_reminders_report(
    query: Annotated[RemindersQuery, Query()], asked: Asked, media: Media, uow: Uow
) -> RemindersReport:
    """Reminders sent in the period, and the tickets closed in it by how many reminders came before completion."""
    return answer(await reports.reminders(uow, query, asked), RemindersReport, media)
