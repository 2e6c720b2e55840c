"""Events on their way: each row is handled in one transaction with being marked done, so it counts once."""

from datetime import timedelta

from ticketdesk.domain.errors import Conflict
from ticketdesk.repositories.outbox import OutboxItem
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.services.subscriptions import handler_of

BATCH = 50
LEASE = timedelta(seconds=30)
MAX_ATTEMPTS = 10
_FIRST_DELAY = timedelta(seconds=5)
_LONGEST_DELAY = timedelta(hours=1)


async def claim(uow: UnitOfWork) -> list[OutboxItem]:
    """Lease the next rows that are due."""
    return await uow.outbox.claim(uow.now(), LEASE, BATCH)


async def hand_out(uow: UnitOfWork, item: OutboxItem) -> None:
    """Run the row's handler and mark the row done, both in this transaction.

    Raises ``Conflict`` if another worker has taken the row over meanwhile, so that nothing is done twice; a row
    whose handler no longer exists is done.
    """
    handler = handler_of(item.event, item.subscriber)
    if handler is not None:
        await handler(uow, item.payload)
    if not await uow.outbox.finish(item, uow.now()):
        raise Conflict("Another worker has this event.", code="lease_lost")


async def give_back(uow: UnitOfWork, item: OutboxItem, error: str) -> None:
    """Note that the handler failed: the row is tried again later, and set aside for people after the last attempt."""
    if item.attempts >= MAX_ATTEMPTS:
        await uow.outbox.park(item, uow.now(), error)
        return
    delay = min(_FIRST_DELAY * (1 << (item.attempts - 1)), _LONGEST_DELAY)
    await uow.outbox.postpone(item, uow.now() + delay, error)
