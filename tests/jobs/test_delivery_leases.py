"""A message is one worker's as long as its lease is renewed, and another one's soon after that."""

from datetime import timedelta

from tests.application import FrozenClock, SignedInClient
from tests.factories.tickets import RECIPIENT, create_ticket

from ticketdesk.bootstrap import Resources
from ticketdesk.integrations.mailbox import MailCatcher
from ticketdesk.jobs.deliveries import HEARTBEAT_SECONDS, send_due_messages
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
