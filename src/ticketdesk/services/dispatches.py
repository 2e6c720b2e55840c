"""Sending held tickets in one act: claimed once, one message per address, a result for each (product.md section 4)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from ticketdesk.domain.actors import Actor
from ticketdesk.domain.calendars import end_of_business_day
from ticketdesk.domain.dispatch_claims import Claimable, obstacle
from ticketdesk.domain.dispatches import DispatchState
from ticketdesk.domain.errors import Conflict, FieldError, InvalidInput, NotFound
from ticketdesk.domain.messages import Purpose
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.repositories.dispatches import DispatchRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.dispatches import END_OF_BUSINESS_DAY, Dispatch, DispatchCreate, DispatchSummary
from ticketdesk.schemas.tickets import TicketQuery
from ticketdesk.services import message_batches, settings
from ticketdesk.services.message_batches import Sender


async def get(uow: UnitOfWork, actor: Actor, dispatch_id: UUID) -> Dispatch:
    """Return a dispatch with the result of each ticket and each address; raises ``NotFound``."""
    dispatch = await uow.dispatch_views.get(dispatch_id, actor)
    if dispatch is None:
        raise NotFound("Dispatch")
    return dispatch


async def page(uow: UnitOfWork, request: PageRequest) -> Page[DispatchSummary]:
    """Return a page of dispatches, newest first."""
    return await uow.dispatch_views.page(replace(request, is_descending=True))


async def create(uow: UnitOfWork, actor: Actor, data: DispatchCreate) -> Dispatch:
    """Claim the selected tickets, and queue their messages unless they are scheduled for later.

    A ticket is in one dispatch at most, however many are made at once: what another one has, or what is not held, is
    listed as skipped. Raises ``InvalidInput``: ``unknown_reference``, ``not_in_future``.
    """
    due_at = await _due_at(uow, data.scheduled_for)
    selected = await _select(uow, actor, data)
    skipped = {ticket.id: reason for ticket in selected if (reason := obstacle(ticket))}
    claimed = [ticket.id for ticket in selected if ticket.id not in skipped]
    dispatch = await _add(uow, actor, data, due_at)
    await uow.dispatches.skip(dispatch.id, skipped)
    await uow.dispatches.claim(dispatch.id, claimed)
    if not claimed:
        await uow.dispatches.set_state(dispatch.id, DispatchState.DONE, finished_at=uow.now())
    elif due_at <= uow.now():
        await _start(uow, dispatch, claimed)
    return await get(uow, actor, dispatch.id)


async def _due_at(uow: UnitOfWork, wanted: datetime | str | None) -> datetime:
    now = uow.now()
    if wanted is None:
        return now
    if wanted == END_OF_BUSINESS_DAY:
        calendar, at = await settings.get_calendar(uow), (await settings.get_dispatch(uow)).end_of_business_day
        return end_of_business_day(now, at, calendar.zone, calendar.business_calendar)
    assert isinstance(wanted, datetime)  # noqa: S101 - the schema lets no other word through
    if wanted <= now:
        raise InvalidInput.at("/scheduled_for", "not_in_future", "This time has passed; leave it out to send at once.")
    return wanted


async def _select(uow: UnitOfWork, actor: Actor, data: DispatchCreate) -> Sequence[Claimable]:
    """Return the tickets that were asked for, locked."""
    if data.ticket_ids is not None:
        return await _select_by_ids(uow, actor, data.ticket_ids)
    if data.contact_id is not None and await uow.contacts.find(data.contact_id, actor) is None:
        raise InvalidInput.at("/contact_id", "unknown_reference", "No such contact.")
    of_contact = [] if data.contact_id is None else [data.contact_id]
    return await uow.dispatches.lock_held(data.filter or TicketQuery(contact_id=of_contact), actor)


async def _select_by_ids(uow: UnitOfWork, actor: Actor, ticket_ids: Sequence[UUID]) -> Sequence[Claimable]:
    found = await uow.dispatches.lock_by_ids(ticket_ids, actor)
    known = {ticket.id for ticket in found}
    unknown = [
        FieldError(f"/ticket_ids/{index}", "unknown_reference", "No such ticket.")
        for index, ticket_id in enumerate(ticket_ids)
        if ticket_id not in known
    ]
    if unknown:
        raise InvalidInput(*unknown)
    return found


async def _add(uow: UnitOfWork, actor: Actor, data: DispatchCreate, due_at: datetime) -> DispatchRecord:
    values: Mapping[str, Any] = {
        "state": DispatchState.SCHEDULED,
        "selection": data.model_dump(mode="json", exclude_unset=True, exclude={"scheduled_for"}),
        "created_by_id": actor.user_id,
        "sender_name": actor.name,
        "sender_team": actor.team,
        "created_at": uow.now(),
        "scheduled_for": due_at,
    }
    dispatch_id = await uow.dispatches.add(values)
    return DispatchRecord(dispatch_id, DispatchState.SCHEDULED, actor.name, actor.team)


async def _start(uow: UnitOfWork, dispatch: DispatchRecord, ticket_ids: Sequence[UUID]) -> None:
    sender = Sender(dispatch.sender_name, dispatch.sender_team)
    await uow.dispatches.set_state(dispatch.id, DispatchState.SENDING, started_at=uow.now())
    await message_batches.post(uow, Purpose.ASSIGNMENT, ticket_ids, lambda _: sender, dispatch.id)


async def start_due(uow: UnitOfWork) -> bool:
    """Queue the messages of the scheduled dispatch that is due the longest; false when none is due.

    It goes on without tickets that were withdrawn, archived or deleted meanwhile.
    """
    dispatch = await uow.dispatches.lock_due(uow.now())
    if dispatch is None:
        return False
    claimed = await uow.dispatches.lock_claimed(dispatch.id)
    # Its own claim is no obstacle.
    gone = {ticket.id for ticket in claimed if obstacle(replace(ticket, dispatch_id=None))}
    await uow.dispatches.release(dispatch.id, gone)
    await _start(uow, dispatch, [ticket.id for ticket in claimed if ticket.id not in gone])
    await finish_if_done(uow, dispatch.id)
    return True


async def finish_if_done(uow: UnitOfWork, dispatch_id: UUID) -> None:
    """Close a dispatch whose messages are all final; tickets that none of them sent are withdrawn from it.

    Asked under the dispatch's lock: of two workers that settle its last two messages at once, the second sees both.
    """
    dispatch = await uow.dispatches.lock(dispatch_id)
    if dispatch is None or dispatch.state is not DispatchState.SENDING:
        return
    if not await uow.dispatches.has_messages_under_way(dispatch_id):
        await _end(uow, dispatch_id, DispatchState.DONE)


async def cancel(uow: UnitOfWork, dispatch_id: UUID) -> None:
    """Call off a dispatch before its time; its tickets are free again.

    Raises ``NotFound``, and ``Conflict`` (``dispatch_not_scheduled``) once it has started.
    """
    dispatch = await uow.dispatches.lock(dispatch_id)
    if dispatch is None:
        raise NotFound("Dispatch")
    if dispatch.state is not DispatchState.SCHEDULED:
        raise Conflict("Only a dispatch that waits for its time can be cancelled.", code="dispatch_not_scheduled")
    await _end(uow, dispatch_id, DispatchState.CANCELLED)


async def _end(uow: UnitOfWork, dispatch_id: UUID, state: DispatchState) -> None:
    left = await uow.dispatches.lock_claimed(dispatch_id)
    await uow.dispatches.release(dispatch_id, [ticket.id for ticket in left])
    await uow.dispatches.withdraw_pending(dispatch_id)
    await uow.dispatches.set_state(dispatch_id, state, finished_at=uow.now())
