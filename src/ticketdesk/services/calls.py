"""Calls with clients: all that is open is on the worksheet, and is gone through to the end (product.md section 5)."""

from dataclasses import replace
from uuid import UUID

from ticketdesk.domain import calls as rules
from ticketdesk.domain import versions
from ticketdesk.domain.activities import ActivityKind
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.calls import CallOutcome, OutreachChannel
from ticketdesk.domain.errors import InvalidInput, NotFound
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.domain.permissions import Permission
from ticketdesk.domain.ticket_workflow import require_not_archived
from ticketdesk.domain.versions import Expected
from ticketdesk.repositories.calls import CallRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.calls import Call, CallCompletion, CallCreate, CallQuery, CallSummary, CallTicketInput
from ticketdesk.services import activities, contacts, outreach, steps


async def start(uow: UnitOfWork, actor: Actor, data: CallCreate) -> Call:
    """Begin a call with a contact: what is open now becomes its worksheet, tickets made later do not.

    Raises ``InvalidInput``: ``unknown_reference``, and ``account_required`` for a contact without an account.
    """
    actor.require(Permission.TICKETS_READ)
    contact = await contacts.require(uow, actor, data.contact_id)
    if contact.account is None:
        raise InvalidInput.at("/contact_id", "account_required", "This contact belongs to no account.")
    return await get(uow, actor, await uow.calls.start(contact.id, contact.account.id, actor, uow.now()))


async def get(uow: UnitOfWork, actor: Actor, call_id: UUID) -> Call:
    """Return a call with its worksheet; raises ``NotFound``."""
    call = await uow.calls.get(call_id, actor)
    if call is None:
        raise NotFound("Call")
    return call


async def page(uow: UnitOfWork, query: CallQuery, request: PageRequest) -> Page[CallSummary]:
    """Return a page of calls, newest first."""
    return await uow.calls.page(query, replace(request, is_descending=True))


async def touch(
    uow: UnitOfWork, actor: Actor, call_id: UUID, ticket_id: UUID, data: CallTicketInput, expected: Expected = None
) -> Call:
    """Note a ticket, or excuse it with a reason; the ticket's record says so, and saying it again changes nothing.

    Any staff user may. Raises ``NotFound`` (also for a ticket that is not on the worksheet), ``StaleVersion``,
    ``Conflict`` (``call_completed``, ``ticket_archived``), ``InvalidInput`` (``reason_required``).
    """
    actor.require(Permission.TICKETS_READ)
    call = await _lock(uow, call_id, expected)
    said = await uow.calls.said(call_id, ticket_id)
    if said is None:
        raise NotFound("Ticket")
    ticket = await steps.lock(uow, actor, ticket_id)
    rules.require_reason(data.outcome, data.text)
    text = data.text or ""
    if said != (data.outcome, text):
        rules.require_under_way(is_completed=call.is_completed)
        require_not_archived(ticket.facts)
        await uow.calls.touch(call_id, ticket_id, data.outcome, text, actor.user_id, uow.now())
        facts = {"call_id": call_id, "outcome": data.outcome, "text": data.text}
        await uow.tickets.save(ticket, await activities.record(uow, ticket, actor, ActivityKind.CALL_NOTED, **facts))
    return await get(uow, actor, call_id)


async def complete(
    uow: UnitOfWork, actor: Actor, call_id: UUID, data: CallCompletion, expected: Expected = None
) -> Call:
    """End a call; each ticket that was noted in it was reached out for. A completed call stays as it is.

    Raises ``NotFound``, ``StaleVersion``, ``Conflict`` (``tickets_untouched``, which names them).
    """
    actor.require(Permission.TICKETS_READ)
    call = await _lock(uow, call_id, expected)
    if not call.is_completed:
        lines = await uow.calls.lines(call_id, actor)
        rules.require_all_touched(lines)
        noted = [line.ticket_id for line in lines if line.outcome is CallOutcome.NOTED and not line.is_archived]
        for ticket in await uow.tickets.lock_all(noted, actor):
            await outreach.record(uow, actor, ticket, OutreachChannel.CALL, call_id=call_id)
        await uow.calls.complete(call_id, data.summary, actor.user_id, uow.now())
    return await get(uow, actor, call_id)


async def _lock(uow: UnitOfWork, call_id: UUID, expected: Expected) -> CallRecord:
    call = await uow.calls.lock(call_id)
    if call is None:
        raise NotFound("Call")
    versions.require(call.version, expected)
    return call
