"""What a report is: figures by group over a period, whatever it is shown as (spec: product.md section 9, reports)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from ticketdesk.domain.calendars import at_local_time
from ticketdesk.domain.errors import InvalidInput

MAX_DAYS = 366
DEFAULT_DAYS = 30
# Of more groups than this, a report has those with the highest figures; its totals are of all.
MAX_GROUPS = 1000
_DAY = timedelta(days=1)

Figure = int | float | None


class ReportName(StrEnum):
    """The reports there are."""

    VIOLATIONS = "violations"
    TURNAROUND = "turnaround"
    REWORK = "rework"
    END_OF_DAY = "end-of-day"
    WORKLOAD = "workload"
    REMINDERS = "reminders"


class Grouping(StrEnum):
    """What the rows of a report stand for; each report knows some of these."""

    CATEGORY = "category"
    PERSON = "person"
    ACCOUNT = "account"
    TEAM = "team"
    WORKER = "worker"
    CHECKER = "checker"
    CAUSE = "cause"
    MONTH = "month"
    DAY = "day"

    @property
    def is_calendar(self) -> bool:
        """Tell whether the groups follow each other in time, so that none may be missing between two."""
        return self in {Grouping.MONTH, Grouping.DAY}


class Unit(StrEnum):
    """What a column counts in."""

    COUNT = "count"
    AVERAGE = "average"
    HOURS = "hours"
    PERCENT = "percent"


class ChartForm(StrEnum):
    """How the chart shows several columns: beside each other, or on each other as parts, or steps, of a whole."""

    SIDE_BY_SIDE = "side_by_side"
    PARTS = "parts"
    STEPS = "steps"


@dataclass(frozen=True, slots=True)
class Column:
    """One figure of each row. ``name`` is its field and CSV header and says the unit, ``label`` is for people."""

    name: str
    label: str
    unit: Unit = Unit.COUNT


@dataclass(frozen=True, slots=True)
class Layout:
    """What all reports of a name have in common.

    The first column decides the order of groups that are not dates. ``charted`` names the columns that the chart
    shows. ``notes`` say how to read the figures, what matters most first. ``is_of_now``: the chart shows how it stood
    when the report was made, not what happened in the period.
    """

    name: ReportName
    title: str
    columns: tuple[Column, ...]
    charted: tuple[str, ...]
    form: ChartForm
    notes: tuple[str, ...]
    is_of_now: bool = False

    @property
    def series(self) -> tuple[Column, ...]:
        """The columns of the chart, which are all of one unit."""
        return tuple(column for column in self.columns if column.name in self.charted)

    @property
    def nothing(self) -> Mapping[str, Figure]:
        """The figures of a group in which nothing happened: no counts, and no values that come from counted things."""
        return {column.name: 0 if column.unit is Unit.COUNT else None for column in self.columns}


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days, both included, as the calendar of ``zone`` has them."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def start(self) -> datetime:
        """The moment (UTC) at which the first day begins."""
        return at_local_time(self.first, time(), self.zone)

    @property
    def end(self) -> datetime:
        """The moment (UTC) at which the last day is over, itself outside of the period."""
        return at_local_time(self.last + _DAY, time(), self.zone)

    def days(self) -> Iterator[date]:
        """Yield every day in order."""
        for number in range((self.last - self.first).days + 1):
            yield self.first + number * _DAY


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one group by the names of the columns.

    ``key`` is an id, a date (``2026-03-02``), a month (``2026-03``) or a word; ``None`` for what belongs to no group.
    """

    key: str | None
    name: str
    figures: Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class Report:
    """A report as it was made. ``is_complete`` is false where groups were left out; ``totals`` count them all."""

    layout: Layout
    made_at: datetime
    period: Period
    grouping: Grouping
    rows: tuple[Row, ...]
    totals: Mapping[str, Figure]
    is_complete: bool = True


def choose_period(today: date, zone: ZoneInfo, first: date | None = None, last: date | None = None) -> Period:
    """Return the days asked for: the 30 up to ``last``, which is yesterday (or ``first``, if that is later).

    Raises ``InvalidInput`` (``from``: ``period_reversed``, ``period_too_long``) for an end before the start and for
    more than 366 days.
    """
    last = last or max(today - _DAY, first or date.min)
    first = first or last - (DEFAULT_DAYS - 1) * _DAY
    if first > last:
        raise InvalidInput.at("from", "period_reversed", "The first day comes after the last one.")
    if (last - first).days >= MAX_DAYS:
        raise InvalidInput.at("from", "period_too_long", f"A report covers at most {MAX_DAYS} days.")
    return Period(first, last, zone)


def complete_calendar(
    rows: Sequence[Row], grouping: Grouping, period: Period, nothing: Mapping[str, Figure]
) -> tuple[Row, ...]:
    """Return the days or months of the period in order, with ``nothing`` as the figures of those without a row."""
    length = len("2026-03") if grouping is Grouping.MONTH else len("2026-03-02")
    keys = dict.fromkeys(day.isoformat()[:length] for day in period.days())
    found = {row.key: row for row in rows}
    return tuple(found.get(key) or Row(key, key, nothing) for key in keys)
