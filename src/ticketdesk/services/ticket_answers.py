"""The questions and answers of a task, read by staff (spec: product.md section 6)."""

from uuid import UUID

from ticketdesk.domain.actors import Actor
from ticketdesk.domain.errors import NotFound
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.ticket_answers import TicketAnswerEntry, TicketAnswers


async def get(uow: UnitOfWork, actor: Actor, ticket_id: UUID) -> tuple[TicketAnswers, int]:
    """Return everything that a ticket asks with its answers, and the ticket's version; raises ``NotFound``.

    What was not sent yet, and what is no task, asks nothing.
    """
    ticket = await uow.tickets.find(ticket_id, actor)
    if ticket is None:
        raise NotFound("Ticket")
    return await uow.ticket_answers.sheet(ticket.id), ticket.version


async def entries(
    uow: UnitOfWork, actor: Actor, ticket_id: UUID, question_id: UUID, request: PageRequest
) -> Page[TicketAnswerEntry]:
    """Return a page of what a question of a ticket was ever answered with, oldest first; raises ``NotFound``."""
    if await uow.tickets.find(ticket_id, actor) is None:
        raise NotFound("Ticket")
    if not await uow.ticket_answers.is_asked(ticket_id, question_id):
        raise NotFound("Question")
    return await uow.ticket_answers.entries(question_id, request)
