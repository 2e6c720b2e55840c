"""What the mail server said, recorded on the message and on every ticket its mail spoke of."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from uuid import UUID

from ticketdesk.domain.activities import ActivityKind, Sealed
from ticketdesk.domain.actors import SYSTEM, Actor
from ticketdesk.domain.dispatches import TicketOutcome
from ticketdesk.domain.events import MessageFailed
from ticketdesk.domain.messages import MessageState, Purpose, next_delay
from ticketdesk.domain.ports import Delivery, DeliveryOutcome
from ticketdesk.domain.ticket_changes import Taken
from ticketdesk.domain.ticket_workflow import Action, Step, resolve
from ticketdesk.repositories.deliveries import Claim, DeliveryRecord
from ticketdesk.repositories.tickets import TicketRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.services import activities, dispatches, reminders, steps


async def record(uow: UnitOfWork, claims: Sequence[Claim]) -> None:
    """Record mails that were noted as accepted: a few statements, however many there are.

    Whoever holds them may do so, also long after the worker that sent them died. Leaves out what others took over.
    """
    messages = [message for message in await uow.deliveries.lock_all(claims) if message.sent_at]
    ticket_ids = sorted({ticket_id for message in messages for ticket_id in message.included})
    before = {ticket.id: ticket for ticket in await uow.tickets.lock_all(ticket_ids, SYSTEM)}
    after = dict(before)
    policies, entries = await uow.once(reminders.read_policies), list[Sealed]()
    for message in messages:
        for ticket_id in message.included:
            changed, entry = _sent(message, after[ticket_id], uow.now())
            # No mail about the ticket is newer than this one, so that no other has to be looked for.
            after[ticket_id] = changed if message.user_id else reminders.plan_after_mail(policies, changed, uow.now())
            entries.append(entry)
    await uow.activities.add(*entries)
    await uow.tickets.save_all((before[ticket_id], after[ticket_id]) for ticket_id in ticket_ids)
    await _close(uow, messages)


async def record_alone(uow: UnitOfWork, claimed: Claim) -> None:
    """Record an accepted mail on the message only: its tickets refuse what it means for them."""
    await _close(uow, await uow.deliveries.lock_all([claimed]))


async def refuse(uow: UnitOfWork, claimed: Claim, delivery: Delivery) -> None:
    """Record that a mail was not accepted: it is tried later, or given up for its tickets to say why.

    Does nothing if another worker has taken the message over.
    """
    message = await uow.deliveries.lock(claimed)
    if message is None:
        return
    delay = next_delay(message.attempts)
    if delivery.outcome is DeliveryOutcome.DEFERRED and delay is not None:
        await uow.deliveries.settle(
            message.id,
            MessageState.QUEUED,
            due_at=uow.now() + delay,
            smtp_code=delivery.smtp_code,
            last_error=delivery.detail,
        )
        return
    for ticket in await uow.tickets.lock_all(message.included, SYSTEM):
        await uow.tickets.save(ticket, await _failed(uow, message, ticket, delivery))
    await _give_up(uow, message, delivery)


async def _close(uow: UnitOfWork, messages: Sequence[DeliveryRecord]) -> None:
    """Note that these are done with, and with them perhaps their dispatches."""
    await uow.receipts.finish([message.id for message in messages], uow.now())
    dispatched = sorted((message for message in messages if message.dispatch_id), key=_dispatch_id)
    for dispatch_id, group in groupby(dispatched, key=_dispatch_id):
        sent = [ticket_id for message in group for ticket_id in message.included]
        await uow.dispatches.set_outcome(dispatch_id, sent, TicketOutcome.SENT)
        await dispatches.finish_if_done(uow, dispatch_id)


def _dispatch_id(message: DeliveryRecord) -> UUID:
    assert message.dispatch_id is not None  # noqa: S101 - asked of messages of dispatches alone
    return message.dispatch_id


async def _give_up(uow: UnitOfWork, message: DeliveryRecord, delivery: Delivery) -> None:
    await uow.deliveries.settle(
        message.id,
        MessageState.FAILED,
        finished_at=uow.now(),
        smtp_code=delivery.smtp_code,
        last_error=delivery.detail,
    )
    if message.user_id is None and message.included:
        await uow.emit(MessageFailed(message.id, tuple(str(one) for one in message.included), delivery.detail))
    if message.dispatch_id:
        failed = TicketOutcome.FAILED
        await uow.dispatches.set_outcome(message.dispatch_id, message.included, failed, delivery.detail)
        await dispatches.finish_if_done(uow, message.dispatch_id)


def _sent(message: DeliveryRecord, ticket: TicketRecord, now: datetime) -> tuple[TicketRecord, Sealed]:
    """Return ``ticket`` after a mail about it was accepted, and the one entry of it."""
    if message.user_id:
        # Staff know of it: that tells nothing of what its recipients know.
        return activities.seal(ticket, SYSTEM, ActivityKind.MESSAGE_SENT, now, _facts(message))
    after = ticket.with_columns(
        last_sent_at=now, notifications_sent=ticket.notifications_sent + 1, delivery_failure=None
    )
    if message.dispatch_id and ticket.dispatch_id == message.dispatch_id:
        return _dispatched(message, after, now)
    if message.purpose is Purpose.REMINDER:
        after = after.with_columns(reminders_sent=after.reminders_sent + 1)
        return activities.seal(after, SYSTEM, ActivityKind.REMINDED, now, _facts(message))
    return activities.seal(after, SYSTEM, ActivityKind.MESSAGE_SENT, now, _facts(message))


def _dispatched(message: DeliveryRecord, ticket: TicketRecord, now: datetime) -> tuple[TicketRecord, Sealed]:
    """Take the step that the mail carried: the system does, in the name of whoever asked."""
    step = resolve(ticket.facts, Action.SEND, steps.relation(ticket, SYSTEM))
    assert isinstance(step, Step)  # noqa: S101 - ``begin`` included held tickets alone, and nobody could move them
    words = steps.Words(dispatch_id=message.dispatch_id, message_id=message.id, address=message.address)
    return steps.enter(_sender(message), ticket, step, Taken(now), words)


def _sender(message: DeliveryRecord) -> Actor:
    return replace(SYSTEM, name=message.sender_name)


def _facts(message: DeliveryRecord) -> Mapping[str, object]:
    facts = {"message_id": message.id, "purpose": message.purpose, "address": message.address}
    return facts | {"user_id": message.user_id} if message.user_id else facts


async def _failed(uow: UnitOfWork, message: DeliveryRecord, ticket: TicketRecord, delivery: Delivery) -> TicketRecord:
    """Return ``ticket`` after a mail about it was given up: it says why, and a held one is free to be sent again."""
    after = ticket
    if message.user_id is None and not await uow.receipts.reaches_elsewhere(message, ticket.id):
        is_ours = message.dispatch_id is not None and ticket.dispatch_id == message.dispatch_id
        after = ticket.with_columns(
            delivery_failure=delivery.detail, dispatch_id=None if is_ours else ticket.dispatch_id
        )
    said = {"smtp_code": delivery.smtp_code, "reason": delivery.detail}
    return await activities.record(uow, after, SYSTEM, ActivityKind.MESSAGE_FAILED, **_facts(message), **said)
