"""What only shows between transactions: locks, and the end of a dispatch that several workers send."""

import asyncio
from uuid import UUID

import pytest
from tests.application import ClientFor, SignedInClient
from tests.factories.dispatches import BEN, dispatch, hold, outcomes, read_dispatch
from tests.locks import somebody_waits

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.dispatches import TicketOutcome
from ticketdesk.domain.ports import Delivery, DeliveryOutcome
from ticketdesk.repositories.deliveries import Accepted, Claim
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.services import deliveries, receipts
from ticketdesk.services.mail_contents import PostOffice

REJECTED = Delivery(DeliveryOutcome.REJECTED, 550, "550 no such mailbox")


@pytest.fixture
async def agent(client_for: ClientFor) -> SignedInClient:
    return await client_for("agent")


async def begin_all(resources: Resources) -> list[Claim]:
    """Take every due message to the moment in which it is on the wire."""
    config = resources.config
    office = PostOffice(resources.renderer, resources.signer, config.mail_from, config.mail_domain, config.link_base)
    async with resources.unit_of_work() as uow:
        claims = [message.claim for message in await deliveries.claim(uow)]
    for claim in claims:
        async with resources.unit_of_work() as uow:
            assert await deliveries.begin_anew(uow, office, claim) is not None
    return claims


async def accept(uow: UnitOfWork, claim: Claim) -> None:
    """Have the server take a mail, and record it."""
    assert await deliveries.accept(uow, Accepted(claim, uow.now(), 250))
    await receipts.record(uow, [claim])


async def test_the_last_two_messages_settled_at_once_end_the_dispatch(
    agent: SignedInClient, resources: Resources
) -> None:
    await hold(agent)
    await hold(agent, 1, BEN)
    made = await dispatch(agent, all=True)
    one, other = await begin_all(resources)

    async def settle_other() -> None:
        async with resources.unit_of_work() as uow:
            await accept(uow, other)

    async with resources.unit_of_work() as uow:
        await accept(uow, one)
        # Neither sees what the other has not committed, unless one waits.
        task = asyncio.create_task(settle_other())
        await somebody_waits(resources)
    await task
    done = await read_dispatch(agent, made["id"])
    assert (done["state"], done["counts"]["sent"]) == ("done", 2)


async def test_a_dispatch_is_not_done_while_a_message_is_on_its_way(
    agent: SignedInClient, resources: Resources
) -> None:
    await hold(agent)
    await hold(agent, 1, BEN)
    made = await dispatch(agent, all=True)
    one, _ = await begin_all(resources)
    async with resources.unit_of_work() as uow:
        await receipts.refuse(uow, one, REJECTED)
    found = await read_dispatch(agent, made["id"])
    assert (found["state"], found["finished_at"]) == ("sending", None)
    assert (found["counts"]["failed"], found["counts"]["pending"]) == (1, 1)


async def test_what_reached_one_address_stays_sent(agent: SignedInClient, resources: Resources) -> None:
    ticket_id, *_ = await hold(agent)
    made = await dispatch(agent, all=True)
    for outcome in (TicketOutcome.FAILED, TicketOutcome.SENT, TicketOutcome.FAILED):
        async with resources.unit_of_work() as uow:
            await uow.dispatches.set_outcome(UUID(made["id"]), [UUID(ticket_id)], outcome, "550")
    assert outcomes(await read_dispatch(agent, made["id"]))[ticket_id][0] == "sent"
