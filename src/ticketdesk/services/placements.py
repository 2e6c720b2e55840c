"""People decide who works a ticket: a lead names somebody, or whoever may takes it (spec: product.md section 5)."""

from uuid import UUID

from ticketdesk.domain.activities import ActivityKind
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.assignment import AssignmentCause
from ticketdesk.domain.errors import Conflict, InvalidInput, NotPermitted
from ticketdesk.domain.events import TicketAssigned
from ticketdesk.domain.permissions import Permission
from ticketdesk.domain.ticket_changes import Taken
from ticketdesk.domain.ticket_workflow import Action, Status, Step, require_not_archived, resolve
from ticketdesk.domain.versions import Expected
from ticketdesk.repositories.tickets import TicketRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.assignments import AssignmentInput
from ticketdesk.services import activities, assignments, staff_loads, steps, users
from ticketdesk.services.assignment_decisions import by_person, facts_of


async def lock_open(uow: UnitOfWork, actor: Actor, ticket_id: UUID, expected: Expected = None) -> TicketRecord:
    """Return the ticket locked for a change of who works it.

    Raises as ``steps.lock`` does, and ``Conflict`` (``ticket_archived``, ``ticket_closed``).
    """
    ticket = await steps.lock(uow, actor, ticket_id, expected)
    require_not_archived(ticket.facts)
    if ticket.status is Status.CLOSED:
        raise Conflict("The ticket is closed; reopen it before somebody else works it.", code="ticket_closed")
    return ticket


async def assign(
    uow: UnitOfWork, actor: Actor, ticket_id: UUID, data: AssignmentInput, expected: Expected = None
) -> None:
    """Give the ticket to a colleague, whatever the rules say of them, or to whom the rules choose.

    Raises ``InvalidInput`` (``user_or_auto``, and for somebody who is no active staff), ``Conflict``
    (``nobody_eligible``), and as ``lock_open`` does.
    """
    if data.auto == (data.user_id is not None):
        raise InvalidInput.at("/user_id", "user_or_auto", 'Give "user_id", or "auto": true, and not both.')
    ticket = await lock_open(uow, actor, ticket_id, expected)
    if data.user_id is None:
        await assignments.assign(uow, actor, ticket, AssignmentCause.AUTOMATIC)
        return
    await users.require_active_staff(uow, data.user_id, "/user_id")
    await place(uow, actor, ticket, data.user_id, AssignmentCause.ASSIGNED)


async def take(uow: UnitOfWork, actor: Actor, ticket_id: UUID, expected: Expected = None) -> None:
    """Make the caller the assignee; nothing happens to a ticket that is theirs.

    Leads may take every ticket. Raises ``NotPermitted`` for others who are not given tickets, or where the ticket's
    category has to be asked for; ``Conflict`` (``already_assigned``) where a colleague has it; and as ``lock_open``.
    """
    ticket = await lock_open(uow, actor, ticket_id, expected)
    if actor.user_id is None or ticket.assignee_id == actor.user_id:
        return
    if Permission.TICKETS_ASSIGN not in actor.permissions:
        await _require_may_take(uow, actor.user_id, ticket)
    await place(uow, actor, ticket, actor.user_id, AssignmentCause.TAKEN)


async def _require_may_take(uow: UnitOfWork, user_id: UUID, ticket: TicketRecord) -> None:
    if ticket.assignee_id is not None:
        raise Conflict("A colleague has the ticket; ask them, or a lead, for it.", code="already_assigned")
    route = await uow.assignments.route(ticket.category_id)
    if not route.may_be_taken or not await staff_loads.may_work(uow, user_id):
        raise NotPermitted("This ticket is not there to be taken; ask for it with a hand-over.")


async def place(
    uow: UnitOfWork,
    actor: Actor,
    ticket: TicketRecord,
    user_id: UUID,
    cause: AssignmentCause,
    *,
    changed: TicketRecord | None = None,
) -> TicketRecord:
    """Make ``user_id``, who is known to be active staff, the assignee of a locked ticket; return it as it is now.

    Starts the work on a new ticket. ``changed`` is the ticket with what else changes at the same time. What the ticket
    was offered to others for is off. Nothing happens where the ticket is theirs.
    """
    after = changed or ticket
    if ticket.assignee_id == user_id:
        return await uow.tickets.save(ticket, after)
    decision = by_person(ticket, actor, cause, uow.now(), user_id)
    after = await _start(uow, actor, after.with_columns(assignee_id=user_id, had_nobody_eligible=False))
    after = await activities.record(uow, after, actor, ActivityKind.ASSIGNED, **facts_of(decision))
    await uow.assignments.add(decision)
    await uow.emit(TicketAssigned(ticket.id, decision.id))
    await staff_loads.release(uow, ticket)
    return await uow.tickets.save(ticket, after)


async def _start(uow: UnitOfWork, actor: Actor, ticket: TicketRecord) -> TicketRecord:
    if ticket.status is not Status.NEW:
        return ticket
    step = resolve(ticket.facts, Action.START, steps.relation(ticket, actor))
    assert isinstance(step, Step)  # noqa: S101 - words alone may stay, and no start of a new ticket holds already
    after, sealed = steps.enter(actor, ticket, step, Taken(uow.now(), actor.user_id), steps.Words())
    await uow.activities.add(sealed)
    return after
