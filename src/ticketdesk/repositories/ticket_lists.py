"""Which tickets a page of a list holds, at a cost that hardly grows with the number of tickets.

A list is put together from one list per status, each in the order of an index that begins with the status (and the
person, where one is asked for; of several people each has a list): PostgreSQL merges them and stops when the page is
full. Left to itself it would walk all tickets in order and skip what does not match; the open ones come last among a
million closed ones.

What no such index knows is asked of each ticket that the list meets (see ``ticket_walks.py``).
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import FromClause, Label, Select, false, select, union_all

from ticketdesk.domain.actors import Actor
from ticketdesk.domain.paging import PageRequest
from ticketdesk.models.tickets import tickets
from ticketdesk.repositories.keyset import beyond, in_order, up_to
from ticketdesk.repositories.ticket_filters import (
    OWNERS,
    Condition,
    are_several,
    is_given,
    known,
    narrowed,
    statuses,
    with_status,
)
from ticketdesk.schemas.tickets import TicketQuery

# Of so many owners at most each has a list of its own: there is one more for each status.
MOST_APART = 8


def ordered(rows: FromClause, request: PageRequest) -> Select[Any]:
    """Return ``id`` and ``at`` of ``rows`` in the order of the list."""
    return in_order(select(rows.c.id, rows.c.at), rows.c.at, rows.c.id, request)


def merged(
    query: TicketQuery,
    sort: str,
    request: PageRequest,
    actor: Actor,
    most: int,
    *more: Label[Any],
    within: Sequence[Condition] = (),
) -> Select[Any]:
    """Return the first ``most`` after the request's position, in order: ``id``, ``at`` and the columns ``more``.

    ``within`` are further conditions on the time that the list is in the order of.
    """
    at = tickets.c[sort]
    listed = select(tickets.c.id, at.label("at"), *more).where(*beyond(at, tickets.c.id, request), *within)
    # Sorted and limited each, or PostgreSQL plans them as if all of their rows were wanted.
    parts = [
        up_to(most, in_order(listed.where(*narrowed(of_one, actor), *asked), at, tickets.c.id, request))
        for of_one in _apart(query, actor)
        for asked in _branches(of_one)
    ]
    together = union_all(*(select(part.subquery()) for part in parts)).subquery("merged")
    return up_to(most, ordered(together, request).add_columns(*(together.c[column.name] for column in more)))


def is_ordered(owner: object) -> bool:
    """Tell whether a list of ``owner``, or of a placeholder for one, is in the order of an index, or of some merged."""
    return is_given(owner) and not (isinstance(owner, list) and len(owner) > MOST_APART)


def _apart(query: TicketQuery, actor: Actor) -> list[TicketQuery]:
    """Return a query for each one, where several owners are named; few tickets are of a contact, or of several."""
    for name in ("account_id", *OWNERS):
        owners = getattr(query, name)
        if are_several(owners) and is_ordered(owners) and not is_given(query.contact_id):
            return [query.model_copy(update={name: [owner]}) for owner in known(owners, actor)]
    return [query]


def _branches(query: TicketQuery) -> list[list[Condition]]:
    asked = [with_status(query, status) for status in statuses(query)]
    return [conditions for conditions in asked if conditions is not None] or [[false()]]
