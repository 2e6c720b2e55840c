"""Start the dispatches whose time has come."""

from ticketdesk.bootstrap import Resources
from ticketdesk.services import dispatches


async def start_due_dispatches(resources: Resources) -> None:
    """Queue the messages of every scheduled dispatch that is due, each in a transaction of its own."""
    has_more = True
    while has_more:
        async with resources.unit_of_work() as uow:
            has_more = await dispatches.start_due(uow)
