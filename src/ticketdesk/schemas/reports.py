"""Reports on the wire: what they are narrowed by, and their figures with the unit in each name."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from ticketdesk.domain.reports import Grouping, Unit
from ticketdesk.domain.ticket_statuses import TicketKind
from ticketdesk.schemas.base import Input, Schema


class ReportQuery(Input):
    """What a report is narrowed by; a parameter given several times means any of its values."""

    category_id: list[UUID] = []
    violation_category_id: list[UUID] = []
    account_id: list[UUID] = []
    contact_id: list[UUID] = []
    user_id: list[UUID] = Field([], description="tickets that one of these works, has worked or checks")
    team_id: list[UUID] = Field([], description="as `user_id`, for the members of these teams")

    # Unknown parameters are refused for the whole route at once.
    model_config = {"extra": "ignore"}


class KindReportQuery(ReportQuery):
    """As every report, and by the kind of ticket."""

    kind: list[TicketKind] = []


class ViolationsQuery(ReportQuery):
    """Which violations, by what."""

    group_by: Literal[Grouping.CATEGORY, Grouping.PERSON, Grouping.ACCOUNT, Grouping.MONTH] = Grouping.CATEGORY


class ReworkQuery(KindReportQuery):
    """Which rework, by what."""

    group_by: Literal[Grouping.WORKER, Grouping.CHECKER, Grouping.CATEGORY, Grouping.CAUSE, Grouping.MONTH] = (
        Grouping.WORKER
    )


class EndOfDayQuery(KindReportQuery):
    """Which unchecked tickets, by what."""

    group_by: Literal[Grouping.DAY, Grouping.CHECKER, Grouping.CATEGORY, Grouping.MONTH] = Grouping.DAY


class TurnaroundQuery(KindReportQuery):
    """Which closed tickets, by what."""

    kind: list[TicketKind] = [TicketKind.SUPPORT]
    group_by: Literal[
        Grouping.CATEGORY, Grouping.PERSON, Grouping.WORKER, Grouping.TEAM, Grouping.ACCOUNT, Grouping.MONTH
    ] = Grouping.CATEGORY


class WorkloadQuery(KindReportQuery):
    """Whose work, by what."""

    group_by: Literal[Grouping.PERSON, Grouping.TEAM] = Grouping.PERSON


class RemindersQuery(ReportQuery):
    """Which reminders, by what."""

    group_by: Literal[Grouping.MONTH, Grouping.CATEGORY, Grouping.PERSON, Grouping.ACCOUNT] = Grouping.MONTH


class ReportGroup(Schema):
    """What a row is about."""

    key: str | None = Field(
        description="an id, a date, a month (`2026-03`) or a word; `null` for what belongs to no group"
    )
    name: str = Field(description="for people")


class ReportColumn(Schema):
    """A figure that every row and the totals have."""

    name: str
    label: str
    unit: Unit


class ReportPeriod(Schema):
    """Whole days of the desk's calendar, both included."""

    from_on: date
    to_on: date
    time_zone: str


class Report(Schema):
    """What every report has besides its figures."""

    title: str
    made_at: AwareDatetime
    period: ReportPeriod
    group_by: Grouping
    columns: list[ReportColumn]
    notes: list[str] = Field(description="how to read the figures")
    is_complete: bool = Field(description="false where groups with low figures were left out; `totals` count them")


class ViolationsFigures(Schema):
    """Corrective tickets that were created in the period, as they stand now."""

    ticket_count: int
    held_count: int
    open_count: int
    completed_count: int
    withdrawn_count: int
    rework_count: int = Field(description="how often they were asked for again")


class ViolationsRow(ViolationsFigures):
    """The violations of one group."""

    group: ReportGroup


class ViolationsReport(Report):
    """Violations by category, person, account or month."""

    rows: list[ViolationsRow]
    totals: ViolationsFigures


class ReworkFigures(Schema):
    """Work that had to be done again in the period, and what was completed in it."""

    rework_count: int
    ticket_count: int
    completed_count: int
    rework_percent: float | None = Field(description="`null` where nothing was completed")


class ReworkRow(ReworkFigures):
    """The rework of one group."""

    group: ReportGroup


class ReworkReport(Report):
    """Rework by worker, checker, category, cause or month."""

    rows: list[ReworkRow]
    totals: ReworkFigures


class EndOfDayFigures(Schema):
    """What was unchecked when business days of the period ended."""

    breach_count: int
    ticket_count: int
    unclosed_count: int
    longest_wait_hours: float | None


class EndOfDayRow(EndOfDayFigures):
    """What one group left unchecked."""

    group: ReportGroup


class EndOfDayReport(Report):
    """Tickets left unchecked, by day, checker, category or month."""

    rows: list[EndOfDayRow]
    totals: EndOfDayFigures


class TurnaroundFigures(Schema):
    """How long tickets took that were closed in the period; ``null`` where none of them has such a time."""

    ticket_count: int
    created_to_completed_median_hours: float | None
    created_to_completed_p90_hours: float | None
    completed_to_closed_median_hours: float | None
    completed_to_closed_p90_hours: float | None
    created_to_closed_median_hours: float | None
    created_to_closed_p90_hours: float | None
    first_response_median_hours: float | None
    first_response_p90_hours: float | None
    staff_median_hours: float | None = Field(description="how long it was the staff's turn")
    staff_p90_hours: float | None
    client_median_hours: float | None = Field(description="how long it was the client's turn")
    client_p90_hours: float | None
    round_trips_average: float | None = Field(description="how often the client's words were answered")


class TurnaroundRow(TurnaroundFigures):
    """The turnaround of one group."""

    group: ReportGroup


class TurnaroundReport(Report):
    """Turnaround by category, assignee, worker, team, account or month."""

    rows: list[TurnaroundRow]
    totals: TurnaroundFigures


class WorkloadFigures(Schema):
    """Tickets that are open now, and what came in and was closed in the period."""

    ticket_count: int
    new_count: int
    open_count: int
    pending_correction_count: int
    comment_added_count: int
    pending_verification_count: int
    aged_under_1_day_count: int
    aged_1_to_3_days_count: int
    aged_3_to_7_days_count: int
    aged_7_to_30_days_count: int
    aged_over_30_days_count: int
    taken_in_count: int = Field(description="created in the period, by whoever works them now")
    closed_count: int
    staff_count: int = Field(description="people whom tickets can be given to")
    available_count: int = Field(description="those of them who are not away now")
    capacity: int | None = Field(description="`null` where somebody takes any number of tickets")


class WorkloadRow(WorkloadFigures):
    """The work of one person or team."""

    group: ReportGroup


class WorkloadReport(Report):
    """Workload by person or team."""

    rows: list[WorkloadRow]
    totals: WorkloadFigures


class RemindersFigures(Schema):
    """Reminders sent in the period, and corrective tickets completed and closed in it by how many they took."""

    reminder_count: int
    message_count: int
    completed_count: int
    completed_after_0_count: int
    completed_after_1_count: int
    completed_after_2_count: int
    completed_after_more_count: int


class RemindersRow(RemindersFigures):
    """The reminders of one group."""

    group: ReportGroup


class RemindersReport(Report):
    """Reminders by month, violation category, person or account."""

    rows: list[RemindersRow]
    totals: RemindersFigures
