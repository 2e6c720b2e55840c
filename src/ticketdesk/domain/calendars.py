"""Business days, and local times of day as moments: daylight-saving changes included."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MONDAY_TO_FRIDAY = frozenset(range(5))
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """Which days are worked: ``weekdays`` as in ``date.weekday`` (Monday is 0), but not on ``holidays``.

    ``ValueError`` for a calendar without any weekday.
    """

    weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if not self.weekdays & frozenset(range(7)):
            raise ValueError("A calendar needs at least one weekday.")

    def is_business_day(self, day: date) -> bool:
        """Tell whether ``day`` is worked."""
        return day.weekday() in self.weekdays and day not in self.holidays

    def on_or_after(self, day: date) -> date:
        """Return ``day`` if it is a business day, else the first one after it."""
        while not self.is_business_day(day):
            day += _DAY
        return day

    def on_or_before(self, day: date) -> date:
        """Return ``day`` if it is a business day, else the last one before it."""
        while not self.is_business_day(day):
            day -= _DAY
        return day

    def next_business_day(self, day: date) -> date:
        """Return the first business day after ``day``, which itself does not count."""
        return self.on_or_after(day + _DAY)


EVERY_DAY = BusinessCalendar(frozenset(range(7)))


def local_date(moment: datetime, zone: ZoneInfo) -> date:
    """Return the date that a calendar in ``zone`` shows at ``moment`` (aware)."""
    return moment.astimezone(zone).date()


def at_local_time(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the moment (UTC) at which clocks in ``zone`` show ``at`` on ``day``: exactly one for every day.

    Of a time that clocks show twice it is the first; for one that they skip, the moment at which they skip it, which
    is the first existing time after it.
    """
    wall = datetime.combine(day, at.replace(tzinfo=None, fold=0))
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wall:
        return moment
    # In a gap the two readings of a wall time lie on either side of the change (PEP 495).
    return _change_between(wall.replace(tzinfo=zone, fold=1).astimezone(UTC), moment, zone)


def end_of_business_day(now: datetime, at: time, zone: ZoneInfo, calendar: BusinessCalendar) -> datetime:
    """Return the next moment (UTC), strictly after ``now``, at which a business day in ``zone`` ends at ``at``."""
    day = calendar.on_or_after(local_date(now, zone))
    while (moment := at_local_time(day, at, zone)) <= now:
        day = calendar.next_business_day(day)
    return moment


def _change_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the first whole second at which the zone's offset is no longer that of ``before``."""
    low, high = before.replace(microsecond=0), after
    offset = low.astimezone(zone).utcoffset()
    while high - low > _SECOND:
        middle = low + (high - low) // (2 * _SECOND) * _SECOND
        if middle.astimezone(zone).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return (low + _SECOND).replace(microsecond=0)
