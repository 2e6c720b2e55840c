"""Who is there to work tickets, and when (spec: product.md section 5, assignment modes)."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from ticketdesk.domain.calendars import BusinessCalendar, at_local_time, local_date
from ticketdesk.domain.settings import Weekday

# As the end of a stretch: the midnight with which its day ends.
MIDNIGHT = time(0)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a day by the clock on the wall, from ``start`` up to ``end``; ``ValueError`` if it runs backwards."""

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.end != MIDNIGHT and self.start >= self.end:
            raise ValueError("A stretch ends after its start.")

    def holds(self, at: datetime, day: date, zone: ZoneInfo) -> bool:
        """Tell whether ``at`` (aware) lies in this stretch of ``day`` in ``zone``.

        On a day on which clocks change, the stretch is as long as its two times are apart in truth.
        """
        last_day = day + _DAY if self.end == MIDNIGHT else day
        return at_local_time(day, self.start, zone) <= at < at_local_time(last_day, self.end, zone)


def overlap(stretches: Sequence[Stretch]) -> bool:
    """Tell whether two stretches of one day have a moment in common."""
    in_order = sorted(stretches, key=lambda each: each.start)
    return any(first.end == MIDNIGHT or first.end > second.start for first, second in pairwise(in_order))


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """When somebody works, by the clocks of their own zone: a weekday that is not named is free, and so are holidays.

    ``ValueError`` for stretches of a day that overlap.
    """

    zone: ZoneInfo
    hours: Mapping[Weekday, Sequence[Stretch]]
    holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if any(overlap(stretches) for stretches in self.hours.values()):
            raise ValueError("Stretches of a day do not overlap.")

    def hold(self, at: datetime) -> bool:
        """Tell whether ``at`` (aware) is in these hours."""
        day = local_date(at, self.zone)
        stretches = () if day in self.holidays else self.hours.get(list(Weekday)[day.weekday()], ())
        return any(stretch.holds(at, day, self.zone) for stretch in stretches)


@dataclass(frozen=True, slots=True)
class Availability:
    """What somebody says of themself: away, perhaps until a time (aware), and their hours (``None``: the desk's)."""

    is_away: bool = False
    away_until: datetime | None = None
    working_hours: WorkingHours | None = None


def is_present(availability: Availability, at: datetime) -> bool:
    """Tell whether somebody is not away at ``at`` (aware); at ``away_until`` they are back."""
    until = availability.away_until
    return not availability.is_away or (until is not None and until <= at)


def is_working(availability: Availability, at: datetime, calendar: BusinessCalendar, zone: ZoneInfo) -> bool:
    """Tell whether ``at`` (aware) is in somebody's working hours, whether or not they are away.

    Without hours of their own they go by the desk: all of each business day of ``calendar`` in ``zone``.
    """
    if availability.working_hours is None:
        return calendar.is_business_day(local_date(at, zone))
    return availability.working_hours.hold(at)


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether tickets may be given to somebody at a moment, and how many they have at most (``None``: any number)."""

    may_work: bool
    capacity: int | None


def is_freed(before: Readiness, after: Readiness) -> bool:
    """Tell whether a change may let somebody have a ticket that they could not have before."""
    return after.may_work and (not before.may_work or _room(after) > _room(before))


def _room(readiness: Readiness) -> float:
    return math.inf if readiness.capacity is None else readiness.capacity
