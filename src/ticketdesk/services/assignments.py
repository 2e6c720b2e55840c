"""Tickets are given to whom the rules of their category choose (spec: product.md section 5, assignment).

The rule is ``domain/assignment.py``; every decision is kept with what it went by. People who give out tickets
themselves are in ``placements``.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from ticketdesk.domain.activities import ActivityKind, Sealed
from ticketdesk.domain.actors import SYSTEM, Actor
from ticketdesk.domain.assignment import DRAWS, AssignmentCause, AssignmentMode, Choice, decide
from ticketdesk.domain.availability import is_working
from ticketdesk.domain.errors import Conflict
from ticketdesk.domain.events import StaffFreed, TicketAssigned
from ticketdesk.repositories.assignments import NO_CATEGORY, WAITING_AT_ONCE, DecisionRecord
from ticketdesk.repositories.staff_loads import IsAtWork, Loads, Whom
from ticketdesk.repositories.tickets import TicketRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.settings import AssignmentSettings
from ticketdesk.services import activities, settings
from ticketdesk.services.assignment_decisions import by_rule, facts_of


async def assign(uow: UnitOfWork, actor: Actor, ticket: TicketRecord, cause: AssignmentCause) -> TicketRecord:
    """Give a ticket to whom the rules of its category choose, write that down, and return the ticket as it is now.

    The ticket is written and locked. Raises as ``choose`` does, which tells what else holds.
    """
    return await _save(uow, actor, ticket, await choose(uow, actor, ticket, cause))


async def choose(uow: UnitOfWork, actor: Actor, ticket: TicketRecord, cause: AssignmentCause) -> DecisionRecord:
    """Return the decision of the rules of a ticket's category, which is to be followed and kept at once.

    To be called last in a transaction, but for what it writes: from here on everybody else who gives out a ticket
    waits until the transaction ends. Where nobody is eligible the ticket waits for somebody; where a lead gives tickets
    out, for them. A new ticket does not overtake those that wait: if there is somebody for it, they are given out
    first, as many as one transaction does. Raises ``Conflict`` (``nobody_eligible``) if somebody has the ticket, who
    then keeps it.
    """
    way = await _way(uow, ticket, cause)
    if way.mode is AssignmentMode.MANUAL:
        return by_rule(ticket, actor, cause, uow.now(), Choice(AssignmentMode.MANUAL))
    # Whoever gives out others besides has the lock to themselves.
    is_only_one = cause is AssignmentCause.CREATED and not way.has_waiting
    choice = await (_choose_among_others(uow, way) if is_only_one else _choose(uow, way))
    # What began to wait since that was asked is no older.
    if cause is AssignmentCause.CREATED and way.has_waiting and choice.assignee_id:
        await give_out_waiting(uow)
        choice = await _choose(uow, way)
    if choice.had_nobody_eligible and ticket.assignee_id:
        raise Conflict("Nobody could take the ticket over; it stays with whom it has.", code="nobody_eligible")
    return by_rule(ticket, actor, cause, uow.now(), choice)


def follow(actor: Actor, ticket: TicketRecord, decision: DecisionRecord) -> tuple[TicketRecord, tuple[Sealed, ...]]:
    """Return the ticket as a decision leaves it, which has to be saved, and its entries, which ``keep`` adds."""
    if decision.mode is AssignmentMode.MANUAL:
        return ticket, ()
    has_somebody = decision.assignee_id is not None
    after = ticket.with_columns(assignee_id=decision.assignee_id, had_nobody_eligible=not has_somebody)
    kind = ActivityKind.ASSIGNED if has_somebody else ActivityKind.UNASSIGNED
    after, entry = activities.seal(after, actor, kind, decision.decided_at, facts_of(decision))
    return after, (entry,)


async def keep(uow: UnitOfWork, decision: DecisionRecord, entries: Sequence[Sealed]) -> None:
    """Keep a decision with its ``entries`` and tell of it; nobody waits for an answer of the database here."""
    await uow.activities.add(*entries)
    await uow.assignments.add(decision)
    if decision.mode is not AssignmentMode.MANUAL:
        await uow.emit(TicketAssigned(decision.ticket_id, decision.id))


async def _save(uow: UnitOfWork, actor: Actor, ticket: TicketRecord, decision: DecisionRecord) -> TicketRecord:
    after, entries = follow(actor, ticket, decision)
    await keep(uow, decision, entries)
    return await uow.tickets.save(ticket, after)


async def give_out_waiting(uow: UnitOfWork) -> bool:
    """Give out the oldest tickets that nobody was eligible for, as far as somebody is now; true if there may be more.

    Categories for which nobody is do not hold up the others. A decision is kept only where somebody was found: the
    one that found nobody is on record. The pool is locked before the tickets, so that nobody finds them locked and
    takes their place.
    """
    if not await uow.assignments.has_waiting():
        return False
    await uow.staff_loads.lock_pool()
    given, passed_over = 0, set[UUID]()
    while given < WAITING_AT_ONCE:
        waiting = await uow.assignments.lock_waiting(passed_over)
        if not waiting:
            return False
        for ticket in waiting:
            category = ticket.category_id or NO_CATEGORY
            if category not in passed_over:
                is_given = await _give_out(uow, ticket)
                given += is_given
                passed_over |= set() if is_given else {category}
    return True


async def _give_out(uow: UnitOfWork, ticket: TicketRecord) -> bool:
    way = await _way(uow, ticket, AssignmentCause.FREED)
    if way.mode is AssignmentMode.MANUAL:
        return False
    choice = await _choose(uow, way)
    if choice.assignee_id is None:
        return False
    await _save(uow, SYSTEM, ticket, by_rule(ticket, SYSTEM, AssignmentCause.FREED, uow.now(), choice))
    return True


async def on_staff_freed(uow: UnitOfWork, _payload: Mapping[str, Any]) -> None:
    """Give out tickets that wait, as somebody can take one now (event ``StaffFreed``)."""
    if await give_out_waiting(uow):
        await uow.emit(StaffFreed())


@dataclass(frozen=True, slots=True)
class _Way:
    """How one ticket finds somebody: the mode, whom it is for, and whether their hours matter.

    ``user_id`` is the one person whom it is routed to, ``team_id`` the team; without either it is for everybody.
    """

    mode: AssignmentMode
    team_id: UUID | None
    user_id: UUID | None
    respects_working_hours: bool
    has_waiting: bool


async def _way(uow: UnitOfWork, ticket: TicketRecord, cause: AssignmentCause) -> _Way:
    """Return the way of the ticket's category; who asks for the rules themselves gets a choice."""
    route = await uow.assignments.route(ticket.category_id)
    rules = AssignmentSettings.model_validate(route.settings)
    mode = route.mode or rules.default_mode
    if mode is AssignmentMode.MANUAL and cause is AssignmentCause.AUTOMATIC:
        mode = AssignmentMode.LEAST_LOADED
    is_routed = mode is AssignmentMode.ROUTED
    return _Way(
        mode,
        route.routed_team_id if is_routed else route.team_id,
        route.routed_user_id if is_routed else None,
        rules.respect_working_hours,
        route.has_waiting,
    )


