"""How many tickets match, by status and by reason for attention.

The database keeps counters (see ``models/ticket_counters.py``) of all tickets and of those of each scope and day, split
by status and the other traits that a count tells apart. What no counter answers, such as a search for words, is counted
ticket by ticket.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Literal

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Select,
    bindparam,
    cast,
    exists,
    false,
    func,
    literal,
    not_,
    select,
    union_all,
)

from ticketdesk.domain.actors import Actor
from ticketdesk.domain.attention import AttentionFacts, AttentionReason, reasons
from ticketdesk.domain.ticket_workflow import Status
from ticketdesk.models.ticket_counters import ticket_counter_changes, ticket_day_counters
from ticketdesk.models.tickets import tickets
from ticketdesk.repositories.base import Repository
from ticketdesk.repositories.id_arrays import one_of_found
from ticketdesk.repositories.statements import Row, Statement
from ticketdesk.repositories.ticket_days import MOMENTS, counted_in, is_narrowed, range_of
from ticketdesk.repositories.ticket_filters import is_given, matching, of_all_owners, statuses
from ticketdesk.repositories.ticket_scopes import SCOPES, kept, parts_of_difference, scope_of, values_of
from ticketdesk.repositories.ticket_traits import OF_A_TICKET, TRAITS
from ticketdesk.repositories.ticket_words import contacts_called, staff_called
from ticketdesk.repositories.visibility import sees_every_ticket
from ticketdesk.schemas.tickets import TicketCounts, TicketQuery

_c, _t = ticket_counter_changes.c, tickets.c
_CLOSED = ("closed_after", "closed_before")
# What a counter cannot tell apart.
_UNCOUNTED = ("to_check", "question", "outreach_required", "q")


class TicketCounterRepository(Repository):
    """Counts for ``GET /tickets/counts``; what is counted always passes ``visible_to``."""

    async def counts(self, query: TicketQuery, actor: Actor) -> TicketCounts:
        """Count what matches by status and by reason for attention."""
        known = _from_counters(query, actor) if sees_every_ticket(actor) else None
        statement, values = known or (_counted(query, actor), {})
        return _shown(row for row in await self._all(statement, **values) if _is_wanted(row, query))

    async def are_none_of_both(self, query: TicketQuery, actor: Actor) -> bool:
        """Tell whether no ticket has both of two things that counters go by together, whatever else is asked.

        Such a pair is what a list searches longest: through all that there is of one thing. False where counters tell
        nothing.
        """
        scope = scope_of(query) if sees_every_ticket(actor) else None
        if scope is None or len(SCOPES[scope].parameters) < 2:
            return False
        rows = await self._all(_kept(scope), **values_of(scope, query, actor))
        return not any(row["tickets"] for row in rows)

    async def differences(self) -> Sequence[str]:
        """Return the scopes whose counters differ from the tickets, each as one statement saw both."""
        parts = {scope: parts_of_difference(scope) for scope in SCOPES}
        parts |= {moment: _by_day(moment) for moment in MOMENTS}
        return [name for name, of_it in parts.items() if await self._scalar(_difference(*of_it))]


def _from_counters(query: TicketQuery, actor: Actor) -> tuple[Statement | Select[Any], Mapping[str, Any]] | None:
    """Return what reads counters instead of tickets, with its values; ``None`` where none can answer ``query``."""
    scope = scope_of(query)
    if scope is None or any(is_given(getattr(query, name)) for name in _UNCOUNTED):
        return None
    if is_narrowed(query) or query.person is not None:
        return _partly_counted(query, actor) if scope == "all" else None
    return _kept(scope), values_of(scope, query, actor)


def _partly_counted(query: TicketQuery, actor: Actor) -> tuple[Select[Any], Mapping[str, Any]] | None:
    """Return what reads counters and some tickets for a time or a person alone."""
    if query.person is None:
        within = range_of(query)
        return (_summed(*counted_in(within, query, actor)), {}) if within else None
    return None if is_narrowed(query) else (_summed(*_of_person(query, query.person, actor)), {})


def _of_person(query: TicketQuery, name: str, actor: Actor) -> list[Select[Any]]:
    """Return what counts the tickets of all staff and contacts of this name.

    Those that have both are counted once: where somebody on the staff has the name, those of contacts are looked at.
    """
    # Looked up once, however many parts ask for them.
    staff, people = (
        found.cte(title).prefix_with("MATERIALIZED")
        for title, found in (("staff", staff_called(name)), ("people", contacts_called(name)))
    )
    are_on_the_staff = exists(select(staff.c.id))
    of_staff = kept("assignee", lambda column: one_of_found(column, select(staff.c.id)))
    of_people = kept("contact", lambda column: one_of_found(column, select(people.c.id)))
    looked_at = select(*OF_A_TICKET, func.count().label("tickets")).where(
        are_on_the_staff,
        *matching(query.model_copy(update={"person": None}), actor),
        one_of_found(_t.contact_id, select(people.c.id)),
        not_(func.coalesce(one_of_found(_t.assignee_id, select(staff.c.id)), false())),
    )
    return [*of_staff, *(part.where(~are_on_the_staff) for part in of_people), looked_at.group_by(*OF_A_TICKET)]


@cache
def _kept(scope: str) -> Statement:
    return Statement(_summed(*kept(scope)))


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


def _by_day(moment: str) -> list[Select[Any]]:
    """Return the parts of a sum by day that is zero where the counters are right."""
    days, day, at = ticket_day_counters.c, _c[f"{moment}_on"], _t[f"{moment}_at"]
    label = literal("").label("label")
    folded = select(days.day.label("of"), label, *(days[name] for name in TRAITS), days.tickets)
    recent = select(day, label, *(_c[name] for name in TRAITS), _c.difference).where(day.is_not(None))
    truth = select(cast(func.timezone("UTC", at), Date), label, *OF_A_TICKET, literal(-1))
    return [folded.where(days.moment == moment), recent, truth.where(_t.deleted_at.is_(None), at.is_not(None))]


def _difference(*parts: Select[Any]) -> Select[Any]:
    sums = _summed(*parts, by=("of", "label", *TRAITS)).subquery()
    return select(func.count()).where(sums.c.tickets != 0)
