"""When a ticket's recipients are asked again."""

from ticketdesk.repositories.tickets import TicketRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork


async def replan(uow: UnitOfWork, ticket: TicketRecord) -> TicketRecord:
    """Return ``ticket`` with the time of its next reminder, or the reason why there is none."""
    return ticket
