"""Sending queued mail: prepared and begun ahead in batches, then each mail handed over and noted as accepted.

A mail is sent between two transactions, never in one. It goes out twice only if a worker dies after the server took it
and before that is noted; both have the same Message-ID then. What a mail means for its tickets is recorded later
(``receipts``).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeAlias

from ticketdesk.domain.actors import SYSTEM
from ticketdesk.domain.messages import LEASE, MOST_AHEAD, MessageState
from ticketdesk.domain.ports import Delivery, DeliveryOutcome, OutgoingMail
from ticketdesk.repositories.deliveries import Accepted, Claim, DeliveryRecord, Rendered
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.services import dispatches, mail_contents, receipts
from ticketdesk.services.mail_contents import Contents, PostOffice


@dataclass(frozen=True, slots=True)
class Ready:
    """A mail that may be begun, as long as its tickets stay as they were when it was composed."""

    claim: Claim
    mail: OutgoingMail
    rendered: Rendered


Compose: TypeAlias = Callable[[], Ready]


async def claim(uow: UnitOfWork, limit: int = MOST_AHEAD) -> list[DeliveryRecord]:
    """Lease the next messages that are due, for ``LEASE``; the caller renews while it works on them."""
    now = uow.now()
    return await uow.deliveries.claim(now, now + LEASE, limit)


async def renew(uow: UnitOfWork, claims: Sequence[Claim]) -> dict[Claim, datetime]:
    """Prolong the leases to ``LEASE`` from now, once a quarter of them has passed: most mails are done with before.

    Returns until when (UTC) those last that were prolonged.
    """
    now = uow.now()
    renewed = await uow.deliveries.renew(claims, now + LEASE, now + LEASE * 3 / 4)
    return dict.fromkeys(renewed, now + LEASE)


async def prepare(uow: UnitOfWork, office: PostOffice, claimed: Sequence[DeliveryRecord]) -> dict[Claim, Compose]:
    """Return how to compose the mail of each message that still has something to say; the others are cancelled.

    Nothing is sent by this: ``begin`` refuses a mail whose tickets changed after it.
    """
    contents = await mail_contents.read(uow, claimed)
    prepared: dict[Claim, Compose] = {}
    for message in claimed:
        if contents.has_something_to_say(message):
            await uow.deliveries.include(message, contents.wanted[message.id])
            prepared[message.claim] = partial(_compose, office, contents, message, uow.now())
        else:
            await _cancel(uow, message)
    return prepared


def _compose(office: PostOffice, contents: Contents, message: DeliveryRecord, now: datetime) -> Ready:
    letter = mail_contents.compose(office, contents, message, now)
    versions = {ticket_id: contents.texts[ticket_id].version for ticket_id in message.listed}
    rendered = Rendered(letter.mail.message_id, letter.link_id, letter.mail.subject, letter.kept_text, versions)
    return Ready(message.claim, letter.mail, rendered)


async def begin(uow: UnitOfWork, mails: Sequence[Ready]) -> set[Claim]:
    """Note that the mails go on the wire now; return those that may.

    A mail may not if a ticket changed since it was composed, or another worker took over. From now until it is recorded
    a ticket that a mail sends cannot be changed.
    """
    return await uow.deliveries.begin({mail.claim: mail.rendered for mail in mails})


async def begin_anew(uow: UnitOfWork, office: PostOffice, claimed: Claim) -> OutgoingMail | None:
    """Compose and begin a mail under the locks of its tickets, so that nothing changes between.

    Returns ``None`` if there is nothing left to say or another worker took over.
    """
    message = await uow.deliveries.lock(claimed)
    if message is None:
        return None
    await uow.tickets.lock_all(message.listed, SYSTEM)
    for compose in (await prepare(uow, office, [message])).values():
        ready = compose()
        await begin(uow, [ready])
        return ready.mail
    return None


async def accept(uow: UnitOfWork, accepted: Accepted) -> bool:
    """Note that the server took the mail: nobody sends it again, whatever happens to this worker.

    False if another worker has taken the message over.
    """
    return await uow.deliveries.accept(accepted)


async def postpone(uow: UnitOfWork, claimed: Claim, error: str) -> None:
    """Give a message that could not even be composed back for later, and give it up after the last attempt."""
    message = await uow.deliveries.lock(claimed)
    if message is None:
        return
    await uow.deliveries.include(message, message.listed)
    await uow.deliveries.begin_unrendered(message)
    await receipts.refuse(uow, claimed, Delivery(DeliveryOutcome.DEFERRED, None, error))


async def _cancel(uow: UnitOfWork, message: DeliveryRecord) -> None:
    await uow.deliveries.settle(message.id, MessageState.CANCELLED, finished_at=uow.now())
    if message.dispatch_id:
        await dispatches.finish_if_done(uow, message.dispatch_id)
