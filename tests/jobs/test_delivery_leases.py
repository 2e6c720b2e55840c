"""A message is one worker's as long as its lease is renewed, and another one's soon after that."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.application import FrozenClock, SignedInClient
from tests.factories.tickets import RECIPIENT, create_ticket

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.messages import LEASE
from ticketdesk.domain.ports import Clearance, Delivery, MailTransport, OutgoingMail
from ticketdesk.integrations.mailbox import MailCatcher
from ticketdesk.jobs.deliveries import send_due_messages
from ticketdesk.jobs.delivery_leases import HEARTBEAT_SECONDS
from ticketdesk.services import deliveries
from ticketdesk.services.mail_contents import PostOffice

BO = {"name": "Bo Lind", "email": "bo@lind.example"}


async def test_a_message_taken_over_is_left_to_its_new_worker(
    agent: SignedInClient, resources: Resources, mailbox: MailCatcher, clock: FrozenClock
) -> None:
    await create_ticket(agent, send="now")
    async with resources.unit_of_work() as uow:
        (first,) = await deliveries.claim(uow)
    async with resources.unit_of_work() as uow:
        assert await deliveries.claim(uow) == []
    clock.advance(timedelta(seconds=5))
    await send_due_messages(resources)
    assert len(mailbox.mails) == 1
    office = PostOffice(resources.renderer, resources.signer, "a@b.example", "b.example", "http://x/")
    async with resources.unit_of_work() as uow:
        assert await deliveries.begin_anew(uow, office, first.claim) is None


async def test_renewing_leases_does_not_wait_for_what_is_being_noted(
    agent: SignedInClient, resources: Resources, clock: FrozenClock
) -> None:
    for person in (RECIPIENT, BO):
        await create_ticket(agent, send="now", recipient=person)
    async with resources.unit_of_work() as uow:
        first, second = [message.claim for message in await deliveries.claim(uow)]
    clock.advance(timedelta(seconds=2))
    async with resources.unit_of_work() as noting, resources.unit_of_work() as renewing:
        assert await noting.deliveries.lock(first)
        await deliveries.renew(renewing, [first, second])
    clock.advance(timedelta(seconds=2))
    async with resources.unit_of_work() as uow:
        assert [message.id for message in await deliveries.claim(uow)] == [first.id]


async def test_a_lease_that_is_renewed_at_every_heartbeat_never_runs_out(
    agent: SignedInClient, resources: Resources, clock: FrozenClock
) -> None:
    await create_ticket(agent, send="now")
    async with resources.unit_of_work() as uow:
        held = [message.claim for message in await deliveries.claim(uow)]
    for _ in range(9):
        clock.advance(timedelta(seconds=HEARTBEAT_SECONDS))
        async with resources.unit_of_work() as uow:
            assert await deliveries.claim(uow) == []
            await deliveries.renew(uow, held)


class HeldUp:
    """A transport that is held up longer than a lease lasts, once: before its second mail or when that has begun."""

    def __init__(self, inner: MailTransport, clock: FrozenClock, *, is_begun: bool) -> None:
        self._inner, self._clock, self._is_begun = inner, clock, is_begun
        self._asked = 0

    async def send(self, mail: OutgoingMail, is_cleared: Clearance | None = None) -> Delivery:
        async def is_cleared_late() -> bool:
            assert is_cleared is not None
            self._asked += 1
            if self._asked == 2 and self._is_begun:
                self._clock.advance(LEASE)
            return await is_cleared()

        delivery = await self._inner.send(mail, is_cleared_late)
        if not self._is_begun and self._asked == 1:
            self._clock.advance(LEASE)
        return delivery


@pytest.mark.parametrize("is_begun", [False, True])
async def test_a_worker_that_was_held_up_sends_nothing_that_may_be_another_ones(
    agent: SignedInClient, resources: Resources, mailbox: MailCatcher, clock: FrozenClock, is_begun: bool
) -> None:
    for person in (RECIPIENT, BO, {"name": "Cy Moe", "email": "cy@moe.example"}):
        await create_ticket(agent, send="now", recipient=person)
    held_up: Any = HeldUp(resources.transport, clock, is_begun=is_begun)
    await send_due_messages(replace(resources, transport=held_up))
    assert (len(mailbox.mails), len(mailbox.to(RECIPIENT["email"]))) == (1, 1)
    clock.advance(timedelta(seconds=1))
    await send_due_messages(resources)
    assert len({mail.header("Message-ID") for mail in mailbox.mails}) == len(mailbox.mails) == 3
