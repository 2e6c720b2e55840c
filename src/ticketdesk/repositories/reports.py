"""The figures of reports. Each is one statement, bounded by its period and by how many groups it returns."""

from datetime import datetime

from ticketdesk.domain.reports import Period
from ticketdesk.repositories import (
    end_of_day_reports,
    reminder_reports,
    rework_reports,
    turnaround_reports,
    violation_reports,
    workload_reports,
)
from ticketdesk.repositories.base import Repository
from ticketdesk.repositories.report_summaries import Question, Summary, read_summary, summary_statement
from ticketdesk.schemas.reports import (
    EndOfDayQuery,
    RemindersQuery,
    ReworkQuery,
    TurnaroundQuery,
    ViolationsQuery,
    WorkloadQuery,
)


class ReportRepository(Repository):
    """Counts every ticket that is not deleted: who may read reports sees all of them summed up."""

    async def violations(self, query: ViolationsQuery, period: Period) -> Summary:
        """Sum up corrective tickets that were created in the period."""
        return await self._summarise(violation_reports.question(query, period))

    async def rework(self, query: ReworkQuery, period: Period) -> Summary:
        """Sum up what was worked again in the period."""
        return await self._summarise(rework_reports.question(query, period))

    async def end_of_day(self, query: EndOfDayQuery, period: Period) -> Summary:
        """Sum up what was unchecked at the ends of the period's days."""
        return await self._summarise(end_of_day_reports.question(query, period))

    async def turnaround(self, query: TurnaroundQuery, period: Period) -> Summary:
        """Sum up how long the tickets took that were closed in the period."""
        return await self._summarise(turnaround_reports.question(query, period))

    async def workload(self, query: WorkloadQuery, period: Period, now: datetime) -> Summary:
        """Sum up what is open at ``now``, and what was created and closed in the period."""
        return await self._summarise(workload_reports.question(query, period, now))

    async def reminders(self, query: RemindersQuery, period: Period) -> Summary:
        """Sum up reminders sent and tickets completed in the period."""
        return await self._summarise(reminder_reports.question(query, period))

    async def _summarise(self, question: Question) -> Summary:
        return read_summary(await self._all(summary_statement(question)), question)
