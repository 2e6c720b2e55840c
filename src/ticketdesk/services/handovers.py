"""A ticket goes on to a colleague with their consent (spec: product.md section 5, hand-over)."""

from datetime import timedelta
from uuid import UUID

from ticketdesk.domain.activities import ActivityKind
from ticketdesk.domain.actors import SYSTEM, Actor
from ticketdesk.domain.assignment import AssignmentCause, HandoverState
from ticketdesk.domain.errors import Conflict, Gone, InvalidInput, NotFound, NotPermitted
from ticketdesk.domain.events import HandoverDecided, HandoverRequested
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.domain.permissions import Permission
from ticketdesk.repositories.base import new_id
from ticketdesk.repositories.handovers import HandoverRecord
from ticketdesk.repositories.tickets import TicketRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.handovers import Handover, HandoverInput, HandoverQuery
from ticketdesk.services import activities, placements, settings, staff_loads, steps, users


async def request(uow: UnitOfWork, actor: Actor, ticket_id: UUID, data: HandoverInput) -> Handover:
    """Ask a colleague to take a ticket over; nothing changes until they accept.

    Raises ``NotPermitted`` unless the caller has the ticket, nobody has it, or they are a lead; ``InvalidInput`` for
    whom no ticket is given to, or who has it; ``Conflict`` (``handover_pending``, ``ticket_closed``,
    ``ticket_archived``); ``NotFound``.
    """
    ticket = await placements.lock_open(uow, actor, ticket_id)
    asker = _require_may_request(actor, ticket)
    await _require_colleague(uow, ticket, data.user_id)
    after = await _require_none_pending(uow, ticket)
    handover = await _add(uow, ticket, asker, data)
    facts = {"handover_id": handover.id, "to_user_id": data.user_id, "note": data.note or None}
    after = await activities.record(uow, after, actor, ActivityKind.HANDOVER_REQUESTED, **facts)
    await uow.tickets.save(ticket, after)
    await uow.emit(HandoverRequested(handover.id))
    return await get(uow, actor, handover.id)


async def _require_none_pending(uow: UnitOfWork, ticket: TicketRecord) -> TicketRecord:
    """Return the ticket as it has to be saved: a request that nobody answered in time is ended first."""
    pending = await uow.handovers.find_pending(ticket.id)
    if pending is None:
        return ticket
    if pending.expires_at > uow.now():
        raise Conflict("The ticket is offered to a colleague already.", code="handover_pending")
    return await _expire(uow, ticket, pending)


async def _add(uow: UnitOfWork, ticket: TicketRecord, asker: UUID, data: HandoverInput) -> HandoverRecord:
    lasts = timedelta(hours=(await settings.get_assignment(uow)).handover_hours)
    handover = HandoverRecord(
        id=new_id(),
        ticket_id=ticket.id,
        from_user_id=ticket.assignee_id,
        to_user_id=data.user_id,
        requested_by_id=asker,
        note=data.note,
        state=HandoverState.PENDING,
        created_at=uow.now(),
        expires_at=uow.now() + lasts,
    )
    await uow.handovers.add(handover)
    return handover


def _require_may_request(actor: Actor, ticket: TicketRecord) -> UUID:
    is_theirs = ticket.assignee_id in {None, actor.user_id}
    if actor.user_id is None or not (is_theirs or Permission.TICKETS_ASSIGN in actor.permissions):
        raise NotPermitted("Only whoever has the ticket, or a lead, can offer it to a colleague.")
    return actor.user_id


async def _require_colleague(uow: UnitOfWork, ticket: TicketRecord, user_id: UUID) -> None:
    await users.require_active_staff(uow, user_id, "/user_id")
    if not await staff_loads.may_work(uow, user_id):
        raise InvalidInput.at("/user_id", "works_no_tickets", "Tickets are not given to this user.")
    if user_id == ticket.assignee_id:
        raise InvalidInput.at("/user_id", "already_assigned", "The ticket is theirs.")


async def accept(uow: UnitOfWork, actor: Actor, handover_id: UUID) -> Handover:
    """Make the named colleague the assignee. For them to do, unless they asked for it themselves, and for leads.

    Raises ``NotFound``, ``NotPermitted``, ``Gone`` (``handover_expired``), ``Conflict`` (``handover_decided``,
    ``user_unavailable``) and as ``placements.lock_open`` does.
    """
    ticket, handover = await _lock(uow, actor, handover_id)
    is_own_wish = handover.requested_by_id == handover.to_user_id
    _require_may_decide(actor, None if is_own_wish else handover.to_user_id)
    if not await staff_loads.may_work(uow, handover.to_user_id):
        raise Conflict("Tickets are no longer given to this colleague.", code="user_unavailable")
    await uow.handovers.settle(handover.id, HandoverState.ACCEPTED, uow.now(), actor.user_id)
    await placements.place(uow, actor, ticket, handover.to_user_id, AssignmentCause.HANDED_OVER)
    return await _decided(uow, actor, handover)


