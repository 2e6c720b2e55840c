"""Asking again, for a correction or by a due date: planned on tickets, merged per address when due (product.md 4)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from ticketdesk.domain.actors import SYSTEM
from ticketdesk.domain.due_dates import DueDatePolicy
from ticketdesk.domain.events import RemindersReconfigured
from ticketdesk.domain.messages import Purpose
from ticketdesk.domain.reminders import (
    NoReminder,
    NotPlanned,
    Planned,
    ReminderFacts,
    ReminderOverride,
    ReminderPolicy,
    plan,
)
from ticketdesk.domain.ticket_workflow import TicketKind, is_waiting_for_recipient
from ticketdesk.repositories.reminders import LastMessage, Plan
from ticketdesk.repositories.tickets import TicketRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.services import due_dates, message_batches, settings
from ticketdesk.services.message_batches import Sender

BATCH = 200


@dataclass(frozen=True, slots=True)
class Policies:
    """What the settings say of corrective tickets, and of tasks."""

    corrections: ReminderPolicy
    due_dates: DueDatePolicy


async def read_policies(uow: UnitOfWork) -> Policies:
    """Return what the settings say; ask with ``uow.once``."""
    found = await settings.get_all(uow)
    wanted, calendar = found.reminders, found.calendar
    corrections = ReminderPolicy(
        is_enabled=wanted.enabled,
        every_days=wanted.every_days,
        max_days=wanted.max_days,
        max_count=wanted.max_count,
        business_days_only=wanted.business_days_only,
        at=wanted.send_at,
        zone=calendar.zone,
        holidays=calendar.business_calendar.holidays,
        weekdays=calendar.business_calendar.weekdays,
    )
    return Policies(corrections, due_dates.policy_of(found))


async def replan(uow: UnitOfWork, ticket: TicketRecord) -> TicketRecord:
    """Return ``ticket`` with the time of its next reminder, or the reason why there is none; the caller saves it."""
    if not is_waiting_for_recipient(ticket.kind, ticket.status):
        # No setting could change that, so none is read.
        is_task = ticket.kind is TicketKind.TASK
        return _planned(ticket, NotPlanned(NoReminder.NOT_OPEN if is_task else NoReminder.NOT_PENDING))
    last: Mapping[UUID, LastMessage] = {}
    # Of a task it matters whether that message reminded.
    is_newest_known = ticket.kind is not TicketKind.TASK and _facts(ticket).last_message_at == uow.now()
    if not is_newest_known and ticket.pending_since != uow.now():
        last = await uow.reminders.last_messages([ticket.id])
    return _planned(ticket, _plan(await uow.once(read_policies), ticket, last.get(ticket.id), uow.now()))


def plan_after_mail(policies: Policies, ticket: TicketRecord, now: datetime) -> TicketRecord:
    """Return ``ticket`` as it asks again after a mail that arrived now: a correction counts from it, a due date not."""
    if ticket.kind is TicketKind.TASK:
        return ticket
    return _planned(ticket, _plan(policies, ticket, None, now))


async def run_due(uow: UnitOfWork) -> int:
    """Queue the reminders that are due, one message per address; returns how many tickets were due.

    Each ticket is judged again under its lock: it may have moved on, or the settings have. The next reminder is
    planned as if this one were delivered now, so that one that fails is not repeated at once, and after downtime one
    goes and not the backlog. A ticket whose last message is still on its way gets no other on top of it.
    """
    ids = await uow.reminders.lock_due(uow.now(), BATCH)
    if not ids:
        return 0
    due = await uow.tickets.lock_all(ids, SYSTEM)
    last = await uow.reminders.last_messages(ids)
    policies = await uow.once(read_policies)
    reminded: list[TicketRecord] = []
    planned_anew: list[TicketRecord] = []
    for ticket in due:
        newest = last.get(ticket.id)
        is_due, planned = _judge(policies, ticket, newest, uow.now())
        if is_due and not (newest and newest.is_under_way):
            reminded.append(ticket)
        planned_anew.append(_planned(ticket, planned))
    await _save(uow, due, planned_anew)
    senders = await _senders(uow, reminded)
    await message_batches.post(uow, Purpose.REMINDER, [ticket.id for ticket in reminded], senders)
    return len(due)


def _plan(policies: Policies, ticket: TicketRecord, last: LastMessage | None, now: datetime) -> Planned | NotPlanned:
    """Return when ``ticket`` asks again; ``last`` is its newest message, if newer than ``last_sent_at``."""
    if ticket.kind is TicketKind.TASK:
        return due_dates.plan_task(policies.due_dates, ticket, last.reminded_at if last else None, now)
    override = ReminderOverride(ticket.reminder_every_days, ticket.reminder_is_paused)
    return plan(policies.corrections, _facts(ticket, last), now, override)


def _judge(
    policies: Policies, ticket: TicketRecord, last: LastMessage | None, now: datetime
) -> tuple[bool, Planned | NotPlanned]:
    """Return whether a reminder is due, and when the next one is, after this one if it is."""
    planned = _plan(policies, ticket, last, now)
    if isinstance(planned, NotPlanned) or planned.at > now:
        return False, planned
    asked = ticket.with_columns(reminders_sent=ticket.reminders_sent + 1)
    return True, _plan(policies, asked, LastMessage(now, is_under_way=True, reminded_at=now), now)


async def _senders(uow: UnitOfWork, tickets: Sequence[TicketRecord]) -> Callable[[Sequence[UUID]], Sender]:
    """Return who writes about some of ``tickets``: their assignee or creator, the desk where those are several."""
    in_charge = {ticket.id: ticket.assignee_id or ticket.created_by_id for ticket in tickets}
    writers = await uow.reminders.writers({user_id for user_id in in_charge.values() if user_id})
    desk = Sender((await settings.get_mail(uow)).sender_name)

    def sender_of(ticket_ids: Sequence[UUID]) -> Sender:
        people = {in_charge[ticket_id] for ticket_id in ticket_ids}
        writer = writers.get(user_id) if len(people) == 1 and (user_id := people.pop()) else None
        return Sender(writer.name, writer.team) if writer else desk

    return sender_of


async def on_reminders_reconfigured(uow: UnitOfWork, payload: Mapping[str, Any]) -> None:
    """Plan the next batch of waiting tickets anew, and leave the rest to another event."""
    after = UUID(payload["after"]) if payload.get("after") else None
    ids = await uow.reminders.pending_ids(after, BATCH)
    last = await uow.reminders.last_messages(ids)
    policies = await uow.once(read_policies)
    waiting = await uow.tickets.lock_all(ids, SYSTEM)
    planned_anew = [_planned(ticket, _plan(policies, ticket, last.get(ticket.id), uow.now())) for ticket in waiting]
    await _save(uow, waiting, planned_anew)
    if len(ids) == BATCH:
        await uow.emit(RemindersReconfigured(ids[-1]))


async def _save(uow: UnitOfWork, before: Sequence[TicketRecord], after: Sequence[TicketRecord]) -> None:
    plans = [
        Plan(new.id, new.next_reminder_at, new.reminder_stopped_by)
        for old, new in zip(before, after, strict=True)
        if new != old
    ]
    if plans:
        await uow.reminders.save_plans(plans)


def _facts(ticket: TicketRecord, last: LastMessage | None = None) -> ReminderFacts:
    """Return what the rule asks. A message counts from when it was queued, one that took longer from its arrival."""
    moments = [at for at in (ticket.last_sent_at, last.at if last else None) if at]
    return ReminderFacts(
        ticket.status,
        ticket.pending_since,
        max(moments) if moments else None,
        ticket.reminders_sent,
        ticket.archived_at is not None,
    )


def _planned(ticket: TicketRecord, outcome: Planned | NotPlanned) -> TicketRecord:
    if isinstance(outcome, Planned):
        return ticket.with_columns(next_reminder_at=outcome.at, reminder_stopped_by=None)
    return ticket.with_columns(next_reminder_at=None, reminder_stopped_by=outcome.reason.value)
