"""The page of a list that is also searched for words: match first and sort after, or walk the list and match.

A rare word is looked up in the index of words and what it finds is sorted; for a common one that would be half of all
tickets, but every few tickets of the list match, so the list is walked until the page is full. Where a walk finds too
little (two common words that never stand together), the index of words answers after all. Both give the same page.
"""

from typing import Any

from sqlalchemy import CTE, ScalarSelect, Select, case, false, func, select, text, union_all

from ticketdesk.domain.actors import Actor
from ticketdesk.domain.paging import PageRequest
from ticketdesk.models.contacts import contacts
from ticketdesk.models.tickets import tickets
from ticketdesk.repositories.base import Repository
from ticketdesk.repositories.keyset import beyond
from ticketdesk.repositories.ticket_filters import matching
from ticketdesk.repositories.ticket_lists import chosen, merged, ordered
from ticketdesk.repositories.ticket_words import contains_one_by_one, named
from ticketdesk.schemas.tickets import TicketQuery

# Tickets that the index of words may find before a walk is tried; looking at one costs about the same either way.
FEW = 5_000
# Tickets that a walk looks at before it is given up.
WALKED = 10_000
# People of that name from whom on a walk is tried.
FEW_PEOPLE = 500
_ESTIMATE = text("EXPLAIN (FORMAT JSON) SELECT FROM tickets WHERE search @@ websearch_to_tsquery('english', :words)")


class TicketSearchRepository(Repository):
    """Decides how a page is found; what it holds does not depend on it."""

    async def chosen(self, query: TicketQuery, sort: str, request: PageRequest, actor: Actor) -> Select[Any]:
        """Return ids with the sort time ``at``, in order, of the page of ``request`` and one ticket more."""
        if query.q is None:
            return chosen(query, sort, request, actor)
        is_rare = await self._are_few_tickets(query.q) and await self._are_few_people(query.q)
        return (looked_up if is_rare else walked)(query, sort, request, actor)

    async def _are_few_tickets(self, words: str) -> bool:
        """Ask the planner, which keeps statistics of words."""
        plan = await self._scalar(_ESTIMATE.bindparams(words=words))
        return bool(plan[0]["Plan"]["Plan Rows"] <= FEW)

    async def _are_few_people(self, words: str) -> bool:
        """Count, for the statistics of names know only the most common ones."""
        people = select(contacts.c.id).where(named(words)).limit(FEW_PEOPLE + 1).subquery()
        return bool(await self._scalar(select(func.count()).select_from(people)) <= FEW_PEOPLE)


def looked_up(query: TicketQuery, sort: str, request: PageRequest, actor: Actor) -> Select[Any]:
    """Return the page, by way of everything that the index of words finds."""
    return ordered(_matched(query, sort, request, actor), request).limit(request.limit + 1)


def walked(query: TicketQuery, sort: str, request: PageRequest, actor: Actor, most: int = WALKED) -> Select[Any]:
    """Return the page, by way of the first ``most`` tickets of the list; the index of words only if these are too few.

    All parts are evaluated as far as somebody asks for their rows: the walk ends with the page's last row.
    """
    wanted = request.limit + 1
    seen = _seen(query, sort, request, actor, most)
    hit = select(seen.c.id, seen.c.at).where(seen.c.is_match).limit(wanted).cte("hit").prefix_with("MATERIALIZED")
    is_short = _is_short(hit, seen, wanted, most)
    matched = _matched(query, sort, request, actor)
    both = union_all(
        select(hit.c.id, hit.c.at).where(~is_short), select(matched.c.id, matched.c.at).where(is_short)
    ).subquery("found")
    return ordered(both, request).limit(wanted)


def _seen(query: TicketQuery, sort: str, request: PageRequest, actor: Actor, most: int) -> CTE:
    is_match = contains_one_by_one(query.q or "").label("is_match")
    return merged(query, sort, request, actor, most, is_match).cte("seen").prefix_with("MATERIALIZED")


def _matched(query: TicketQuery, sort: str, request: PageRequest, actor: Actor) -> CTE:
    # Materialized, so that the planner does not turn it into a walk that stops at the limit.
    rest = beyond(tickets.c[sort], tickets.c.id, request)
    found = select(tickets.c.id, tickets.c[sort].label("at")).where(*matching(query, actor), *rest)
    return found.cte("matched").prefix_with("MATERIALIZED")


def _is_short(hit: CTE, seen: CTE, wanted: int, most: int) -> ScalarSelect[bool]:
    """Return whether the walk was given up: it neither filled the page nor came to the end of the list."""
    found = select(func.count()).select_from(hit).scalar_subquery()
    looked_at = select(func.count()).select_from(seen).scalar_subquery()
    return select(case((found >= wanted, false()), else_=looked_at >= most)).scalar_subquery()
