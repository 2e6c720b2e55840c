"""What to work next (spec: product.md section 5, views).

The oldest by creation of all that waits for this user: assigned to them and theirs to act on
(``domain/next_tickets.py``), or theirs to check. Being returned, reopened or urgent makes no ticket older or younger.
"""

from ticketdesk.domain.actors import Actor
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.ready_json import Resource
from ticketdesk.schemas.tickets import Ticket


async def find(uow: UnitOfWork, actor: Actor) -> Resource[Ticket] | None:
    """Return the ticket, ``None`` when nothing waits for the caller."""
    return await uow.ticket_views.next(actor)
