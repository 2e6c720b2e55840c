"""Tickets: made, read, listed, edited while held, archived, deleted (spec: product.md sections 3 and 4)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from ticketdesk.domain.activities import ActivityKind
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.compilations import require_not_archived as require_compilation_not_archived
from ticketdesk.domain.errors import Conflict, NotFound
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.domain.permissions import Permission
from ticketdesk.domain.ticket_workflow import Status, TicketKind, require_not_archived
from ticketdesk.domain.versions import Expected
from ticketdesk.repositories.tickets import TicketRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.ready_json import Resource
from ticketdesk.schemas.tasks import CompilationTicketCreate
from ticketdesk.schemas.ticket_creations import SupportTicketCreate, TaskTicketCreate, TicketCreate
from ticketdesk.schemas.tickets import Ticket, TicketCounts, TicketPatch, TicketQuery, TicketSummary
from ticketdesk.services import (
    activities,
    reminders,
    staff_loads,
    steps,
    support_contents,
    task_contents,
    ticket_contents,
    ticket_creations,
)

# What may change after a ticket was sent: staff's own view of it, never what the recipient was told.
EDITABLE_ONCE_SENT = (
    frozenset({"priority", "violation_category_ids"}) | support_contents.EDITABLE | task_contents.ALWAYS_EDITABLE
)


async def get(uow: UnitOfWork, actor: Actor, ticket_id: UUID) -> Resource[Ticket]:
    """Return a ticket in full; raises ``NotFound``."""
    ticket = await uow.ticket_views.get(ticket_id, actor)
    if ticket is None:
        raise NotFound("Ticket")
    return ticket


async def page(
    uow: UnitOfWork, actor: Actor, query: TicketQuery, sort: str, request: PageRequest
) -> Page[Resource[TicketSummary]]:
    """Return a page of the tickets that match ``query``."""
    return await uow.ticket_views.page(query, sort.lstrip("-"), request, actor)


async def counts(uow: UnitOfWork, actor: Actor, query: TicketQuery) -> TicketCounts:
    """Count the tickets that match ``query`` by status and by reason for attention."""
    return await uow.ticket_counters.counts(query, actor)


async def create(uow: UnitOfWork, actor: Actor, data: TicketCreate) -> Resource[Ticket]:
    """Make a ticket of the kind that ``data`` is for.

    Raises ``InvalidInput`` by the rules of the kind (see ``ticket_creations``), and ``NotPermitted`` for who may not
    read tickets, because the answer is one.
    """
    actor.require(Permission.TICKETS_READ)
    ticket = await _make(uow, actor, data)
    return await get(uow, actor, ticket.id)


async def create_from_compilation(
    uow: UnitOfWork, actor: Actor, compilation_id: UUID, data: CompilationTicketCreate
) -> Resource[Ticket]:
    """Make a task that asks one compilation.

    Raises ``NotFound`` without such a compilation, ``Conflict`` for one that cannot be sent, and as ``create`` does.
    """
    actor.require(Permission.TICKETS_READ)
    actor.require(Permission.COMPILATIONS_READ)
    compilation = await uow.compilations.find(compilation_id)
    if compilation is None:
        raise NotFound("Compilation")
    require_compilation_not_archived(is_archived=compilation.archived)
    task = TaskTicketCreate(kind=TicketKind.TASK, compilation_ids=[compilation_id], **dict(data))
    ticket = await ticket_creations.create_task(uow, actor, task, is_chosen=False)
    return await get(uow, actor, ticket.id)


async def _make(uow: UnitOfWork, actor: Actor, data: TicketCreate) -> TicketRecord:
    if isinstance(data, SupportTicketCreate):
        return await ticket_creations.create_support(uow, actor, data)
    if isinstance(data, TaskTicketCreate):
        return await ticket_creations.create_task(uow, actor, data)
    return await ticket_creations.create_corrective(uow, actor, data)


async def edit(
    uow: UnitOfWork, actor: Actor, ticket_id: UUID, data: TicketPatch, expected: Expected = None
) -> Resource[Ticket]:
    """Change what the patch names.

    Raises ``Conflict`` (``write_once``) for content that was already sent, ``NotFound``, ``StaleVersion``,
    ``InvalidInput``.
    """
    ticket = await steps.lock(uow, actor, ticket_id, expected)
    require_not_archived(ticket.facts)
    given = data.given()
    frozen = sorted(given.keys() - EDITABLE_ONCE_SENT) if ticket.status is not Status.SEND_LATER else []
    if frozen:
        raise Conflict(
            "What was sent cannot be changed; a correction is a new comment.", code="write_once", fields=frozen
        )
    if given:
        edited = await _edited(uow, actor, ticket, given)
        facts = {"fields": sorted(given), "before": _before(ticket, given)}
        await uow.tickets.save(ticket, await activities.record(uow, edited, actor, ActivityKind.EDITED, **facts))
    return await get(uow, actor, ticket_id)


async def _edited(uow: UnitOfWork, actor: Actor, ticket: TicketRecord, given: Mapping[str, Any]) -> TicketRecord:
    if ticket.kind is TicketKind.SUPPORT:
        return await support_contents.edit(uow, ticket, given)
    if ticket.kind is TicketKind.TASK:
        return await task_contents.edit(uow, actor, ticket, given)
    return await ticket_contents.edit(uow, actor, ticket, given)


def _before(ticket: TicketRecord, given: Mapping[str, Any]) -> dict[str, Any]:
    kept = ("title", "description", "priority", *sorted(support_contents.EDITABLE))
    before = {name: getattr(ticket, name) for name in kept if name in given}
    return before | ({"due_on": ticket.due_on.isoformat() if ticket.due_on else None} if "due_on" in given else {})


async def delete(uow: UnitOfWork, actor: Actor, ticket_id: UUID, expected: Expected = None) -> None:
    """Delete a ticket softly: it and its record stay in the database, but nobody sees them.

    Raises ``Conflict`` (``not_deletable``) for a corrective ticket that was sent: those are withdrawn instead.
    """
    ticket = await steps.lock(uow, actor, ticket_id, expected)
    if ticket.kind is TicketKind.CORRECTIVE and ticket.status is not Status.SEND_LATER:
        raise Conflict("A sent ticket is withdrawn (closed), not deleted.", code="not_deletable")
    deleted = ticket.with_columns(deleted_at=uow.now(), dispatch_id=None, next_reminder_at=None)
    await uow.tickets.save(ticket, await activities.record(uow, deleted, actor, ActivityKind.DELETED))
    await staff_loads.release(uow, ticket)


async def set_archived(
    uow: UnitOfWork, actor: Actor, ticket_id: UUID, *, is_archived: bool, expected: Expected = None
) -> Resource[Ticket]:
    """Archive or reactivate a ticket; saying what already holds changes nothing."""
    ticket = await steps.lock(uow, actor, ticket_id, expected)
    if (ticket.archived_at is not None) is not is_archived:
        kind = ActivityKind.ARCHIVED if is_archived else ActivityKind.REACTIVATED
        # Whoever archives a held ticket takes it out of the dispatch that was about to send it.
        after = ticket.with_columns(archived_at=uow.now() if is_archived else None, dispatch_id=None)
        after = await reminders.replan(uow, await activities.record(uow, after, actor, kind))
        await uow.tickets.save(ticket, after)
        if is_archived:
            await staff_loads.release(uow, ticket)
    return await get(uow, actor, ticket_id)
