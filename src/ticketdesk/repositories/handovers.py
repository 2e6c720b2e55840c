"""Requests to hand a ticket over. They change under the lock of their ticket, which orders the answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, literal_column, or_, select, update

from ticketdesk.domain.actors import Actor
from ticketdesk.domain.assignment import HandoverState
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.models.assignments import handovers
from ticketdesk.models.tickets import tickets
from ticketdesk.repositories.base import Repository
from ticketdesk.repositories.keyset import collect, one_page
from ticketdesk.repositories.statements import Row, Statement
from ticketdesk.repositories.ticket_columns import user
from ticketdesk.repositories.visibility import visible_to
from ticketdesk.schemas.handovers import Handover, HandoverQuery, HandoverTicket

_h = handovers.c
_IS_PENDING = _h.state == literal_column(f"'{HandoverState.PENDING}'")
_PENDING = Statement(select(handovers).where(_h.ticket_id == bindparam("ticket_id"), _IS_PENDING))
_CANCEL = Statement(
    update(handovers)
    .where(_h.ticket_id == bindparam("ticket_id"), _IS_PENDING)
    .values(state=literal_column(f"'{HandoverState.CANCELLED}'"), decided_at=bindparam("now"))
)
DUE_AT_ONCE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverRecord:
    """A request as it is stored; ``from_user_id`` is ``None`` for a ticket that nobody had."""

    id: UUID
    ticket_id: UUID
    from_user_id: UUID | None
    to_user_id: UUID
    requested_by_id: UUID
    note: str
    state: HandoverState
    created_at: datetime
    expires_at: datetime
    decided_at: datetime | None = None
    decided_by_id: UUID | None = None


def _view(actor: Actor) -> Select[Any]:
    """Return the requests about tickets that ``actor`` may see."""
    people = ("from_user", "to_user", "requested_by", "decided_by")
    return (
        select(
            *(column for column in handovers.columns if not column.name.endswith("_id")),
            *(user(_h[f"{person}_id"]).label(person) for person in people),
            tickets.c.id.label("ticket_id"),
            tickets.c.number,
            tickets.c.title,
        )
        .join(tickets, tickets.c.id == _h.ticket_id)
        .where(visible_to(actor))
    )


def _handover(row: Row) -> Handover:
    ticket = HandoverTicket(id=row["ticket_id"], number=row["number"], title=row["title"])
    return Handover.model_validate({**row, "ticket": ticket})


def _record(row: Row) -> HandoverRecord:
    return HandoverRecord(**{**row, "state": HandoverState(row["state"])})


class HandoverRepository(Repository):
    """A ticket has one pending request at most; the index sees to it."""

    async def add(self, handover: HandoverRecord) -> None:
        """Write a request for a ticket that has none pending."""
        await self._insert(handovers, {each.name: getattr(handover, each.name) for each in handovers.columns})

    async def find(self, handover_id: UUID) -> HandoverRecord | None:
        """Return a request as it stands, whoever asks; it can be acted on once its ticket is locked."""
        row = await self._one(select(handovers).where(_h.id == handover_id))
        return _record(row) if row else None

    async def find_pending(self, ticket_id: UUID) -> HandoverRecord | None:
        """Return the request that waits for an answer, past its time or not."""
        row = await self._one(_PENDING, ticket_id=ticket_id)
        return _record(row) if row else None

    async def get(self, handover_id: UUID, actor: Actor) -> Handover | None:
        """Return a request about a ticket that ``actor`` may see."""
        row = await self._one(_view(actor).where(_h.id == handover_id))
        return _handover(row) if row else None

    async def settle(
        self, handover_id: UUID, state: HandoverState, now: datetime, decided_by_id: UUID | None = None
    ) -> None:
        """Note how a pending request ended."""
        ended = update(handovers).where(_h.id == handover_id, _IS_PENDING)
        await self._execute(ended.values(state=state, decided_at=now, decided_by_id=decided_by_id))

    async def cancel(self, ticket_id: UUID, now: datetime) -> None:
        """Call off what is pending about a ticket, if anything is."""
        await self._execute(_CANCEL, ticket_id=ticket_id, now=now)

    async def due(self, now: datetime) -> Sequence[UUID]:
        """Return tickets whose pending request has had its time, the longest past first."""
        statement = select(_h.ticket_id).where(_IS_PENDING, _h.expires_at <= now).order_by(_h.expires_at)
        return [row["ticket_id"] for row in await self._all(statement.limit(DUE_AT_ONCE))]

    async def page_of_ticket(self, ticket_id: UUID, request: PageRequest, actor: Actor) -> Page[Handover]:
        """Return a page of the requests about a ticket, oldest first."""
        return await self._page(_view(actor).where(_h.ticket_id == ticket_id), request)

    async def page_of_user(
        self, user_id: UUID, query: HandoverQuery, request: PageRequest, actor: Actor
    ) -> Page[Handover]:
        """Return a page of the requests to a user or made by them, oldest first."""
        return await self._page(_view(actor).where(*_matching(user_id, query)), request)

    async def _page(self, statement: Select[Any], request: PageRequest) -> Page[Handover]:
        return collect(await self._all(one_page(statement, _h.created_at, _h.id, request)), request, _handover)


def _matching(user_id: UUID, query: HandoverQuery) -> list[ColumnElement[bool]]:
    sides = {"to_me": _h.to_user_id == user_id, "from_me": _h.requested_by_id == user_id}
    wanted = [or_(*(sides[direction] for direction in query.direction or sides))]
    return [*wanted, _h.state.in_(query.state)] if query.state else wanted
