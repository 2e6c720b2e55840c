"""When a corrective ticket's recipients are asked again (spec: product.md section 4); tasks are in ``due_dates``.

Whole days are counted, in the policy's zone; the time of day is the policy's. So all tickets of one day fall due
together, and one mail per address can carry them.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from ticketdesk.domain.calendars import EVERY_DAY, MONDAY_TO_FRIDAY, BusinessCalendar, at_local_time, local_date
from ticketdesk.domain.ticket_statuses import Status


class NoReminder(StrEnum):
    """Why no reminder is planned for a ticket."""

    NOT_PENDING = "not_pending"
    NOT_OPEN = "not_open"
    NO_DUE_DATE = "no_due_date"
    ARCHIVED = "archived"
    NO_RECIPIENT = "no_recipient"
    PAUSED = "paused"
    DISABLED = "disabled"
    LIMIT_REACHED = "limit_reached"


@dataclass(frozen=True, slots=True)
class ReminderPolicy:
    """The desk's setting: every ``every_days`` days (1 or more) at ``at`` in ``zone``.

    For at most ``max_days`` days after the ticket began to wait and at most ``max_count`` reminders since (``None``:
    no limit); on business days only, if so wished, which are ``weekdays`` (Monday is 0) without ``holidays``.
    ``ValueError`` for an interval under one day and for a calendar without weekdays.
    """

    is_enabled: bool
    every_days: int
    max_days: int | None
    max_count: int | None
    business_days_only: bool
    at: time
    zone: ZoneInfo
    holidays: frozenset[date] = frozenset()
    weekdays: frozenset[int] = MONDAY_TO_FRIDAY

    def __post_init__(self) -> None:
        _require_whole_days(self.every_days)
        BusinessCalendar(self.weekdays)

    @property
    def calendar(self) -> BusinessCalendar:
        """The days on which reminders may go out."""
        return BusinessCalendar(self.weekdays, self.holidays) if self.business_days_only else EVERY_DAY


@dataclass(frozen=True, slots=True)
class ReminderOverride:
    """What one ticket has of its own: another interval in days (``None``: the policy's), or a pause."""

    every_days: int | None = None
    is_paused: bool = False

    def __post_init__(self) -> None:
        if self.every_days is not None:
            _require_whole_days(self.every_days)


@dataclass(frozen=True, slots=True)
class ReminderFacts:
    """What the rule asks about a ticket.

    ``pending_since`` is when it last entered ``pending_correction``, ``reminders_sent`` counts from there, and
    ``last_message_at`` is when its recipients were last written to, reminders included.
    """

    status: Status
    pending_since: datetime | None
    last_message_at: datetime | None = None
    reminders_sent: int = 0
    is_archived: bool = False
    has_recipient: bool = True


@dataclass(frozen=True, slots=True)
class Planned:
    """The next reminder goes out at ``at`` (UTC); it is due once that is not in the future."""

    at: datetime


@dataclass(frozen=True, slots=True)
class NotPlanned:
    """No reminder goes out unless something changes."""

    reason: NoReminder


NOTHING_OF_ITS_OWN = ReminderOverride()


def plan(
    policy: ReminderPolicy,
    facts: ReminderFacts,
    now: datetime,
    override: ReminderOverride = NOTHING_OF_ITS_OWN,
) -> Planned | NotPlanned:
    """Return when the next reminder of a ticket goes out, or why none does.

    The day is that of the last message plus the interval, moved to the next business day where the policy asks for
    one. A day that has gone by unused (no worker ran) is made up for once, on the first permitted day from today on,
    and never beyond the limits. Ask again before sending: between planning and sending the ticket may have moved on.
    """
    reason = _obstacle(policy, facts, override)
    if reason is not None or facts.pending_since is None:
        return NotPlanned(reason or NoReminder.NOT_PENDING)
    began = local_date(facts.pending_since, policy.zone)
    counted_from = max(facts.pending_since, facts.last_message_at or facts.pending_since)
    due = local_date(counted_from, policy.zone) + timedelta(days=override.every_days or policy.every_days)
    day = policy.calendar.on_or_after(max(due, local_date(now, policy.zone)))
    if policy.max_days is not None and day > began + timedelta(days=policy.max_days):
        return NotPlanned(NoReminder.LIMIT_REACHED)
    return Planned(at_local_time(day, policy.at, policy.zone))


def _obstacle(policy: ReminderPolicy, facts: ReminderFacts, override: ReminderOverride) -> NoReminder | None:
    """Return the first thing that rules a reminder out whatever the day: the ticket's own matters before the desk's."""
    obstacles = (
        (facts.status is not Status.PENDING_CORRECTION, NoReminder.NOT_PENDING),
        (facts.is_archived, NoReminder.ARCHIVED),
        (not facts.has_recipient, NoReminder.NO_RECIPIENT),
        (override.is_paused, NoReminder.PAUSED),
        (not policy.is_enabled, NoReminder.DISABLED),
        (policy.max_count is not None and facts.reminders_sent >= policy.max_count, NoReminder.LIMIT_REACHED),
    )
    return next((reason for applies, reason in obstacles if applies), None)


def _require_whole_days(days: int) -> None:
    if days < 1:
        raise ValueError("Reminders are at least one day apart.")
