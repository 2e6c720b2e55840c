"""When checkers are warned, and when what is still unchecked is put on record (spec: product.md section 5, guard)."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from ticketdesk.domain.calendars import BusinessCalendar, at_local_time, local_date

# How long after a cut-off that nobody was there for its record is still made: over the longest run of days off.
MADE_UP_WITHIN = timedelta(days=7)
_DAY = timedelta(days=1)


class Watch(StrEnum):
    """The two moments of a business day that the guard looks after."""

    WARNING = "warning"
    CUT_OFF = "cut_off"


@dataclass(frozen=True, slots=True)
class GuardPolicy:
    """What the settings say: the local time of the cut-off on business days, and how long before it to warn.

    ``warning`` of nothing means that nobody is warned.
    """

    at: time = time(17)
    warning: timedelta = timedelta(hours=1)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("America/Chicago"))
    calendar: BusinessCalendar = field(default_factory=BusinessCalendar)

    def cut_off(self, day: date) -> datetime:
        """Return the moment (UTC) at which clocks show the cut-off on ``day``, whatever clocks do on that day."""
        return at_local_time(day, self.at, self.zone)


@dataclass(frozen=True, slots=True)
class Slot:
    """A warning or a cut-off of a business day that is due. ``cut_off`` is when that day's is, in UTC."""

    watch: Watch
    day: date
    cut_off: datetime


def due(policy: GuardPolicy, now: datetime) -> list[Slot]:
    """Return what is due at ``now`` (aware): the newest cut-off that has passed, and a warning of the next one.

    Each stays due until it is no longer of use, so that a process that was down finds what it missed. A cut-off is
    made up for within ``MADE_UP_WITHIN``, and only the newest one: what was unchecked at those before is not known any
    more. A warning is never given after its cut-off. The caller sees to it that each is acted upon once.
    """
    today = local_date(now, policy.zone)
    return [*_passed(policy, today, now), *_ahead(policy, today, now)]


def _passed(policy: GuardPolicy, today: date, now: datetime) -> list[Slot]:
    for back in range(MADE_UP_WITHIN.days + 1):
        day = today - back * _DAY
        if policy.calendar.is_business_day(day) and (cut_off := policy.cut_off(day)) <= now:
            return [Slot(Watch.CUT_OFF, day, cut_off)] if now - cut_off <= MADE_UP_WITHIN else []
    return []


def _ahead(policy: GuardPolicy, today: date, now: datetime) -> list[Slot]:
    # A cut-off soon after midnight is warned of on the day before.
    for day in (today, today + _DAY):
        if policy.calendar.is_business_day(day) and (cut_off := policy.cut_off(day)) > now:
            # Counted back in real minutes: on a night with a change the wall clock may not have that hour.
            return [Slot(Watch.WARNING, day, cut_off)] if cut_off - policy.warning <= now else []
    return []
