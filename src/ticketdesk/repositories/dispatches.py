"""Dispatches and their claims on held tickets (reads for people are in ``dispatch_views``)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, exists, insert, literal_column, select, update

from ticketdesk.domain.actors import Actor
from ticketdesk.domain.dispatch_claims import Claimable, SkipReason
from ticketdesk.domain.dispatches import DispatchState, TicketOutcome
from ticketdesk.domain.ticket_workflow import Status, TicketFacts, TicketKind
from ticketdesk.models.messages import dispatch_tickets, dispatches, messages
from ticketdesk.models.tickets import ticket_recipients, tickets
from ticketdesk.repositories.base import Repository, new_id
from ticketdesk.repositories.deliveries import IS_UNDER_WAY
from ticketdesk.repositories.id_arrays import one_of_ids, one_of_named
from ticketdesk.repositories.statements import Row, Statement
from ticketdesk.repositories.ticket_filters import matching
from ticketdesk.repositories.visibility import visible_to
from ticketdesk.schemas.tickets import TicketQuery

_d = dispatches.c
_t = tickets.c
_dt = dispatch_tickets.c

_CLAIMABLE = (
    _t.id,
    _t.kind,
    _t.status,
    _t.archived_at,
    _t.requires_check,
    _t.completed_at,
    _t.dispatch_id,
    exists(select(ticket_recipients.c.ticket_id).where(ticket_recipients.c.ticket_id == _t.id)).label("has_recipient"),
)


@dataclass(frozen=True, slots=True)
class DispatchRecord:
    """A dispatch under a lock; the sender is who pressed the button, with their team at that time."""

    id: UUID
    state: DispatchState
    sender_name: str
    sender_team: str | None


_RECORD = tuple(_d[name] for name in DispatchRecord.__slots__)
_LOCK = Statement(select(*_RECORD).where(_d.id == bindparam("dispatch_id")).with_for_update())
_HAS_UNDER_WAY = Statement(
    select(exists(select(messages.c.id).where(messages.c.dispatch_id == bindparam("dispatch_id"), IS_UNDER_WAY)))
)
_SET_OUTCOME = Statement(
    update(dispatch_tickets)
    .where(_dt.dispatch_id == bindparam("dispatch_id"), one_of_named(_dt.ticket_id, "ticket_ids"))
    .where(_dt.outcome != literal_column(f"'{TicketOutcome.SENT}'"))
    .values(outcome=bindparam("new_outcome"), reason=bindparam("new_reason"))
)


def _claimable(row: Row) -> Claimable:
    facts = TicketFacts(
        TicketKind(row["kind"]),
        Status(row["status"]),
        row["archived_at"] is not None,
        row["requires_check"],
        row["completed_at"] is not None,
    )
    return Claimable(row["id"], facts, row["dispatch_id"], row["has_recipient"])


class DispatchRepository(Repository):
    """Tickets are locked in the order of their ids, after the dispatch if that is locked too."""

    async def lock_by_ids(self, ticket_ids: Sequence[UUID], actor: Actor) -> list[Claimable]:
        """Return those of the tickets that ``actor`` may see, locked."""
        return await self._lock(select(*_CLAIMABLE).where(one_of_ids(_t.id, ticket_ids), visible_to(actor)))

    async def lock_held(self, query: TicketQuery, actor: Actor) -> list[Claimable]:
        """Return the held corrective tickets that match ``query``, locked."""
        held = (_t.status == Status.SEND_LATER, _t.kind == TicketKind.CORRECTIVE, _t.deleted_at.is_(None))
        return await self._lock(select(*_CLAIMABLE).where(*held, *matching(query, actor)))

    async def lock_claimed(self, dispatch_id: UUID) -> list[Claimable]:
        """Return the tickets that a dispatch has claimed, locked; of each, ``dispatch_id`` is this dispatch."""
        return await self._lock(select(*_CLAIMABLE).where(_t.dispatch_id == dispatch_id))

    async def _lock(self, statement: Select[Any]) -> list[Claimable]:
        rows = await self._all(statement.order_by(_t.id).with_for_update(of=tickets))
        return [_claimable(row) for row in rows]

    async def add(self, values: Mapping[str, Any]) -> UUID:
        """Insert a dispatch without tickets and return its id."""
        dispatch_id = new_id()
        await self._execute(insert(dispatches).values({"id": dispatch_id, **values}))
        return dispatch_id

    async def claim(self, dispatch_id: UUID, ticket_ids: Sequence[UUID]) -> None:
        """Bind locked tickets to a dispatch; what becomes of them is pending."""
        mine = one_of_ids(_t.id, ticket_ids)
        await self._execute(update(tickets).where(mine).values(dispatch_id=dispatch_id, version=_t.version + 1))
        await self._add_tickets(dispatch_id, dict.fromkeys(ticket_ids), TicketOutcome.PENDING)

    async def skip(self, dispatch_id: UUID, tickets_and_reasons: Mapping[UUID, SkipReason]) -> None:
        """Note tickets that a dispatch was asked to send but leaves alone."""
        await self._add_tickets(dispatch_id, tickets_and_reasons, TicketOutcome.SKIPPED)

    async def _add_tickets(
        self, dispatch_id: UUID, reasons: Mapping[UUID, SkipReason | None], outcome: TicketOutcome
    ) -> None:
        rows = (
            {"dispatch_id": dispatch_id, "ticket_id": ticket_id, "outcome": outcome, "reason": reason}
            for ticket_id, reason in reasons.items()
        )
        await self._insert(dispatch_tickets, *rows)

    async def lock(self, dispatch_id: UUID) -> DispatchRecord | None:
        """Return the dispatch locked, ``None`` if there is no such one."""
        return await self._lock_one(_LOCK, dispatch_id=dispatch_id)

    async def lock_due(self, now: datetime) -> DispatchRecord | None:
        """Return the scheduled dispatch that has been due the longest and that no other replica is starting."""
        due = select(*_RECORD).where(_d.state == DispatchState.SCHEDULED, _d.scheduled_for <= now)
        return await self._lock_one(due.order_by(_d.scheduled_for, _d.id).limit(1).with_for_update(skip_locked=True))

    async def _lock_one(self, statement: Statement | Select[Any], **values: Any) -> DispatchRecord | None:
        row = await self._one(statement, **values)
        return DispatchRecord(**dict(row) | {"state": DispatchState(row["state"])}) if row else None

    async def set_state(self, dispatch_id: UUID, state: DispatchState, **moments: datetime) -> None:
        """Move a dispatch on, with ``started_at`` or ``finished_at``."""
        await self._execute(update(dispatches).where(_d.id == dispatch_id).values(state=state, **moments))

    async def release(self, dispatch_id: UUID, ticket_ids: Collection[UUID]) -> None:
        """Free locked tickets for another dispatch; here they are withdrawn."""
        mine = (one_of_ids(_t.id, ticket_ids), _t.dispatch_id == dispatch_id)
        await self._execute(update(tickets).where(*mine).values(dispatch_id=None, version=_t.version + 1))
        await self.set_outcome(dispatch_id, ticket_ids, TicketOutcome.WITHDRAWN)

    async def set_outcome(
        self, dispatch_id: UUID, ticket_ids: Collection[UUID], outcome: str, reason: str | None = None
    ) -> None:
        """Note what became of tickets; one that reached any of its addresses stays sent."""
        values = {"new_outcome": outcome, "new_reason": reason}
        await self._execute(_SET_OUTCOME, dispatch_id=dispatch_id, ticket_ids=list(ticket_ids), **values)

    async def withdraw_pending(self, dispatch_id: UUID) -> None:
        """Note that what is still pending went with no message: it was called back before."""
        pending = (_dt.dispatch_id == dispatch_id, _dt.outcome == TicketOutcome.PENDING)
        await self._execute(update(dispatch_tickets).where(*pending).values(outcome=TicketOutcome.WITHDRAWN))

    async def has_messages_under_way(self, dispatch_id: UUID) -> bool:
        """Tell whether a message of the dispatch is queued or on the wire."""
        return bool(await self._scalar(_HAS_UNDER_WAY, dispatch_id=dispatch_id))
