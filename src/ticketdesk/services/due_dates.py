"""Due dates of tasks, put to the rule of ``domain/due_dates``; ``reminders`` asks for them with all other plans."""

from datetime import datetime

from ticketdesk.domain.due_dates import DueDateFacts, DueDatePolicy, plan_due_date
from ticketdesk.domain.reminders import NotPlanned, Planned, ReminderOverride
from ticketdesk.repositories.tickets import TicketRecord
from ticketdesk.schemas.settings import Settings


def policy_of(found: Settings) -> DueDatePolicy:
    """Return what the settings say; hour and days of the week are those of all reminders."""
    wanted, calendar = found.tasks, found.calendar.business_calendar
    return DueDatePolicy(
        is_enabled=wanted.reminders_enabled,
        days_before=frozenset(wanted.remind_days_before),
        overdue_every_days=wanted.overdue_every_days,
        overdue_max_count=wanted.overdue_max_count,
        business_days_only=found.reminders.business_days_only,
        at=found.reminders.send_at,
        zone=found.calendar.zone,
        holidays=calendar.holidays,
        weekdays=calendar.weekdays,
    )


def plan_task(
    policy: DueDatePolicy, ticket: TicketRecord, reminded_at: datetime | None, now: datetime
) -> Planned | NotPlanned:
    """Return when a task asks again; ``reminded_at`` is when its newest reminder was queued."""
    moments = [at for at in (ticket.pending_since, ticket.last_sending_at) if at]
    facts = DueDateFacts(
        ticket.status,
        ticket.due_on,
        max(moments) if moments else None,
        reminded_at,
        ticket.next_reminder_at,
        ticket.archived_at is not None,
    )
    return plan_due_date(policy, facts, now, ReminderOverride(ticket.reminder_every_days, ticket.reminder_is_paused))
