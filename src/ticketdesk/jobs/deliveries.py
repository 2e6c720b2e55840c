"""The mail worker: any number of them may run; each message is leased to one at a time."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import structlog

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.errors import DomainError
from ticketdesk.domain.messages import LEASE
from ticketdesk.domain.ports import Delivery
from ticketdesk.repositories.deliveries import Claim
from ticketdesk.services import deliveries
from ticketdesk.services.mail_contents import PostOffice

log = structlog.get_logger(__name__)

# Well within the lease, so that one late renewal loses nothing.
HEARTBEAT_SECONDS = LEASE.total_seconds() / 4


async def send_due_messages(resources: Resources) -> None:
    """Send every message that is due."""
    config = resources.config
    office = PostOffice(resources.renderer, resources.signer, config.mail_from, config.mail_domain, config.link_base)
    while claims := await _claim(resources):
        async with _leases_renewed(resources, claims):
            for claim in claims:
                await _deliver(resources, office, claim)


async def _claim(resources: Resources) -> list[Claim]:
    async with resources.unit_of_work() as uow:
        return await deliveries.claim(uow)


async def _deliver(resources: Resources, office: PostOffice, claim: Claim) -> None:
    try:
        async with resources.unit_of_work() as uow:
            mail = await deliveries.begin(uow, office, claim)
    except Exception as error:
        log.exception("mail_not_composed", message_id=str(claim.id))
        async with resources.unit_of_work() as uow:
            await deliveries.postpone(uow, claim, f"The mail could not be composed ({type(error).__name__}).")
        return
    if mail is None:
        return
    await _settle(resources, claim, await resources.transport.send(mail))


async def _settle(resources: Resources, claim: Claim, delivery: Delivery) -> None:
    try:
        async with resources.unit_of_work() as uow:
            await deliveries.settle(uow, claim, delivery)
    except DomainError:
        # Left unsettled it would be sent again after every lease; better a ticket that people have to look at.
        log.exception("tickets_not_settled", message_id=str(claim.id))
        async with resources.unit_of_work() as uow:
            await deliveries.settle_alone(uow, claim, delivery)


@asynccontextmanager
async def _leases_renewed(resources: Resources, claims: Sequence[Claim]) -> AsyncIterator[None]:
    """Keep the leases alive while the block runs, however slow the server is."""

    async def renew() -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            async with resources.unit_of_work() as uow:
                await deliveries.renew(uow, claims)

    task = asyncio.create_task(renew())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