async def decline(uow: UnitOfWork, actor: Actor, handover_id: UUID) -> Handover:
    """Leave the ticket where it is. For the named colleague and for leads; raises as ``accept`` does."""
    ticket, handover = await _lock(uow, actor, handover_id)
    _require_may_decide(actor, handover.to_user_id)
    await _end(uow, actor, ticket, handover, HandoverState.DECLINED, ActivityKind.HANDOVER_DECLINED)
    return await _decided(uow, actor, handover)


async def cancel(uow: UnitOfWork, actor: Actor, handover_id: UUID) -> Handover:
    """Take a request back. For whoever made it and for leads; raises as ``accept`` does."""
    ticket, handover = await _lock(uow, actor, handover_id)
    _require_may_decide(actor, handover.requested_by_id)
    await _end(uow, actor, ticket, handover, HandoverState.CANCELLED, ActivityKind.HANDOVER_CANCELLED)
    return await get(uow, actor, handover.id)


async def expire_due(uow: UnitOfWork) -> bool:
    """End requests that nobody answered in time; true if there may be more."""
    due = await uow.handovers.due(uow.now())
    for ticket in await uow.tickets.lock_all(due, SYSTEM):
        handover = await uow.handovers.find_pending(ticket.id)
        if handover is not None and handover.expires_at <= uow.now():
            await uow.tickets.save(ticket, await _expire(uow, ticket, handover))
    return bool(due)


async def get(uow: UnitOfWork, actor: Actor, handover_id: UUID) -> Handover:
    """Return a request; raises ``NotFound``, also for one about a ticket that the caller does not see."""
    found = await uow.handovers.get(handover_id, actor)
    if found is None:
        raise NotFound("Hand-over")
    return found


async def page_of_ticket(uow: UnitOfWork, actor: Actor, ticket_id: UUID, request: PageRequest) -> Page[Handover]:
    """Return a page of the requests about a ticket, oldest first; raises ``NotFound``."""
    if await uow.tickets.find(ticket_id, actor) is None:
        raise NotFound("Ticket")
    return await uow.handovers.page_of_ticket(ticket_id, request, actor)


async def page_of_caller(uow: UnitOfWork, actor: Actor, query: HandoverQuery, request: PageRequest) -> Page[Handover]:
    """Return a page of the requests to the caller or by them, oldest first."""
    if actor.user_id is None:
        return Page([])
    return await uow.handovers.page_of_user(actor.user_id, query, request, actor)


async def _lock(uow: UnitOfWork, actor: Actor, handover_id: UUID) -> tuple[TicketRecord, HandoverRecord]:
    """Return a request that can be decided, with its ticket locked, so that of two answers one is the first."""
    seen = await get(uow, actor, handover_id)
    ticket = await steps.lock(uow, actor, seen.ticket.id)
    handover = await uow.handovers.find(handover_id)
    assert handover is not None  # noqa: S101 - it was there, and none is ever deleted
    if handover.state is HandoverState.EXPIRED or (
        handover.state is HandoverState.PENDING and handover.expires_at <= uow.now()
    ):
        raise Gone("The time to answer is over; the ticket stays where it is.", code="handover_expired")
    if handover.state is not HandoverState.PENDING:
        raise Conflict("Somebody has decided this already.", code="handover_decided", state=handover.state.value)
    return ticket, handover


def _require_may_decide(actor: Actor, user_id: UUID | None) -> None:
    is_asked = user_id is not None and actor.user_id == user_id
    if not is_asked and Permission.TICKETS_ASSIGN not in actor.permissions:
        raise NotPermitted("This is for the colleague who was asked, or for a lead, to decide.")


async def _end(
    uow: UnitOfWork,
    actor: Actor,
    ticket: TicketRecord,
    handover: HandoverRecord,
    state: HandoverState,
    kind: ActivityKind,
) -> None:
    await uow.handovers.settle(handover.id, state, uow.now(), actor.user_id)
    after = await activities.record(uow, ticket, actor, kind, handover_id=handover.id)
    await uow.tickets.save(ticket, after)


async def _expire(uow: UnitOfWork, ticket: TicketRecord, handover: HandoverRecord) -> TicketRecord:
    """Return the ticket as it has to be saved, its request ended by time."""
    await uow.handovers.settle(handover.id, HandoverState.EXPIRED, uow.now())
    await uow.emit(HandoverDecided(handover.id))
    return await activities.record(uow, ticket, SYSTEM, ActivityKind.HANDOVER_EXPIRED, handover_id=handover.id)


async def _decided(uow: UnitOfWork, actor: Actor, handover: HandoverRecord) -> Handover:
    await uow.emit(HandoverDecided(handover.id))
    return await get(uow, actor, handover.id)
