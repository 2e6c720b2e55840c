"""Figures over tickets for those who lead the desk and those who audit it (spec: product.md section 9, reports)."""

from datetime import date

from ticketdesk.domain.calendars import local_date
from ticketdesk.domain.report_layouts import LAYOUTS
from ticketdesk.domain.reports import Grouping, Period, Report, ReportName, choose_period, complete_calendar
from ticketdesk.repositories.report_summaries import Summary
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.reports import (
    EndOfDayQuery,
    RemindersQuery,
    ReworkQuery,
    TurnaroundQuery,
    ViolationsQuery,
    WorkloadQuery,
)
from ticketdesk.services import settings

Days = tuple[date | None, date | None]


async def violations(uow: UnitOfWork, query: ViolationsQuery, days: Days) -> Report:
    """Count violations; as every report, raises ``InvalidInput`` for days that are no period."""
    period = await _period(uow, days)
    return _report(uow, ReportName.VIOLATIONS, query.group_by, period, await uow.reports.violations(query, period))


async def rework(uow: UnitOfWork, query: ReworkQuery, days: Days) -> Report:
    """Count what was worked again, beside what was completed."""
    period = await _period(uow, days)
    return _report(uow, ReportName.REWORK, query.group_by, period, await uow.reports.rework(query, period))


async def end_of_day(uow: UnitOfWork, query: EndOfDayQuery, days: Days) -> Report:
    """Count what was unchecked when business days ended."""
    period = await _period(uow, days)
    return _report(uow, ReportName.END_OF_DAY, query.group_by, period, await uow.reports.end_of_day(query, period))


async def turnaround(uow: UnitOfWork, query: TurnaroundQuery, days: Days) -> Report:
    """Measure the tickets that were closed."""
    period = await _period(uow, days)
    return _report(uow, ReportName.TURNAROUND, query.group_by, period, await uow.reports.turnaround(query, period))


async def workload(uow: UnitOfWork, query: WorkloadQuery, days: Days) -> Report:
    """Count what is open now by whom it waits for, beside what came in and was closed."""
    period = await _period(uow, days)
    found = await uow.reports.workload(query, period, uow.now())
    return _report(uow, ReportName.WORKLOAD, query.group_by, period, found)


async def reminders(uow: UnitOfWork, query: RemindersQuery, days: Days) -> Report:
    """Count reminders, and tickets by how many they took."""
    period = await _period(uow, days)
    return _report(uow, ReportName.REMINDERS, query.group_by, period, await uow.reports.reminders(query, period))


async def _period(uow: UnitOfWork, days: Days) -> Period:
    zone = (await settings.get_calendar(uow)).zone
    return choose_period(local_date(uow.now(), zone), zone, *days)


def _report(uow: UnitOfWork, name: ReportName, grouping: Grouping, period: Period, found: Summary) -> Report:
    layout = LAYOUTS[name]
    rows = found.rows
    if grouping.is_calendar:
        rows = complete_calendar(rows, grouping, period, layout.nothing)
    return Report(layout, uow.now(), period, grouping, rows, found.totals, found.is_complete)
