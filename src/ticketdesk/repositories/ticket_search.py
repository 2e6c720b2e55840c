"""The page of a list that is also searched for words: match first and sort after, or walk the list and match.

A rare word is looked up in the index of words and what it finds is sorted; for a common one that would be half of all
tickets, but every few tickets of the list match, so the list is walked until the page is full. Where a walk finds too
little (two common words that never stand together), the index of words answers after all. Both give the same page.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, text

from ticketdesk.domain.actors import Actor
from ticketdesk.domain.paging import PageRequest
from ticketdesk.repositories.base import Repository
from ticketdesk.repositories.keyset import up_to
from ticketdesk.repositories.namesakes import FEW_NAMESAKES, NamesakeRepository
from ticketdesk.repositories.ticket_lists import ordered
from ticketdesk.repositories.ticket_walks import chosen, matched
from ticketdesk.repositories.ticket_words import called, named, of_contact_called, staff_called
from ticketdesk.schemas.tickets import TicketQuery

# Tickets that the index of words may find before a walk is tried; looking at one costs about the same either way.
FEW = 5_000
# People whom words may mean besides, before a walk is tried.
FEW_PEOPLE = 500
# If more than one contact of so many has a name, a walk through the list is tried, which meets their tickets soon.
_ONE_OF = 50
# So many are looked up in any case, however few contacts there are.
_HARDLY_ANY = 20
_CONTACTS = text("SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'contacts'::regclass")
_ESTIMATE = text("EXPLAIN (FORMAT JSON) SELECT FROM tickets WHERE search @@ websearch_to_tsquery('english', :words)")


class TicketSearchRepository(Repository):
    """Decides how a page is found; what it holds does not depend on it."""

    async def chosen(self, query: TicketQuery, sort: str, request: PageRequest, actor: Actor) -> Select[Any]:
        """Return ids with the sort time ``at``, in order, of the page of ``request`` and one ticket more."""
        if query.q is None and query.person is None:
            return chosen(query, sort, request, actor)
        if query.q is None:
            return await self._of_people(query, query.person or "", sort, request, actor)
        is_rare = await self._are_few_tickets(query.q) and await self._are_at_most(FEW_PEOPLE, named(query.q))
        return (looked_up if is_rare else chosen)(query, sort, request, actor)

    async def _of_people(
        self, query: TicketQuery, name: str, sort: str, request: PageRequest, actor: Actor
    ) -> Select[Any]:
        """Choose for a name; one that few contacts and nobody on the staff have is looked up in an index alone."""
        few = min(FEW_NAMESAKES, max(_HARDLY_ANY, await self._scalar(_CONTACTS) // _ONE_OF))
        if not await self._are_at_most(few, called(name)) or await self._is_on_the_staff(name):
            return chosen(query, sort, request, actor)
        others = query.model_copy(update={"person": None})
        return looked_up(others, sort, request, actor, of_contact_called(name))

    async def _are_few_tickets(self, words: str) -> bool:
        """Ask the planner, which keeps statistics of words."""
        plan = await self._scalar(_ESTIMATE.bindparams(words=words))
        return bool(plan[0]["Plan"]["Plan Rows"] <= FEW)

    async def _is_on_the_staff(self, words: str) -> bool:
        """Tell whether somebody is called so who may have any number of tickets."""
        return await self._one(staff_called(words).limit(1)) is not None

    async def _are_at_most(self, most: int, are_meant: ColumnElement[bool]) -> bool:
        return await NamesakeRepository(self._connection).are_at_most(most, are_meant)


def looked_up(
    query: TicketQuery, sort: str, request: PageRequest, actor: Actor, *also: ColumnElement[bool]
) -> Select[Any]:
    """Return the page, by way of everything that an index of words finds, and of which ``also`` is true."""
    return up_to(request.limit + 1, ordered(matched(query, sort, request, actor, *also), request))
