"""Whoever gives up a ticket can take another one: what follows when a load falls."""

from uuid import UUID

from ticketdesk.domain.events import StaffFreed
from ticketdesk.repositories.tickets import TicketRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork


async def may_work(uow: UnitOfWork, user_id: UUID) -> bool:
    """Tell whether tickets are given to this user at all."""
    staff = await uow.staff_loads.colleagues(uow.now(), user_id=user_id)
    return any(person.is_active and person.may_work for person in staff)


async def release(uow: UnitOfWork, ticket: TicketRecord) -> None:
    """Follow up on ``ticket``, as it was, having been closed, put away or gone on to somebody else.

    An offer to hand it over is off, and tickets that wait for somebody are given out soon.
    """
    await uow.handovers.cancel(ticket.id, uow.now())
    if ticket.assignee_id is not None and await uow.assignments.has_waiting():
        await uow.emit(StaffFreed(ticket.assignee_id))
