"""Calls and their worksheets: what was open when a call began is written down, and looked at as it is now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, insert, literal, or_, select, update

from ticketdesk.domain.actors import Actor
from ticketdesk.domain.calls import CallOutcome, WorksheetLine
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.domain.ticket_workflow import Status, TicketKind
from ticketdesk.models.calls import call_tickets, calls
from ticketdesk.models.contacts import accounts, contacts
from ticketdesk.models.tickets import tickets
from ticketdesk.repositories import ticket_columns as columns
from ticketdesk.repositories.base import Repository, new_id
from ticketdesk.repositories.keyset import collect, one_page
from ticketdesk.repositories.statements import Row
from ticketdesk.repositories.ticket_documents import shown
from ticketdesk.repositories.ticket_filters import matching
from ticketdesk.repositories.visibility import visible_to
from ticketdesk.schemas.calls import Call, CallQuery, CallSummary, CallTicket
from ticketdesk.schemas.tickets import TicketQuery

_c = calls.c
_l = call_tickets.c
_t = tickets.c


@dataclass(frozen=True, slots=True)
class CallRecord:
    """A call under a lock."""

    id: UUID
    is_completed: bool
    version: int


_SUMMARY = (
    _c.id,
    columns.named(contacts, _c.contact_id).label("contact"),
    columns.named(accounts, _c.account_id).label("account"),
    columns.user(_c.started_by_id).label("started_by"),
    _c.started_at,
    columns.user(_c.completed_by_id).label("completed_by"),
    _c.completed_at,
    _c.summary,
    _c.version,
)
_TICKETS = (
    select(
        _l.ticket_id,
        _t.number,
        _t.kind,
        _t.title,
        _t.status,
        columns.named(contacts, _t.contact_id).label("contact"),
        columns.user(_t.assignee_id).label("assignee"),
        _l.outcome,
        _l.text,
        columns.user(_l.touched_by_id).label("touched_by"),
        _l.touched_at,
    )
    .join(tickets, _t.id == _l.ticket_id)
    .order_by(_l.position)
)
_LINES = (
    select(_l.ticket_id, _t.number, _t.status, _t.archived_at.is_not(None).label("is_archived"), _l.outcome)
    .join(tickets, _t.id == _l.ticket_id)
    .order_by(_l.position)
)


class CallRepository(Repository):
    """A call is locked before its tickets."""

    async def start(self, contact_id: UUID, account_id: UUID, actor: Actor, now: datetime) -> UUID:
        """Insert a call with its worksheet: the account's open support tickets and all of the contact's own."""
        call_id = new_id()
        row = {"id": call_id, "contact_id": contact_id, "account_id": account_id, "started_at": now}
        await self._insert(calls, row | {"started_by_id": actor.user_id})
        await self._execute(_worksheet(call_id, contact_id, account_id, actor))
        return call_id

    async def lock(self, call_id: UUID) -> CallRecord | None:
        """Return the call, locked until the transaction ends."""
        statement = select(_c.id, _c.completed_at.is_not(None).label("is_completed"), _c.version)
        row = await self._one(statement.where(_c.id == call_id).with_for_update())
        return CallRecord(**row) if row else None

    async def get(self, call_id: UUID, actor: Actor) -> Call | None:
        """Return a call with those of its tickets that ``actor`` may see."""
        row = await self._one(select(*_SUMMARY).where(_c.id == call_id))
        if row is None:
            return None
        listed = await self._all(_TICKETS.where(_l.call_id == call_id, visible_to(actor)))
        return Call.model_validate(dict(row) | {"tickets": [_ticket(line) for line in listed]})

    async def page(self, query: CallQuery, request: PageRequest) -> Page[CallSummary]:
        """Return a page of the calls that match, without their worksheets."""
        rows = await self._all(one_page(_narrowed(query), _c.started_at, _c.id, request))
        return collect(rows, request, lambda row: CallSummary.model_validate(dict(row)), "started_at")

    async def lines(self, call_id: UUID, actor: Actor) -> Sequence[WorksheetLine]:
        """Return the worksheet as the rules need it; tickets that were deleted meanwhile are not on it any more."""
        rows = await self._all(_LINES.where(_l.call_id == call_id, visible_to(actor)))
        return [_line(row) for row in rows]

    async def said(self, call_id: UUID, ticket_id: UUID) -> tuple[CallOutcome | None, str] | None:
        """Return outcome and words of a ticket on the worksheet, ``None`` if it is not on it."""
        row = await self._one(select(_l.outcome, _l.text).where(_l.call_id == call_id, _l.ticket_id == ticket_id))
        return (CallOutcome(row["outcome"]) if row["outcome"] else None, row["text"]) if row else None

    async def touch(
        self, call_id: UUID, ticket_id: UUID, outcome: CallOutcome, text: str, user_id: UUID | None, now: datetime
    ) -> None:
        """Write down what became of a ticket; the call, which must be locked, gets its next version."""
        line = and_(_l.call_id == call_id, _l.ticket_id == ticket_id)
        values = {"outcome": outcome, "text": text, "touched_by_id": user_id, "touched_at": now}
        await self._execute(update(call_tickets).where(line).values(values))
        await self._execute(update(calls).where(_c.id == call_id).values(version=_c.version + 1))

    async def complete(self, call_id: UUID, summary: str, user_id: UUID | None, now: datetime) -> None:
        """Write down that the call, which must be locked, is over."""
        values = {"summary": summary, "completed_by_id": user_id, "completed_at": now, "version": _c.version + 1}
        await self._execute(update(calls).where(_c.id == call_id).values(values))


def _worksheet(call_id: UUID, contact_id: UUID, account_id: UUID, actor: Actor) -> Any:
    own = _t.contact_id == contact_id
    of_account = and_(_t.account_id == account_id, _t.kind == TicketKind.SUPPORT)
    position = func.row_number().over(order_by=(_t.created_at, _t.id))
    found = select(literal(call_id), _t.id, position).where(*matching(TicketQuery(open=True), actor))
    names = [_l.call_id, _l.ticket_id, _l.position]
    return insert(call_tickets).from_select(names, found.where(or_(own, of_account)))


def _narrowed(query: CallQuery) -> Select[Any]:
    statement = select(*_SUMMARY)
    if query.contact_id:
        statement = statement.where(_c.contact_id.in_(query.contact_id))
    if query.account_id:
        statement = statement.where(_c.account_id.in_(query.account_id))
    if query.completed is not None:
        is_completed = _c.completed_at.is_not(None)
        statement = statement.where(is_completed if query.completed else ~is_completed)
    return statement


def _ticket(row: Row) -> CallTicket:
    seen = shown(TicketKind(row["kind"]), Status(row["status"]))
    return CallTicket.model_validate(dict(row) | seen)


def _line(row: Row) -> WorksheetLine:
    outcome = CallOutcome(row["outcome"]) if row["outcome"] else None
    return WorksheetLine(row["ticket_id"], row["number"], Status(row["status"]), row["is_archived"], outcome)
