"""The mail worker: any number of them may run; each message is leased to one at a time.

Mails go out one after the other. While the mail server is waited for, the next batch is composed and begun, and mails
that were accepted are recorded. That a mail was accepted is noted while the server is told the addresses of the next
one, whose content it gets only after that note. So a worker that dies suddenly leaves one mail at most to be sent
twice.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import TypeAlias

import structlog

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.errors import DomainError
from ticketdesk.domain.messages import take_ahead
from ticketdesk.domain.ports import Delivery, DeliveryOutcome, OutgoingMail
from ticketdesk.jobs.delivery_leases import Leases
from ticketdesk.repositories.deliveries import Accepted, Claim
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.services import deliveries, receipts
from ticketdesk.services.deliveries import Compose, Ready
from ticketdesk.services.mail_contents import PostOffice

log = structlog.get_logger(__name__)

# Mails that were begun; ``None`` for one about a ticket that changed before that, which is composed anew.
Batch: TypeAlias = Mapping[Claim, OutgoingMail | None]
# So many mails a run takes at first: they show how fast the mail server is.
FIRST = 5
# So long mails are gathered before they are recorded together; meanwhile their tickets cannot be changed.
GATHERING_SECONDS = 0.2
# So many mails are composed before what is on the wire comes in between: each by itself would take longer.
IN_A_ROW = 5


async def send_due_messages(resources: Resources) -> None:
    """Send every message that is due."""
    worker = _Worker(resources)
    async with worker.leases.renewed(), worker.recording():
        preparing = asyncio.create_task(worker.prepare())
        try:
            while batch := await preparing:
                preparing = asyncio.create_task(worker.prepare())
                await worker.send(batch)
        finally:
            preparing.cancel()


class _Worker:
    """One run over what is due."""

    def __init__(self, resources: Resources) -> None:
        config = resources.config
        self._resources = resources
        self._office = PostOffice(
            resources.renderer, resources.signer, config.mail_from, config.mail_domain, config.link_base
        )
        self.leases = Leases(resources)
        self._ahead = FIRST
        self._accepted: list[Claim] = []
        self._is_over = asyncio.Event()

    async def prepare(self) -> Batch:
        """Claim, compose and begin the next mails; empty when none is due."""
        while True:
            async with self._resources.unit_of_work() as uow:
                claimed = await deliveries.claim(uow, self._ahead)
                # What a worker sent that died before it could record it.
                sent = [message.claim for message in claimed if message.sent_at]
                prepared = await deliveries.prepare(uow, self._office, [one for one in claimed if not one.sent_at])
            self._accepted += sent
            self.leases.hold(message for message in claimed if message.sent_at or message.claim in prepared)
            if batch := await self._begun([ready async for ready in self._composed(prepared)]):
                return batch
            if not claimed:
                return {}

    async def _composed(self, prepared: Mapping[Claim, Compose]) -> AsyncIterator[Ready]:
        for number, (claim, compose) in enumerate(prepared.items(), 1):
            try:
                yield compose()
            except Exception as error:
                log.exception("mail_not_composed", message_id=str(claim.id))
                await self._postpone(claim, error)
            # What is on the wire does not wait for the whole batch.
            if number % IN_A_ROW == 0:
                await asyncio.sleep(0)

    async def _begun(self, mails: Sequence[Ready]) -> Batch:
        """Begin the mails; one that cannot even be begun is tried later, and holds up no other."""
        if not mails:
            return {}
        try:
            async with self._resources.unit_of_work() as uow:
                begun = await deliveries.begin(uow, mails)
        except Exception as error:
            if len(mails) > 1:
                return {claim: mail for one in mails for claim, mail in (await self._begun([one])).items()}
            log.exception("mail_not_begun", message_id=str(mails[0].claim.id))
            await self._postpone(mails[0].claim, error)
            return {}
        return {ready.claim: ready.mail if ready.claim in begun else None for ready in mails}

    async def _postpone(self, claim: Claim, error: Exception) -> None:
        async with self._resources.unit_of_work() as uow:
            await deliveries.postpone(uow, claim, f"The mail could not be composed ({type(error).__name__}).")
        self.leases.drop(claim)

    async def send(self, batch: Batch) -> None:
        """Send the mails in their order, and take as many ahead from now on as their pace allows."""
        loop = asyncio.get_running_loop()
        began_at, noting = loop.time(), _nothing_to_note()
        # One connection for what is noted between two mails, each note a transaction of its own.
        async with self._resources.unit_of_work() as notes:
            try:
                for claim, begun in batch.items():
                    mail = begun or await self._begun_anew(claim)
                    if mail:
                        delivery = await self._delivered(claim, mail, noting)
                        await noting
                        noting = asyncio.create_task(self._note(notes, claim, delivery))
            finally:
                await noting
        self._ahead = take_ahead(len(batch), timedelta(seconds=loop.time() - began_at))

    async def _begun_anew(self, claim: Claim) -> OutgoingMail | None:
        """Return what is to be said now that a ticket of the mail has changed, ``None`` if nothing is."""
        try:
            async with self._resources.unit_of_work() as uow:
                mail = await deliveries.begin_anew(uow, self._office, claim)
        except Exception as error:
            log.exception("mail_not_begun", message_id=str(claim.id))
            await self._postpone(claim, error)
            return None
        if mail is None:
            self.leases.drop(claim)
        return mail

    async def _delivered(self, claim: Claim, mail: OutgoingMail, noting: asyncio.Future[None]) -> Delivery:
        """Hand the mail over; one that the transport cannot even take is tried later, and holds up no other.

        The server gets its content only when the one before is noted and the lease lasts.
        """

        async def is_cleared() -> bool:
            return await _is_noted(noting) and self.leases.is_safe(claim)

        if not self.leases.is_safe(claim):
            return Delivery(DeliveryOutcome.WITHHELD, None, "The lease is over.")
        try:
            return await self._resources.transport.send(mail, is_cleared)
        except Exception as error:
            log.exception("mail_not_sent", message_id=str(claim.id))
            return Delivery(DeliveryOutcome.DEFERRED, None, f"The mail could not be sent ({type(error).__name__}).")

    async def _note(self, notes: UnitOfWork, claim: Claim, delivery: Delivery) -> None:
        """Note what became of a mail: what the server took at once, to be recorded behind.

        One that was withheld is left alone: another worker takes it over, as it is, once the lease has ended.
        """
        if delivery.outcome is DeliveryOutcome.ACCEPTED:
            await deliveries.accept(notes, Accepted(claim, self._resources.clock.now(), delivery.smtp_code))
            self._accepted.append(claim)
            return
        if delivery.outcome is not DeliveryOutcome.WITHHELD:
            async with self._resources.unit_of_work() as uow:
                await receipts.refuse(uow, claim, delivery)
        self.leases.drop(claim)

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
                self.leases.drop(*claims)

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


def _nothing_to_note() -> asyncio.Future[None]:
    nothing = asyncio.get_running_loop().create_future()
    nothing.set_result(None)
    return nothing


async def _is_noted(noting: asyncio.Future[None]) -> bool:
    """Wait for ``noting``, which goes on where the wait is given up; what failed to be noted is not."""
    with suppress(Exception):
        await asyncio.shield(noting)
        return True
    return False
