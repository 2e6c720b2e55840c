"""How many tickets match, by status and by reason for attention.

The database keeps count (see ``models/ticket_counters.py``) of all tickets and of each person's and account's, by
everything that those filters ask which do not look into tickets one by one. Only the other filters count.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Select, bindparam, cast, func, literal, null, select, union_all
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from ticketdesk.domain.actors import Actor
from ticketdesk.domain.attention import AttentionFacts, AttentionReason, reasons
from ticketdesk.domain.ticket_workflow import Status
from ticketdesk.models.ticket_counters import ticket_counter_changes, ticket_counters
from ticketdesk.models.tickets import tickets
from ticketdesk.repositories.base import Repository
from ticketdesk.repositories.statements import Row, Statement
from ticketdesk.repositories.ticket_filters import matching, statuses
from ticketdesk.repositories.visibility import sees_every_ticket
from ticketdesk.schemas.tickets import TicketCounts, TicketQuery

_k, _c, _t = ticket_counters.c, ticket_counter_changes.c, tickets.c
NOBODY = UUID(int=0)
_TRAITS = ("kind", "status", "is_archived", "is_assigned", "has_failed")
# Whose tickets have counters of their own: the scope, its parameter of the filter, its column.
SCOPES = {
    "assignee": ("assignee_id", _c.assignee_id),
    "checker": ("checker_id", _c.checker_id),
    "created_by": ("created_by", _c.created_by_id),
    "account": ("account_id", _c.account_id),
}
# What a counter cannot tell apart.
_UNCOUNTED = ("contact_id", "violation_category_id", "created_after", "created_before", "updated_since", "q")
_OF_A_TICKET = (
    _t.kind,
    _t.status,
    _t.archived_at.is_not(None).label("is_archived"),
    _t.assignee_id.is_not(None).label("is_assigned"),
    _t.delivery_failure.is_not(None).label("has_failed"),
)


class TicketCounterRepository(Repository):
    """Counts for ``GET /tickets/counts``; what is counted always passes ``visible_to``."""

    async def counts(self, query: TicketQuery, actor: Actor) -> TicketCounts:
        """Count what matches by status and by reason for attention."""
        scope = _scope(query, actor) if sees_every_ticket(actor) else None
        if scope is None:
            rows = await self._all(_counted(query, actor))
        else:
            name, owner = scope
            rows = await self._all(_kept(name, is_nobody=owner == NOBODY), owner=owner)
        return _shown(row for row in rows if _is_wanted(row, query))

    async def differences(self) -> Sequence[str]:
        """Return the scopes whose counters differ from the tickets, each as one statement saw both."""
        return [scope for scope in ("all", *SCOPES) if await self._scalar(_difference(scope))]


def _scope(query: TicketQuery, actor: Actor) -> tuple[str, UUID] | None:
    """Return whose counters answer ``query``, ``None`` where none do."""
    given = {scope: getattr(query, name) for scope, (name, _) in SCOPES.items()}
    named = {scope: value for scope, value in given.items() if value is not None}
    if len(named) > 1 or any(getattr(query, name) for name in _UNCOUNTED):
        return None
    for scope, value in named.items():
        return scope, _owner(value, actor)
    return "all", NOBODY


def _owner(value: UUID | str, actor: Actor) -> UUID:
    if value == "me":
        value = actor.user_id or NOBODY
    return NOBODY if value == "none" else UUID(str(value))


@cache
def _kept(scope: str, *, is_nobody: bool) -> Statement:
    folded = select(*(_k[name] for name in _TRAITS), _k.tickets)
    folded = folded.where(_k.scope == scope, _k.owner_id == bindparam("owner"))
    recent = select(*(_c[name] for name in _TRAITS), _c.difference)
    if scope != "all":
        column = SCOPES[scope][1]
        recent = recent.where(column.is_(None) if is_nobody else column == bindparam("owner"))
    return Statement(_summed(folded, recent))


def _summed(*parts: Select[Any], by: Sequence[str] = _TRAITS) -> Select[Any]:
    rows = union_all(*parts).subquery()
    columns = [rows.c[name] for name in by]
    return select(*columns, cast(func.sum(rows.c.tickets), BigInteger).label("tickets")).group_by(*columns)


def _counted(query: TicketQuery, actor: Actor) -> Select[Any]:
    found = select(*_OF_A_TICKET, func.count().label("tickets")).where(*matching(query, actor))
    return found.group_by(*_OF_A_TICKET)


def _is_wanted(row: Row, query: TicketQuery) -> bool:
    return (
        row["is_archived"] is query.archived
        and (not query.kind or row["kind"] in query.kind)
        and row["status"] in statuses(query)
        and query.needs_attention in {None, bool(_reasons(row))}
    )


def _reasons(row: Row) -> tuple[AttentionReason, ...]:
    return reasons(
        AttentionFacts(
            Status(row["status"]),
            is_assigned=row["is_assigned"],
            is_archived=row["is_archived"],
            has_delivery_failed=row["has_failed"],
        )
    )


def _shown(rows: Iterable[Row]) -> TicketCounts:
    by_status = dict.fromkeys(Status, 0)
    needed: dict[Literal["total"] | AttentionReason, int] = {"total": 0, **dict.fromkeys(AttentionReason, 0)}
    for row in rows:
        by_status[Status(row["status"])] += row["tickets"]
        found = _reasons(row)
        needed["total"] += row["tickets"] if found else 0
        for reason in found:
            needed[reason] += row["tickets"]
    return TicketCounts(by_status=by_status, needs_attention=needed)


def _difference(scope: str) -> Select[Any]:
    """Return how many counters of ``scope`` differ from the tickets."""
    folded = select(_k.owner_id, *(_k[name] for name in _TRAITS), _k.tickets).where(_k.scope == scope)
    recent = select(_owner_in(_c, scope), *(_c[name] for name in _TRAITS), _c.difference)
    truth = select(_owner_in(_t, scope), *_OF_A_TICKET, literal(-1)).where(_t.deleted_at.is_(None))
    sums = _summed(folded, recent, truth, by=("owner_id", *_TRAITS)).subquery()
    return select(func.count()).where(sums.c.tickets != 0)


def _owner_in(columns: ReadOnlyColumnCollection[str, Any], scope: str) -> ColumnElement[UUID]:
    column = null() if scope == "all" else columns[SCOPES[scope][1].name]
    return func.coalesce(column, NOBODY).label("owner_id")
