"""When the addressees of a task are reminded of the day until which it is asked for (spec: product.md section 6).

The due date and the settings give a list of days, some before it and some after; no count has to be kept. Whole days
are counted, in the policy's zone; the time of day is the policy's, so that one mail per address can carry all tasks of
a day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ticketdesk.domain.calendars import EVERY_DAY, MONDAY_TO_FRIDAY, BusinessCalendar, at_local_time, local_date
from ticketdesk.domain.reminders import NOTHING_OF_ITS_OWN, NoReminder, NotPlanned, Planned, ReminderOverride
from ticketdesk.domain.ticket_statuses import Status, TicketKind, is_waiting_for_recipient

MAX_DAYS_BEFORE = 60
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DueDatePolicy:
    """The desk's setting: ``days_before`` the due date (0 is the day itself), then every ``overdue_every_days`` days.

    After the due date at most ``overdue_max_count`` times; at ``at`` in ``zone``. On business days only, if so wished:
    a reminder that is not to be late moves to the business day before, one after the due date to the next.
    ``ValueError`` for a negative number of days before, an interval under one day, and a calendar without weekdays.
    """

    is_enabled: bool
    days_before: frozenset[int]
    overdue_every_days: int
    overdue_max_count: int
    business_days_only: bool
    at: time
    zone: ZoneInfo
    holidays: frozenset[date] = frozenset()
    weekdays: frozenset[int] = MONDAY_TO_FRIDAY

    def __post_init__(self) -> None:
        if min(self.days_before, default=0) < 0:
            raise ValueError("Days before the due date are counted from 0.")
        if self.overdue_every_days < 1:
            raise ValueError("Reminders are at least one day apart.")
        BusinessCalendar(self.weekdays)

    @property
    def calendar(self) -> BusinessCalendar:
        """The days on which reminders may go out."""
        return BusinessCalendar(self.weekdays, self.holidays) if self.business_days_only else EVERY_DAY


@dataclass(frozen=True, slots=True)
class DueDateFacts:
    """What the rule asks about a task.

    ``asked_at`` is when it was last sent or opened again, ``reminded_at`` when a reminder last left, and
    ``planned_at`` what was planned until now: if that has gone by, it was missed.
    """

    status: Status
    due_on: date | None
    asked_at: datetime | None = None
    reminded_at: datetime | None = None
    planned_at: datetime | None = None
    is_archived: bool = False


def reminder_days(
    policy: DueDatePolicy, due_on: date, override: ReminderOverride = NOTHING_OF_ITS_OWN
) -> Iterator[date]:
    """Yield the days on which a task that is due on ``due_on`` asks again, in order, each once."""
    calendar, last = policy.calendar, date.min
    every = override.every_days or policy.overdue_every_days
    for days in sorted(policy.days_before, reverse=True):
        if (day := calendar.on_or_before(due_on - days * _DAY)) > last:
            yield (last := day)
    for count in range(1, policy.overdue_max_count + 1):
        if (day := calendar.on_or_after(due_on + count * every * _DAY)) > last:
            yield (last := day)


def plan_due_date(
    policy: DueDatePolicy,
    facts: DueDateFacts,
    now: datetime,
    override: ReminderOverride = NOTHING_OF_ITS_OWN,
) -> Planned | NotPlanned:
    """Return when the next reminder of a task goes out, or why none does.

    Never on a day on which the recipients were asked or reminded already. Days that went by before they were planned
    are not made up for (a due date that was moved closer, a setting that was changed); a reminder that was planned and
    missed because no worker ran goes once, on the first permitted day from today on.
    """
    reason = _obstacle(policy, facts, override)
    if reason is not None or facts.due_on is None:
        return NotPlanned(reason or NoReminder.NO_DUE_DATE)
    day = _next_day(policy, facts.due_on, facts, now, override)
    return Planned(at_local_time(day, policy.at, policy.zone)) if day else NotPlanned(NoReminder.LIMIT_REACHED)


def _next_day(
    policy: DueDatePolicy, due_on: date, facts: DueDateFacts, now: datetime, override: ReminderOverride
) -> date | None:
    today = local_date(now, policy.zone)
    asked = [local_date(at, policy.zone) for at in (facts.asked_at, facts.reminded_at) if at]
    earliest = max(asked) + _DAY if asked else today
    planned = facts.planned_at
    if planned is not None and planned <= now and local_date(planned, policy.zone) >= earliest:
        return policy.calendar.on_or_after(today)
    earliest = max(earliest, today)
    return next((day for day in reminder_days(policy, due_on, override) if day >= earliest), None)


def _obstacle(policy: DueDatePolicy, facts: DueDateFacts, override: ReminderOverride) -> NoReminder | None:
    """Return the first thing that rules a reminder out whatever the day: the ticket's own matters before the desk's."""
    obstacles = (
        (not is_waiting_for_recipient(TicketKind.TASK, facts.status), NoReminder.NOT_OPEN),
        (facts.is_archived, NoReminder.ARCHIVED),
        (facts.due_on is None, NoReminder.NO_DUE_DATE),
        (override.is_paused, NoReminder.PAUSED),
        (not policy.is_enabled, NoReminder.DISABLED),
    )
    return next((reason for applies, reason in obstacles if applies), None)
