"""Asking again while a correction is pending: planned on each ticket, merged per address when due (product.md 4)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from ticketdesk.domain.actors import SYSTEM
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
from ticketdesk.domain.ticket_workflow import Status
from ticketdesk.repositories.reminders import LastMessage, Plan
from ticketdesk.repositories.tickets import TicketRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.services import message_batches, settings
from ticketdesk.services.message_batches import Sender

BATCH = 200


async def read_policy(uow: UnitOfWork) -> ReminderPolicy:
    """Return what the settings say; ask with ``uow.once``."""
    found = await settings.get_all(uow)
    wanted, calendar = found.reminders, found.calendar
    return ReminderPolicy(
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


async def replan(uow: UnitOfWork, ticket: TicketRecord) -> TicketRecord:
    """Return ``ticket`` with the time of its next reminder, or the reason why there is none; the caller saves it."""
    if ticket.status is not Status.PENDING_CORRECTION:
        # No setting could change that, so none is read.
        return _planned(ticket, NotPlanned(NoReminder.NOT_PENDING))
    last: Mapping[UUID, LastMessage] = {}
    if _facts(ticket).last_message_at != uow.now() and ticket.pending_since != uow.now():
        last = await uow.reminders.last_messages([ticket.id])
    return plan_next(await uow.once(read_policy), ticket, uow.now(), last.get(ticket.id))


def plan_next(
    policy: ReminderPolicy, ticket: TicketRecord, now: datetime, last: LastMessage | None = None
) -> TicketRecord:
    """Return ``ticket`` with its next reminder; ``last`` is its newest message, if newer than ``last_sent_at``."""
    return _planned(ticket, plan(policy, _facts(ticket, last), now, _override(ticket)))


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
    policy = await uow.once(read_policy)
    reminded: list[TicketRecord] = []
    planned_anew: list[TicketRecord] = []
    for ticket in due:
        newest = last.get(ticket.id)
        is_due, planned = _judge(policy, _facts(ticket, newest), uow.now(), _override(ticket))
        if is_due and not (newest and newest.is_under_way):
            reminded.append(ticket)
        planned_anew.append(_planned(ticket, planned))
    await _save(uow, due, planned_anew)
    senders = await _senders(uow, reminded)
    await message_batches.post(uow, Purpose.REMINDER, [ticket.id for ticket in reminded], senders)
    return len(due)


def _judge(
    policy: ReminderPolicy, facts: ReminderFacts, now: datetime, override: ReminderOverride
) -> tuple[bool, Planned | NotPlanned]:
    """Return whether a reminder is due, and when the next one is, after this one if it is."""
    planned = plan(policy, facts, now, override)
    if isinstance(planned, NotPlanned) or planned.at > now:
        return False, planned
    asked = replace(facts, last_message_at=now, reminders_sent=facts.reminders_sent + 1)
    return True, plan(policy, asked, now, override)


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
    policy = await uow.once(read_policy)
    waiting = await uow.tickets.lock_all(ids, SYSTEM)
    planned_anew = [plan_next(policy, ticket, uow.now(), last.get(ticket.id)) for ticket in waiting]
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


def _override(ticket: TicketRecord) -> ReminderOverride:
    return ReminderOverride(ticket.reminder_every_days, ticket.reminder_is_paused)


def _planned(ticket: TicketRecord, outcome: Planned | NotPlanned) -> TicketRecord:
    if isinstance(outcome, Planned):
        return replace(ticket, next_reminder_at=outcome.at, reminder_stopped_by=None)
    return replace(ticket, next_reminder_at=None, reminder_stopped_by=outcome.reason.value)
