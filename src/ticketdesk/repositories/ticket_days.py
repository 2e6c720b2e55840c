"""Counting the tickets of a range of time: whole days from counters, the rest of the first and last day one by one.

So a count costs a row for each day and what its tickets have in common, and the tickets of two days.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, func, select

from ticketdesk.domain.actors import Actor
from ticketdesk.models.ticket_counters import ticket_counter_changes, ticket_day_counters
from ticketdesk.models.tickets import tickets
from ticketdesk.repositories.ticket_filters import matching
from ticketdesk.repositories.ticket_traits import OF_A_TICKET, TRAITS
from ticketdesk.schemas.tickets import TicketQuery

_k, _c = ticket_day_counters.c, ticket_counter_changes.c
# The times that tickets are counted by, each with what begins and what ends a range of it.
MOMENTS = {
    "created": ("created_after", "created_before"),
    "updated": ("updated_since", None),
    "closed": ("closed_after", "closed_before"),
}
_NO_RANGE = {name: None for names in MOMENTS.values() for name in names if name is not None}


@dataclass(frozen=True, slots=True)
class Range:
    """From ``after`` on and before ``before``, open where ``None``; ``moment`` is one of ``MOMENTS``."""

    moment: str
    after: datetime | None
    before: datetime | None

    @property
    def days(self) -> tuple[date | None, date | None]:
        """The first whole day in UTC, and the day after the last one."""
        first = None if self.after is None else _day(self.after + timedelta(days=1) - timedelta.resolution)
        return first, None if self.before is None else _day(self.before)

    @property
    def edges(self) -> Iterator["Range"]:
        """What lies outside the whole days; all of it where there are none."""
        first, end = self.days
        if first is not None and end is not None and first >= end:
            yield self
            return
        if first is not None and self.after != _midnight(first):
            yield Range(self.moment, self.after, _midnight(first))
        if end is not None and self.before != _midnight(end):
            yield Range(self.moment, _midnight(end), self.before)


def is_narrowed(query: TicketQuery) -> bool:
    """Tell whether ``query`` narrows any of the times."""
    return any(getattr(query, name) is not None for name in _NO_RANGE)


def range_of(query: TicketQuery) -> Range | None:
    """Return the range that ``query`` narrows one of the times to, ``None`` if none or more than one."""
    ranges = [Range(moment, *_ends(names, query)) for moment, names in MOMENTS.items()]
    given = [one for one in ranges if one.after is not None or one.before is not None]
    return given[0] if len(given) == 1 else None


def _ends(names: Sequence[str | None], query: TicketQuery) -> Iterator[datetime | None]:
    return (None if name is None else getattr(query, name) for name in names)


def counted_in(within: Range, query: TicketQuery, actor: Actor) -> list[Select[Any]]:
    """Return statements whose sum counts the tickets of ``within`` that match ``query``, by their traits."""
    edges = [_one_by_one(edge, query, actor) for edge in within.edges]
    first, end = within.days
    if first is not None and end is not None and first >= end:
        return edges
    noted = _c[f"{within.moment}_on"]
    folded = select(*(_k[name] for name in TRAITS), _k.tickets).where(_k.moment == within.moment)
    recent = select(*(_c[name] for name in TRAITS), _c.difference).where(noted.is_not(None))
    if first is not None:
        folded, recent = folded.where(_k.day >= first), recent.where(noted >= first)
    if end is not None:
        folded, recent = folded.where(_k.day < end), recent.where(noted < end)
    return [folded, recent, *edges]


def _one_by_one(edge: Range, query: TicketQuery, actor: Actor) -> Select[Any]:
    at = tickets.c[f"{edge.moment}_at"]
    found = select(*OF_A_TICKET, func.count().label("tickets"))
    found = found.where(*matching(query.model_copy(update=_NO_RANGE), actor), at >= edge.after, at < edge.before)
    return found.group_by(*OF_A_TICKET)


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
