"""Ask again where it is due."""

from ticketdesk.bootstrap import Resources
from ticketdesk.services import reminders


async def queue_due_reminders(resources: Resources) -> None:
    """Queue every reminder that is due, a batch per transaction."""
    has_more = True
    while has_more:
        async with resources.unit_of_work() as uow:
            has_more = await reminders.run_due(uow) > 0
