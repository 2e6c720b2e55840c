"""Hand events to their subscribers; any number of replicas divide the rows among themselves."""

import structlog

from ticketdesk.bootstrap import Resources
from ticketdesk.repositories.outbox import OutboxItem
from ticketdesk.services import outbox

log = structlog.get_logger(__name__)


async def hand_out_due_events(resources: Resources) -> None:
    """Hand out every event that is due."""
    while items := await _claim(resources):
        for item in items:
            await _hand_out(resources, item)


async def _claim(resources: Resources) -> list[OutboxItem]:
    async with resources.unit_of_work() as uow:
        return await outbox.claim(uow)


async def _hand_out(resources: Resources, item: OutboxItem) -> None:
    try:
        async with resources.unit_of_work() as uow:
            await outbox.hand_out(uow, item)
    except Exception as error:
        log.exception("event_not_handed_out", event_name=item.event, subscriber=item.subscriber)
        async with resources.unit_of_work() as uow:
            await outbox.give_back(uow, item, type(error).__name__)
