"""How many tickets match, by status and by reason for attention.

The database keeps count (see ``models/ticket_counters.py``) of all tickets and of each person's, account's, category's
and day's, by everything that those filters ask which do not look into tickets one by one. Words, contacts and two such
narrowings at once are counted.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Select,
    Uuid,
    bindparam,
    cast,
    func,
    literal,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from ticketdesk.domain.actors import Actor
from ticketdesk.domain.attention import AttentionFacts, AttentionReason, reasons
from ticketdesk.domain.ticket_workflow import Status
from ticketdesk.models.ticket_counters import (
    ticket_category_changes,
    ticket_counter_changes,
    ticket_counters,
    ticket_day_counters,
)
from ticketdesk.models.tickets import ticket_violation_categories, tickets
from ticketdesk.repositories.base import Repository
from ticketdesk.repositories.statements import Row, Statement
from ticketdesk.repositories.ticket_days import counted_in, range_of
from ticketdesk.repositories.ticket_filters import is_given, matching, of_all_owners, statuses
from ticketdesk.repositories.ticket_traits import OF_A_TICKET, TRAITS
from ticketdesk.repositories.visibility import sees_every_ticket
from ticketdesk.schemas.tickets import TicketCounts, TicketQuery

_k, _c, _g, _t = ticket_counters.c, ticket_counter_changes.c, ticket_category_changes.c, tickets.c
_links = ticket_violation_categories
NOBODY = UUID(int=0)
_TWO = 2
# Whose tickets have counters of their own: the scope, its parameter of the filter, its column.
SCOPES = {
    "assignee": ("assignee_id", _c.assignee_id),
    "checker": ("checker_id", _c.checker_id),
    "created_by": ("created_by", _c.created_by_id),
    "account": ("account_id", _c.account_id),
    "product": ("product_id", _c.product_id),
    "routing": ("category_id", _c.category_id),
    "category": ("violation_category_id", _g.violation_category_id),
}
_CLOSED = ("closed_after", "closed_before")
# What a counter cannot tell apart.
_UNCOUNTED = (
    *("contact_id", "checker_team_id", "to_check", "question", "outreach_required", "origin", "tag"),
    *(*_CLOSED, "q", "person"),
)
_TIMES = ("created_after", "created_before", "updated_since")


class TicketCounterRepository(Repository):
    """Counts for ``GET /tickets/counts``; what is counted always passes ``visible_to``."""

    async def counts(self, query: TicketQuery, actor: Actor) -> TicketCounts:
        """Count what matches by status and by reason for attention."""
        kept = _from_counters(query, actor) if sees_every_ticket(actor) else None
        statement, values = kept or (_counted(query, actor), {})
        return _shown(row for row in await self._all(statement, **values) if _is_wanted(row, query))

    async def differences(self) -> Sequence[str]:
        """Return the scopes whose counters differ from the tickets, each as one statement saw both."""
        scopes = {scope: _by_owner(scope) for scope in ("all", *SCOPES)}
        scopes |= {moment: _by_day(moment) for moment in ("created", "updated")}
        return [scope for scope, parts in scopes.items() if await self._scalar(_difference(*parts))]


def _from_counters(query: TicketQuery, actor: Actor) -> tuple[Statement | Select[Any], dict[str, Any]] | None:
    """Return what reads counters instead of tickets, with its values; ``None`` where none can answer ``query``."""
    named = {scope: value for scope, (name, _) in SCOPES.items() if is_given(value := getattr(query, name))}
    if any(is_given(getattr(query, name)) for name in _UNCOUNTED):
        return None
    if any(getattr(query, name) is not None for name in _TIMES):
        within = None if named else range_of(query)
        return (_summed(*counted_in(within, query, actor)), {}) if within else None
    owners = [(scope, owner) for scope, value in named.items() for owner in _owners(value, actor)]
    if len(owners) >= _TWO:
        return None
    scope, owner = (owners or [("all", NOBODY)])[0]
    return _kept(scope, is_nobody=owner == NOBODY), {"owner": owner}


def _owners(value: UUID | str | list[UUID], actor: Actor) -> list[UUID]:
    return value if isinstance(value, list) else [_owner(value, actor)]


def _owner(value: UUID | str, actor: Actor) -> UUID:
    if value == "me":
        value = actor.user_id or NOBODY
    return NOBODY if value == "none" else UUID(str(value))


@cache
def _kept(scope: str, *, is_nobody: bool) -> Statement:
    """Return what reads the counters of one owner: those that were folded, and the changes since."""
    owner: ColumnElement[UUID] = bindparam("owner", type_=Uuid)
    folded = select(*(_k[name] for name in TRAITS), _k.tickets).where(_k.scope == literal_column(f"'{scope}'"))
    changes = _changes(scope)
    recent = select(*(changes[name] for name in TRAITS), changes.difference)
    if scope != "all":
        column = SCOPES[scope][1]
        recent = recent.where(column.is_(None) if is_nobody else column == owner)
    return Statement(_summed(folded.where(_k.owner_id == owner), recent))


def _changes(scope: str) -> ReadOnlyColumnCollection[str, Any]:
    return _g if scope == "category" else _c


def _summed(*parts: Select[Any], by: Sequence[str] = TRAITS) -> Select[Any]:
    rows = union_all(*parts).subquery()
    columns = [rows.c[name] for name in by]
    return select(*columns, cast(func.sum(rows.c.tickets), BigInteger).label("tickets")).group_by(*columns)


def _counted(query: TicketQuery, actor: Actor) -> Select[Any]:
    query = query.model_copy(update={name: _written_out(getattr(query, name)) for name in _CLOSED})
    found = select(*OF_A_TICKET, func.count().label("tickets")).where(
        *of_all_owners(query, actor), *matching(query, actor)
    )
    return found.group_by(*OF_A_TICKET)


def _written_out(at: datetime | None) -> ColumnElement[datetime] | None:
    """Return a time of closing as it stands in the statement.

    The tickets of a day are found in an index and those of a year by reading all, so neither may get the other's plan.
    """
    return None if at is None else bindparam(None, at, _t.closed_at.type, literal_execute=True)


def _is_wanted(row: Row, query: TicketQuery) -> bool:
    return (
        row["is_archived"] is query.archived
        and (not query.kind or row["kind"] in query.kind)
        and row["status"] in statuses(query)
        and query.needs_attention in {None, bool(_reasons(row))}
    )


def _reasons(row: Row) -> tuple[AttentionReason, ...]:
    # Of tickets that nobody has, those that wait for nobody count as assigned (see ``ticket_traits``).
    return reasons(
        AttentionFacts(
            Status(row["status"]),
            is_assigned=row["is_assigned"],
            is_archived=row["is_archived"],
            has_delivery_failed=row["has_failed"],
            had_nobody_eligible=not row["is_assigned"],
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


def _by_owner(scope: str) -> list[Select[Any]]:
    """Return the parts of a sum by owner that is zero where the counters are right."""
    folded = select(_k.owner_id.label("of"), *(_k[name] for name in TRAITS), _k.tickets).where(_k.scope == scope)
    changes = _changes(scope)
    recent = select(_owner_in(changes, scope), *(changes[name] for name in TRAITS), changes.difference)
    truth = select(_owner_in(_links.c if scope == "category" else _t, scope), *OF_A_TICKET, literal(-1))
    if scope == "category":
        truth = truth.join_from(tickets, _links, _links.c.ticket_id == _t.id)
    return [folded, recent, truth.where(_t.deleted_at.is_(None))]


def _by_day(moment: str) -> list[Select[Any]]:
    """Return the parts of a sum by day that is zero where the counters are right."""
    days, day = ticket_day_counters.c, _c[f"{moment}_on"]
    folded = select(days.day.label("of"), *(days[name] for name in TRAITS), days.tickets).where(days.moment == moment)
    recent = select(day, *(_c[name] for name in TRAITS), _c.difference).where(day.is_not(None))
    on = cast(func.timezone("UTC", _t[f"{moment}_at"]), Date)
    return [folded, recent, select(on, *OF_A_TICKET, literal(-1)).where(_t.deleted_at.is_(None))]


def _difference(*parts: Select[Any]) -> Select[Any]:
    sums = _summed(*parts, by=("of", *TRAITS)).subquery()
    return select(func.count()).where(sums.c.tickets != 0)


def _owner_in(columns: ReadOnlyColumnCollection[str, Any], scope: str) -> ColumnElement[UUID]:
    column = null() if scope == "all" else columns[SCOPES[scope][1].name]
    return func.coalesce(column, NOBODY)
