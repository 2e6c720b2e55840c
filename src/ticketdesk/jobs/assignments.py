"""What time alone brings: colleagues who are back, and offers that nobody answered."""

from ticketdesk.bootstrap import Resources
from ticketdesk.services import assignments, handovers


async def give_out_waiting_tickets(resources: Resources) -> None:
    """Give out tickets that nobody was eligible for, a batch per transaction."""
    has_more = True
    while has_more:
        async with resources.unit_of_work() as uow:
            has_more = await assignments.give_out_waiting(uow)


async def expire_handovers(resources: Resources) -> None:
    """End hand-overs that nobody answered in time, a batch per transaction."""
    has_more = True
    while has_more:
        async with resources.unit_of_work() as uow:
            has_more = await handovers.expire_due(uow)
