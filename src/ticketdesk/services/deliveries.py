"""Sending queued mail: claim, begin, hand over, settle. The wire is touched between two transactions, never in one.

A message is doubled only if a worker dies between the server's yes and ``settle``; its Message-ID is the same then.
"""

from collections.abc import Sequence
from dataclasses import replace

from ticketdesk.domain.activities import ActivityKind
from ticketdesk.domain.actors import SYSTEM, Actor
from ticketdesk.domain.events import MessageFailed
from ticketdesk.domain.messages import (
    LEASE,
    Asked,
    Listed,
    MessageState,
    Purpose,
    is_still_wanted,
    next_delay,
)
from ticketdesk.domain.ports import Delivery, DeliveryOutcome, OutgoingMail
from ticketdesk.domain.ticket_changes import Taken
from ticketdesk.domain.ticket_workflow import Action, Step, resolve
from ticketdesk.repositories.deliveries import Claim, DeliveryRecord
from ticketdesk.repositories.tickets import TicketRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.services import activities, dispatches, mail_contents, reminders, steps
from ticketdesk.services.mail_contents import PostOffice

# Few, so that a worker soon looks again for what a dead one has left.
BATCH = 5


async def claim(uow: UnitOfWork) -> list[Claim]:
    """Lease the next messages that are due, for ``LEASE``; the caller renews while it works on them."""
    now = uow.now()
    return await uow.deliveries.claim(now, now + LEASE, BATCH)


async def renew(uow: UnitOfWork, claims: Sequence[Claim]) -> None:
    """Prolong the leases by ``LEASE`` from now."""
    await uow.deliveries.renew(claims, uow.now() + LEASE)


async def begin(uow: UnitOfWork, office: PostOffice, claimed: Claim) -> OutgoingMail | None:
    """Return the mail to hand over now, ``None`` if there is nothing left to say or another worker took over.

    Which tickets it speaks of is decided here, under their locks; from now until ``settle`` a ticket that this mail
    sends cannot be changed.
    """
    message = await uow.deliveries.lock(claimed)
    if message is None:
        return None
    held = {ticket.id: ticket for ticket in await uow.tickets.lock_all(message.listed, SYSTEM)}
    asked = Asked(message.purpose, message.created_at, message.dispatch_id)
    wanted = [ticket_id for ticket_id in message.listed if is_still_wanted(asked, _listed(held[ticket_id]))]
    if not wanted:
        await _cancel(uow, message)
        return None
    letter = await mail_contents.compose(uow, office, message, wanted)
    await uow.deliveries.begin(
        message,
        wanted,
        message_id=letter.mail.message_id,
        link_id=letter.link_id,
        subject=letter.mail.subject,
        text_body=letter.kept_text,
    )
    return letter.mail


async def postpone(uow: UnitOfWork, claimed: Claim, error: str) -> None:
    """Give a message that could not even be composed back for later, and give it up after the last attempt."""
    message = await uow.deliveries.lock(claimed)
    if message is None:
        return
    await uow.deliveries.begin(message, message.listed)
    await settle(uow, claimed, Delivery(DeliveryOutcome.DEFERRED, None, error))


def _listed(ticket: TicketRecord) -> Listed:
    return Listed(
        ticket.status,
        ticket.archived_at is not None,
        ticket.deleted_at is not None,
        ticket.reminder_is_paused,
        ticket.dispatch_id,
        ticket.pending_since,
    )


async def _cancel(uow: UnitOfWork, message: DeliveryRecord) -> None:
    await uow.deliveries.settle(message.id, MessageState.CANCELLED, finished_at=uow.now())
    if message.dispatch_id:
        await dispatches.finish_if_done(uow, message.dispatch_id)


async def settle(uow: UnitOfWork, claimed: Claim, delivery: Delivery) -> None:
    """Note what the server said, on the message and on every ticket its mail spoke of.

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
    is_sent = delivery.outcome is DeliveryOutcome.ACCEPTED
    for ticket in await uow.tickets.lock_all(message.included, SYSTEM):
        after = await (_sent(uow, message, ticket) if is_sent else _failed(uow, message, ticket, delivery))
        await uow.tickets.save(ticket, after)
    await _finish(uow, message, delivery)


async def settle_alone(uow: UnitOfWork, claimed: Claim, delivery: Delivery) -> None:
    """Note what the server said on the message only: its tickets refuse what it means for them."""
    message = await uow.deliveries.lock(claimed)
    if message is not None:
        await _finish(uow, message, delivery)


async def _finish(uow: UnitOfWork, message: DeliveryRecord, delivery: Delivery) -> None:
    is_sent = delivery.outcome is DeliveryOutcome.ACCEPTED
    now = uow.now()
    await uow.deliveries.settle(
        message.id,
        MessageState.SENT if is_sent else MessageState.FAILED,
        sent_at=now if is_sent else None,
        finished_at=now,
        smtp_code=delivery.smtp_code,
        last_error=None if is_sent else delivery.detail,
    )
    if not is_sent:
        await uow.emit(MessageFailed(message.id, tuple(str(one) for one in message.included), delivery.detail))
    if message.dispatch_id:
        outcome, reason = ("sent", None) if is_sent else ("failed", delivery.detail)
        await uow.dispatches.set_outcome(message.dispatch_id, message.included, outcome, reason)
        await dispatches.finish_if_done(uow, message.dispatch_id)


async def _sent(uow: UnitOfWork, message: DeliveryRecord, ticket: TicketRecord) -> TicketRecord:
    """Return ``ticket`` after a mail about it was accepted: one entry, and the next reminder counts from here."""
    now = uow.now()
    after = replace(ticket, last_sent_at=now, notifications_sent=ticket.notifications_sent + 1, delivery_failure=None)
    if message.dispatch_id and ticket.dispatch_id == message.dispatch_id:
        step = resolve(after.facts, Action.SEND, steps.relation(after, SYSTEM))
        assert isinstance(step, Step)  # noqa: S101 - ``begin`` included held tickets alone, and nobody could move them
        words = steps.Words(dispatch_id=message.dispatch_id, message_id=message.id, address=message.address)
        return await steps.take(uow, _sender(message), after, step, Taken(now), words)
    kind = ActivityKind.MESSAGE_SENT
    if message.purpose is Purpose.REMINDER:
        kind, after = ActivityKind.REMINDED, replace(after, reminders_sent=after.reminders_sent + 1)
    after = await activities.record(
        uow, after, SYSTEM, kind, message_id=message.id, purpose=message.purpose, address=message.address
    )
    return await reminders.replan(uow, after)


def _sender(message: DeliveryRecord) -> Actor:
    """Return the system, acting in the name of whoever pressed the button."""
    return replace(SYSTEM, name=message.sender_name)


async def _failed(uow: UnitOfWork, message: DeliveryRecord, ticket: TicketRecord, delivery: Delivery) -> TicketRecord:
    """Return ``ticket`` after a mail about it was given up: it says why, and a held one is free to be sent again."""
    after = ticket
    if not await uow.deliveries.reaches_elsewhere(message, ticket.id):
        is_ours = message.dispatch_id is not None and ticket.dispatch_id == message.dispatch_id
        after = replace(ticket, delivery_failure=delivery.detail, dispatch_id=None if is_ours else ticket.dispatch_id)
    return await activities.record(
        uow,
        after,
        SYSTEM,
        ActivityKind.MESSAGE_FAILED,
        message_id=message.id,
        purpose=message.purpose,
        address=message.address,
        smtp_code=delivery.smtp_code,
        reason=delivery.detail,
    )
