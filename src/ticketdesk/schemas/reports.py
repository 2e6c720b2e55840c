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
