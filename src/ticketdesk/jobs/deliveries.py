"""The mail worker: any number of them may run; each message is leased to one at a time.

Mails go out one after the other. Ahead of them the next batch is prepared, behind them those that were accepted are
recorded: both wait for the database while the mail server is waited for. So does what is noted between two mails: while
the server is told the addresses of the next one.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager, suppress

import structlog

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.errors import DomainError
from ticketdesk.domain.messages import LEASE
from ticketdesk.domain.ports import Clearance, Delivery, DeliveryOutcome, OutgoingMail
from ticketdesk.repositories.deliveries import Accepted, Claim
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.services import deliveries, receipts
from ticketdesk.services.deliveries import Compose, Ready
from ticketdesk.services.mail_contents import PostOffice

log = structlog.get_logger(__name__)

# Well within the lease, so that one late renewal loses nothing.
HEARTBEAT_SECONDS = LEASE.total_seconds() / 4
# So long mails are gathered before they are recorded together; meanwhile their tickets cannot be changed.
GATHERING_SECONDS = 0.2


async def send_due_messages(resources: Resources) -> None:
    """Send every message that is due."""
    worker = _Worker(resources)
    async with _leases_renewed(resources, worker.held), worker.recording():
        preparing = asyncio.create_task(worker.prepare())
        try:
            while batch := await preparing:
                preparing = asyncio.create_task(worker.prepare())
                await worker.send(batch)
        finally:
            preparing.cancel()


class _Worker:
    """One run over what is due. ``held``: the leased messages that are not done with."""

    def __init__(self, resources: Resources) -> None:
        config = resources.config
        self._resources = resources
        self._office = PostOffice(
            resources.renderer, resources.signer, config.mail_from, config.mail_domain, config.link_base
        )
        self.held: set[Claim] = set()
        self._sending: asyncio.Task[Accepted | None] | None = None
        self._accepted: list[Claim] = []
        self._is_over = asyncio.Event()

    async def prepare(self) -> dict[Claim, Compose]:
        """Claim the next messages and return how to compose those that are to be sent; empty when none is due."""
        while True:
            async with self._resources.unit_of_work() as uow:
                claimed = await deliveries.claim(uow)
                # What a worker sent that died before it could record it.
                sent = [message.claim for message in claimed if message.sent_at]
                prepared = await deliveries.prepare(uow, self._office, [one for one in claimed if not one.sent_at])
            self._accepted += sent
            self.held.update(sent, prepared)
            if prepared or not claimed:
                return prepared

    async def send(self, batch: Mapping[Claim, Compose]) -> None:
        """Send the mails in their order, each composed while the one before is on the wire."""
        # One connection for what is noted between two mails, each note a transaction of its own.
        async with self._resources.unit_of_work() as notes:
            try:
                for claim, compose in batch.items():
                    ready = await self._composed(claim, compose)
                    before = await self._finish_sending()
                    if ready:
                        self._sending = asyncio.create_task(self._send(notes, ready, before))
                        # Let it get as far as the database.
                        await asyncio.sleep(0)
                    else:
                        await self._accept(notes, before)
            finally:
                await self._accept(notes, await self._finish_sending())

    async def _finish_sending(self) -> Accepted | None:
        """Wait for the mail on the wire, and return it if it was accepted and is still to be noted as such.

        Never are two on the wire, of which a sudden death would double both.
        """
        if self._sending is None:
            return None
        sending, self._sending = self._sending, None
        return await sending

    async def _composed(self, claim: Claim, compose: Compose) -> Ready | None:
        try:
            return compose()
        except Exception as error:
            log.exception("mail_not_composed", message_id=str(claim.id))
            await self._postpone(claim, error)
            return None

    async def _postpone(self, claim: Claim, error: Exception) -> None:
        async with self._resources.unit_of_work() as uow:
            await deliveries.postpone(uow, claim, f"The mail could not be composed ({type(error).__name__}).")
        self.held.discard(claim)

    async def _send(self, notes: UnitOfWork, ready: Ready, before: Accepted | None) -> Accepted | None:
        """Begin a mail while the server is told its addresses; it gets the content once that is noted.

        By then the mail ``before`` it is noted as accepted: a sudden death doubles one of the two at most.
        """
        beginning = asyncio.create_task(self._begin(notes, ready, before))
        delivery: Delivery | None = await self._delivered(ready.claim, ready.mail, lambda: _has_begun(beginning))
        try:
            if not await beginning:
                delivery = await self._send_anew(ready.claim)
        except Exception as error:
            log.exception("mail_not_begun", message_id=str(ready.claim.id))
            await self._postpone(ready.claim, error)
            return None
        if delivery:
            return await self._settle(ready.claim, delivery)
        self.held.discard(ready.claim)
        return None

    async def _send_anew(self, claim: Claim) -> Delivery | None:
        """Send what is to be said now that a ticket of the mail has changed, ``None`` if nothing is."""
        async with self._resources.unit_of_work() as uow:
            mail = await deliveries.begin_anew(uow, self._office, claim)
        return await self._delivered(claim, mail) if mail else None

    async def _delivered(self, claim: Claim, mail: OutgoingMail, is_cleared: Clearance | None = None) -> Delivery:
        """Hand the mail over; one that the transport cannot even take is tried later, and holds up no other."""
        try:
            return await self._resources.transport.send(mail, is_cleared)
        except Exception as error:
            log.exception("mail_not_sent", message_id=str(claim.id))
            return Delivery(DeliveryOutcome.DEFERRED, None, f"The mail could not be sent ({type(error).__name__}).")

    async def _begin(self, notes: UnitOfWork, ready: Ready, before: Accepted | None) -> bool:
        try:
            has_begun = await deliveries.begin(notes, ready, before)
        except Exception:
            # Then the one before it was not noted either.
            await self._accept(notes, before)
            raise
        if before:
            self._accepted.append(before.claim)
        return has_begun

    async def _settle(self, claim: Claim, delivery: Delivery) -> Accepted | None:
        """Return what the server took, to be noted along with what comes next; note here what it did not."""
        if delivery.outcome is DeliveryOutcome.ACCEPTED:
            return Accepted(claim, self._resources.clock.now(), delivery.smtp_code)
        async with self._resources.unit_of_work() as uow:
            await receipts.refuse(uow, claim, delivery)
        self.held.discard(claim)
        return None

    async def _accept(self, notes: UnitOfWork, accepted: Accepted | None) -> None:
        if accepted:
            await deliveries.accept(notes, accepted)
            self._accepted.append(accepted.claim)

    @asynccontextmanager
    async def recording(self) -> AsyncIterator[None]:
        """Record accepted mails while the block runs; all of them have been when it is over."""
        task = asyncio.create_task(self._record())
        try:
            yield
        finally:
            self._is_over.set()
            await task

    async def _record(self) -> None:
        while self._accepted or not self._is_over.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(GATHERING_SECONDS):
                    await self._is_over.wait()
            claims, self._accepted = self._accepted, []
            if claims:
                await self._record_all(claims)
                self.held.difference_update(claims)

    async def _record_all(self, claims: Sequence[Claim]) -> None:
        try:
            async with self._resources.unit_of_work() as uow:
                await receipts.record(uow, claims)
        except DomainError:
            for claim in claims:
                await self._record_one(claim)

    async def _record_one(self, claim: Claim) -> None:
        try:
            async with self._resources.unit_of_work() as uow:
                await receipts.record(uow, [claim])
        except DomainError:
            # Left as it is it would be tried after every lease; better a ticket that people have to look at.
            log.exception("tickets_not_settled", message_id=str(claim.id))
            async with self._resources.unit_of_work() as uow:
                await receipts.record_alone(uow, claim)


async def _has_begun(beginning: asyncio.Task[bool]) -> bool:
    """Wait for ``beginning``, which goes on where the wait is given up; a mail that failed to begin has not."""
    with suppress(Exception):
        return await asyncio.shield(beginning)
    return False


@asynccontextmanager
async def _leases_renewed(resources: Resources, claims: Collection[Claim]) -> AsyncIterator[None]:
    """Keep the leases of ``claims``, as they are at any time, alive while the block runs, however slow the server."""

    async def renew() -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            async with resources.unit_of_work() as uow:
                await deliveries.renew(uow, list(claims))

    task = asyncio.create_task(renew())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
