"""Dispatches as they are shown: a few statements each, however many tickets there are."""

from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, func, literal, select

from ticketdesk.domain.actors import Actor
from ticketdesk.domain.dispatches import TicketOutcome
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.models.contacts import contacts
from ticketdesk.models.messages import dispatch_tickets, dispatches, message_tickets, messages
from ticketdesk.models.tickets import ticket_recipients, tickets
from ticketdesk.repositories import ticket_columns as columns
from ticketdesk.repositories.base import Repository
from ticketdesk.repositories.keyset import collect, one_page
from ticketdesk.repositories.statements import Row
from ticketdesk.repositories.visibility import visible_to
from ticketdesk.schemas.dispatches import Dispatch, DispatchMessage, DispatchSummary, DispatchTicket

_d = dispatches.c
_dt = dispatch_tickets.c
_m = messages.c
_mt = message_tickets.c


def _counts() -> ScalarSelect[Any]:
    counted = [
        part
        for outcome in TicketOutcome
        for part in (literal(outcome.value), func.count().filter(_dt.outcome == outcome))
    ]
    return (
        select(func.json_build_object(*counted))
        .select_from(dispatch_tickets)
        .where(_dt.dispatch_id == _d.id)
        .scalar_subquery()
    )


def _addresses() -> ScalarSelect[Any]:
    recipient = ticket_recipients.c
    listed = func.array_agg(recipient.address).aggregate_order_by(recipient.position)
    return select(func.coalesce(listed, [])).where(recipient.ticket_id == tickets.c.id).scalar_subquery()


def _listed_tickets() -> ScalarSelect[Any]:
    listed = func.array_agg(_mt.ticket_id).aggregate_order_by(_mt.position)
    return select(func.coalesce(listed, [])).where(_mt.message_id == _m.id, _mt.is_included).scalar_subquery()


_SUMMARY = (
    _d.id,
    _d.state,
    columns.user(_d.created_by_id).label("created_by"),
    _d.created_at,
    _d.scheduled_for,
    _d.started_at,
    _d.finished_at,
    _counts().label("counts"),
)
_TICKETS = (
    select(
        _dt.ticket_id,
        tickets.c.number,
        tickets.c.title,
        _addresses().label("addresses"),
        _dt.outcome,
        _dt.reason,
    )
    .join(tickets, tickets.c.id == _dt.ticket_id)
    .order_by(tickets.c.created_at, tickets.c.id)
)
_MESSAGES = (
    select(
        _m.id.label("message_id"),
        _m.address,
        columns.named(contacts, _m.contact_id).label("contact"),
        _m.state,
        _m.smtp_code,
        _m.last_error.label("error"),
        _listed_tickets().label("ticket_ids"),
    )
    .order_by(_m.id)
)  # fmt: skip


def _summary(row: Row) -> DispatchSummary:
    return DispatchSummary.model_validate(dict(row))


class DispatchViewRepository(Repository):
    """Reads for people."""

    async def get(self, dispatch_id: UUID, actor: Actor) -> Dispatch | None:
        """Return a dispatch with those of its tickets that ``actor`` may see, ``None`` if there is no such one."""
        row = await self._one(select(*_SUMMARY).where(_d.id == dispatch_id))
        if row is None:
            return None
        listed = await self._all(_TICKETS.where(_dt.dispatch_id == dispatch_id, visible_to(actor)))
        posted = await self._all(_MESSAGES.where(_m.dispatch_id == dispatch_id))
        return Dispatch(
            **_summary(row).model_dump(),
            tickets=[DispatchTicket.model_validate(dict(ticket)) for ticket in listed],
            messages=[DispatchMessage.model_validate(dict(message)) for message in posted],
        )

    async def page(self, request: PageRequest) -> Page[DispatchSummary]:
        """Return a page of dispatches without their tickets."""
        return collect(await self._all(one_page(select(*_SUMMARY), _d.created_at, _d.id, request)), request, _summary)
