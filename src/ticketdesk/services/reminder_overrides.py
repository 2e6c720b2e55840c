"""What one ticket has of its own about reminders: another interval, or a pause."""

from uuid import UUID

from ticketdesk.domain import reminders as domain
from ticketdesk.domain.activities import ActivityKind
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.due_dates import DueDatePolicy
from ticketdesk.domain.errors import NotFound
from ticketdesk.domain.reminders import NoReminder
from ticketdesk.domain.ticket_workflow import TicketKind, require_not_archived
from ticketdesk.domain.versions import Expected
from ticketdesk.repositories.tickets import TicketRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.reminders import Reminder, ReminderOverride, ReminderPolicy
from ticketdesk.services import activities, reminders, steps


async def get(uow: UnitOfWork, actor: Actor, ticket_id: UUID) -> Reminder:
    """Return when a ticket asks again, or why it does not; raises ``NotFound``."""
    ticket = await uow.tickets.find(ticket_id, actor)
    if ticket is None:
        raise NotFound("Ticket")
    return await _shown(uow, ticket)


async def replace_override(
    uow: UnitOfWork, actor: Actor, ticket_id: UUID, data: ReminderOverride, expected: Expected = None
) -> Reminder:
    """Give a ticket its own interval or a pause, or take both away; saying what holds already changes nothing.

    It may be said at any time and holds for every round. Raises ``NotFound``, ``StaleVersion``, ``Conflict``
    (``ticket_archived``).
    """
    ticket = await steps.lock(uow, actor, ticket_id, expected)
    require_not_archived(ticket.facts)
    after = ticket.with_columns(reminder_every_days=data.every_days, reminder_is_paused=data.is_paused)
    if after == ticket:
        return await _shown(uow, ticket)
    before = {"every_days": ticket.reminder_every_days, "is_paused": ticket.reminder_is_paused}
    after = await activities.record(
        uow,
        after,
        actor,
        ActivityKind.REMINDER_CHANGED,
        every_days=data.every_days,
        is_paused=data.is_paused,
        before=before,
    )
    return await _shown(uow, await uow.tickets.save(ticket, await reminders.replan(uow, after)))


async def _shown(uow: UnitOfWork, ticket: TicketRecord) -> Reminder:
    policies = await uow.once(reminders.read_policies)
    policy = _policy_of_task(policies.due_dates) if ticket.kind is TicketKind.TASK else _policy(policies.corrections)
    if ticket.reminder_every_days:
        policy = policy.model_copy(update={"every_days": ticket.reminder_every_days})
    return Reminder(
        ticket_id=ticket.id,
        every_days=ticket.reminder_every_days,
        is_paused=ticket.reminder_is_paused,
        next_reminder_at=ticket.next_reminder_at,
        no_reminder_reason=NoReminder(ticket.reminder_stopped_by) if ticket.reminder_stopped_by else None,
        reminders_sent=ticket.reminders_sent,
        policy=policy,
        version=ticket.version,
    )


def _policy(policy: domain.ReminderPolicy) -> ReminderPolicy:
    return ReminderPolicy(
        enabled=policy.is_enabled,
        days_before=[],
        every_days=policy.every_days,
        max_days=policy.max_days,
        max_count=policy.max_count,
        business_days_only=policy.business_days_only,
        send_at=policy.at,
        time_zone=policy.zone.key,
    )


def _policy_of_task(policy: DueDatePolicy) -> ReminderPolicy:
    return ReminderPolicy(
        enabled=policy.is_enabled,
        days_before=sorted(policy.days_before, reverse=True),
        every_days=policy.overdue_every_days,
        max_days=None,
        max_count=policy.overdue_max_count,
        business_days_only=policy.business_days_only,
        send_at=policy.at,
        time_zone=policy.zone.key,
    )