async def _choose(uow: UnitOfWork, way: _Way) -> Choice:
    """Take the pool's lock, read who is there with which load, and choose."""
    return _decide(way, await uow.staff_loads.lock_loads(uow.now(), await _whom(uow, way)))


async def _choose_among_others(uow: UnitOfWork, way: _Way) -> Choice:
    """Choose as ``_choose`` does, in one turn with others who give out one ticket each and nothing else."""
    return _decide(way, await uow.staff_loads.share_loads(uow.now(), await _whom(uow, way)))


def _decide(way: _Way, loads: Loads) -> Choice:
    choice = decide(
        way.mode,
        loads.colleagues,
        secrets.randbelow(DRAWS),
        is_fixed=way.user_id is not None,
        respects_working_hours=way.respects_working_hours,
    )
    loads.add(choice.assignee_id)
    return choice


async def _whom(uow: UnitOfWork, way: _Way) -> Whom:
    return Whom(way.team_id, way.user_id, await _judge_of_hours(uow) if way.respects_working_hours else None)


async def _judge_of_hours(uow: UnitOfWork) -> IsAtWork:
    """Return what tells whether somebody is in their working hours now."""
    calendar = await uow.once(settings.get_calendar)
    return lambda availability: is_working(availability, uow.now(), calendar.business_calendar, calendar.zone)
