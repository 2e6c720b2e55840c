"""Send what is held when its time has come."""

from ticketdesk.bootstrap import Resources
from ticketdesk.services import automatic_dispatches, dispatches


async def start_due_dispatches(resources: Resources) -> None:
    """Queue the messages of every scheduled dispatch that is due, each in a transaction of its own."""
    has_more = True
    while has_more:
        async with resources.unit_of_work() as uow:
            has_more = await dispatches.start_due(uow)


async def dispatch_at_end_of_day(resources: Resources) -> None:
    """Dispatch everything held at the end of the business day, if the settings say so."""
    async with resources.unit_of_work() as uow:
        await automatic_dispatches.run_due(uow)
