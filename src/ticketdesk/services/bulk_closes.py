"""Closing many tickets in one request: each by itself, so that what one is refused stops no other."""

from uuid import UUID

from ticketdesk.domain.actors import Actor
from ticketdesk.domain.bulk import BulkOutcome
from ticketdesk.domain.errors import DomainError, InvalidInput, NotFound
from ticketdesk.domain.ticket_workflow import Status, allowed_actions
from ticketdesk.repositories.tickets import TicketRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.bulk import BulkItem, BulkResult
from ticketdesk.schemas.bulk_closes import BulkClose
from ticketdesk.schemas.tickets import TransitionInput
from ticketdesk.services import steps, transitions


async def close(uow: UnitOfWork, actor: Actor, data: BulkClose) -> BulkResult:
    """Close each ticket that can be closed, as a single close would, and say of each what became of it.

    All of them are locked first, in the order of their ids. Only a fault of the infrastructure undoes the whole.
    """
    found = {ticket.id: ticket for ticket in await uow.tickets.lock_all(data.ticket_ids, actor)}
    became = {ticket.id: await _close(uow, actor, ticket, data.step) for ticket in found.values()}
    return BulkResult(results=[became.get(ticket_id) or _missing(ticket_id) for ticket_id in data.ticket_ids])


async def _close(uow: UnitOfWork, actor: Actor, ticket: TicketRecord, step: TransitionInput) -> BulkItem:
    try:
        async with uow.savepoint():
            await transitions.transition(uow, actor, ticket.id, step)
    except DomainError as refusal:
        return _refused(refusal, ticket, actor)
    outcome = BulkOutcome.UNCHANGED if ticket.status is Status.CLOSED else BulkOutcome.CLOSED
    return BulkItem(
        ticket_id=ticket.id, outcome=outcome, status=Status.CLOSED, code=None, detail=None, allowed_actions=None
    )


def _missing(ticket_id: UUID) -> BulkItem:
    refusal = NotFound("Ticket")
    return BulkItem(
        ticket_id=ticket_id,
        outcome=BulkOutcome.REFUSED,
        status=None,
        code=refusal.code,
        detail=refusal.detail,
        allowed_actions=None,
    )


def _refused(refusal: DomainError, ticket: TicketRecord, actor: Actor) -> BulkItem:
    # One input is for all tickets, so what it lacks for this one is told as this ticket's refusal.
    told = refusal.errors[0] if isinstance(refusal, InvalidInput) else refusal
    return BulkItem(
        ticket_id=ticket.id,
        outcome=BulkOutcome.REFUSED,
        status=ticket.status,
        code=told.code,
        detail=told.detail,
        allowed_actions=list(allowed_actions(ticket.facts, steps.relation(ticket, actor))),
    )
