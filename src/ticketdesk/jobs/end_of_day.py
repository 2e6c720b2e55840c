"""Watch over the end of the business day."""

from ticketdesk.bootstrap import Resources
from ticketdesk.services import end_of_day


async def guard_end_of_day(resources: Resources) -> None:
    """Warn checkers and put what is unchecked on record where it is due, a batch per transaction."""
    has_more = True
    while has_more:
        async with resources.unit_of_work() as uow:
            has_more = await end_of_day.run_due(uow)
