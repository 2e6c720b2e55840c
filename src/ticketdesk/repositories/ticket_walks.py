"""Pages that no index holds in order: ways to find one, tried in turn in one statement until one finds all of it.

A walk goes through the list and looks at each ticket, which is quick where many match. Few candidates are looked up and
sorted, which is quick where few match. Which it is need not be known: each way stops at a limit and tells whether its
page is complete, and only if it is not does PostgreSQL evaluate the next. Where neither succeeds (a category that went
out of use a hundred thousand tickets ago) everything that matches is looked up and sorted. All give the same page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    and_,
    case,
    cast,
    false,
    func,
    literal_column,
    select,
    true,
    union_all,
)

from ticketdesk.domain.actors import Actor
from ticketdesk.domain.paging import PageRequest
from ticketdesk.models.tickets import ticket_violation_categories, tickets
from ticketdesk.repositories.id_arrays import one_of_found
from ticketdesk.repositories.keyset import beyond, up_to
from ticketdesk.repositories.ticket_filters import (
    OWNERS,
    Condition,
    are_beside,
    are_several,
    asked,
    has_tags,
    in_categories,
    is_given,
    is_nobody,
    matching,
    narrowed,
    of_all_owners,
    statuses,
)
from ticketdesk.repositories.ticket_lists import is_ordered, merged, ordered
from ticketdesk.repositories.ticket_words import contains_one_by_one, named_alike_one_by_one
from ticketdesk.schemas.tickets import TicketQuery

_UNASKED = TicketQuery()
# True of few tickets, which an index of their own has, or two have.
_OF_FEW_IF_TRUE = ("to_check", "question", "outreach_required")
_WORDS = ("q", "person")
_LINKED = ("violation_category_id", "tag")
_CREATED = ("created_after", "created_before")
_CLOSED = ("closed_after", "closed_before")
_TIMES = (*_CREATED, *_CLOSED, "updated_since")
# By whether a list is descending: where those begin that match.
_BOUNDS = {False: ("closed_after", "updated_since", "created_after"), True: ("closed_before", "created_before")}
# How far the clocks of two processes may be apart that make, close and change one ticket.
_SKEW = timedelta(hours=1)
# An index has this time of each ticket.
_UNDER_WAY = func.tstzrange(
    tickets.c.created_at, func.greatest(tickets.c.created_at, tickets.c.updated_at), literal_column("'[]'")
)


@dataclass(frozen=True, slots=True)
class Limits:
    """Of how many tickets at most each way is made before the next is tried."""

    walked: int = 2_000
    # Where it is words that are looked for: the alternative reads half of all tickets.
    searched: int = 10_000
    few: int = 1_000
    recent: int = 50_000


@dataclass(frozen=True, slots=True)
class Question:
    """What a list is asked; ``unordered`` are the parameters that the walked index does not know."""

    query: TicketQuery
    sort: str
    request: PageRequest
    actor: Actor
    unordered: frozenset[str]

    @property
    def walked(self) -> TicketQuery:
        """The parameters that the walked index does know, and the statuses that the others leave."""
        others = {name: getattr(_UNASKED, name) for name in self.unordered}
        return self.query.model_copy(update=others | {"status": statuses(self.query)})

    @property
    def looked_at(self) -> TicketQuery:
        """The others."""
        return _UNASKED.model_copy(update={name: getattr(self.query, name) for name in self.unordered})


@dataclass(frozen=True, slots=True)
class Way:
    """Tickets with ``id`` and ``at``, and whether they are all that the page can hold."""

    rows: CTE
    is_complete: ColumnElement[bool]


def chosen(
    query: TicketQuery, sort: str, request: PageRequest, actor: Actor, limits: Limits | None = None
) -> Select[Any]:
    """Return ids with the sort time ``at``, in order, of the page of ``request`` and one ticket more."""
    unordered = frozenset(_unordered(query, sort))
    is_for_one = not unordered and query.to_check
    if is_for_one:
        # What waits for one person is few: a walk would pass what is of others.
        return up_to(request.limit + 1, ordered(matched(query, sort, request, actor), request))
    # Of two owners an index tells: a walk would pass what is of others.
    are_of_both = sort == "updated_at" and are_beside(query) and len(unordered) == 1
    if are_of_both or not unordered or not statuses(query):
        return merged(query, sort, request, actor, request.limit + 1)
    question = Question(query, sort, request, actor, unordered)
    return _first_complete(question, list(_ways(question, limits or Limits())))


def matched(query: TicketQuery, sort: str, request: PageRequest, actor: Actor, *also: Condition) -> CTE:
    """Return everything that matches after the request's position, looked up in whatever index finds it.

    ``also`` are conditions beside those of ``query``.
    """
    # Materialized, so that the planner does not turn it into a walk that stops at the limit.
    return _matching(query, sort, request, actor).where(*also).cte("matched").prefix_with("MATERIALIZED")


def _matching(query: TicketQuery, sort: str, request: PageRequest, actor: Actor) -> Select[Any]:
    rest = beyond(tickets.c[sort], tickets.c.id, request)
    conditions = [*of_all_owners(query, actor), *matching(query, actor), *rest]
    return select(tickets.c.id, tickets.c[sort].label("at")).where(*conditions)


def _unordered(query: TicketQuery, sort: str) -> list[str]:
    """Return the parameters given that no index has in the order of ``sort``."""
    given = {name: value for name in TicketQuery.model_fields if is_given(value := getattr(query, name))}
    words = [name for name in _WORDS if name in given]
    # Few tickets are of a contact; those of an account an index has in either order.
    is_found = "contact_id" in given or is_ordered(given.get("account_id", []))
    if is_found or any(given.get(name) is True for name in _OF_FEW_IF_TRUE):
        return words
    owners = [name for name in OWNERS if name in given]
    first = _first(given, owners)
    unordered = [name for name in ("account_id", *owners) if name in given and name != first]
    unordered += [name for name in (*_LINKED, *_CLOSED) if name in given] + words
    if sort == "created_at":
        return [*unordered, *(name for name in ("updated_since",) if name in given)]
    return unordered if owners else [*unordered, *(name for name in _CREATED if name in given)]


def _first(given: Mapping[str, Any], owners: Sequence[str]) -> str | None:
    """Return the owner in whose index the list is walked: one before several, a person before ``none``.

    ``None`` if all are more than are listed apart.
    """
    ordered = [name for name in owners if is_ordered(given[name])]
    return min(ordered, key=lambda name: (is_nobody(given[name]), are_several(given[name])), default=None)


def _ways(question: Question, limits: Limits) -> Sequence[Way]:
    if question.unordered.intersection(_WORDS):
        # Whoever searches has looked up rare words before.
        return [_walk(question, limits.searched)]
    walk = _walk(question, limits.walked)
    if "violation_category_id" in question.unordered:
        return [_few_in_categories(question, limits.few), walk]
    if question.unordered == {"tag"}:
        # To look up few takes reading of all, as such an index works; so that is the answer where a walk is none.
        return [_walk(question, limits.walked, has_tags()) if _is_of_all(question.query) else walk]
    if "tag" in question.unordered:
        return [walk, _few_tagged(question, limits.few)]
    if question.unordered.intersection(_CLOSED):
        beside = _walk_from_moment(question, limits)
        return [_few_in_time(question, limits.few, "few"), beside, _few_in_time(question, limits.recent, "many")]
    if question.unordered.intersection(("updated_since", *_CREATED)):
        return [_walk_from_moment(question, limits), _few_by_time(question, limits.recent)]
    return [walk]


def _is_of_all(query: TicketQuery) -> bool:
    """Tell whether a list is walked in an index of all tickets that are not archived, and not in one of an owner."""
    return not query.archived and not any(is_given(getattr(query, name)) for name in OWNERS)


def _walk(question: Question, most: int, *within: Condition) -> Way:
    """Look at each of the first ``most`` tickets of the list ``within`` it; ends with the page's last row."""
    wanted = question.request.limit + 1
    is_match = and_(*_one_by_one(question.looked_at, question.actor)).label("is_match")
    page = merged(question.walked, question.sort, question.request, question.actor, most, is_match, within=within)
    seen = page.cte("seen").prefix_with("MATERIALIZED")
    hit = up_to(wanted, select(seen.c.id, seen.c.at).where(seen.c.is_match)).cte("hit").prefix_with("MATERIALIZED")
    return Way(hit, _once("walk_ends", case((_count(hit) >= wanted, true()), else_=_count(seen) < most)))


def _walk_from_moment(question: Question, limits: Limits) -> Way:
    """Begin the walk at another time that is asked for, and look up what was under way at that moment.

    A ticket is made, then closed, then changed for the last time. So from that moment on most tickets match, and of
    those that the list has before it only such as were made before that moment and changed after.
    """
    query, is_descending = question.query, question.request.is_descending
    moments = [value for name in _BOUNDS[is_descending] if (value := getattr(query, name)) is not None]
    if not moments:
        return _walk(question, limits.walked)
    at, moment = tickets.c[question.sort], cast(moments[0], tickets.c.closed_at.type)
    edge = moment + (_SKEW if is_descending else -_SKEW)
    walk = _walk(question, limits.walked, at < edge if is_descending else at >= edge)
    under_way = _under_way(question, moment)
    is_earlier = under_way.c.at >= edge if is_descending else under_way.c.at < edge
    few = _few(question, select(under_way.c.id).where(is_earlier), limits.few, "crossing")
    rows = union_all(*(select(way.rows.c.id, way.rows.c.at) for way in (few, walk))).cte("from_moment")
    return Way(rows, and_(few.is_complete, walk.is_complete))


def _under_way(question: Question, moment: ColumnElement[Any]) -> CTE:
    """Return ``id`` and ``at`` of the tickets that were under way at ``moment``.

    Nothing else is asked of them here: each further condition seems to PostgreSQL to leave a third, until it expects
    so few that it reads half of all tickets for them rather than use the index of these times.
    """
    there = narrowed(_UNASKED.model_copy(update={"archived": question.query.archived}), question.actor)
    is_crossing = _UNDER_WAY.bool_op("&&")(func.tstzrange(moment - _SKEW, moment + _SKEW))
    found = select(tickets.c.id, tickets.c[question.sort].label("at")).where(*there, is_crossing)
    return found.cte("under_way").prefix_with("MATERIALIZED")


def _few_in_categories(question: Question, most: int) -> Way:
    """Look up all tickets of the categories."""
    link = ticket_violation_categories.c
    candidates = select(link.ticket_id.label("id")).where(in_categories(question.query))
    return _few(question, candidates, most, "few", violation_category_id=[])


def _few_tagged(question: Question, most: int) -> Way:
    """Look up all tickets with one of the tags."""
    tagged = asked(_UNASKED.model_copy(update={"tag": question.query.tag}), question.actor)
    return _few(question, select(tickets.c.id).where(*tagged), most, "few", tag=[])


def _few_in_time(question: Question, most: int, name: str) -> Way:
    """Look up all tickets of the times that are asked for."""
    within = {name: getattr(question.query, name) for name in _TIMES} | {"archived": question.query.archived}
    candidates = select(tickets.c.id).where(*narrowed(_UNASKED.model_copy(update=within), question.actor))
    return _few(question, candidates, most, name)


def _few(question: Question, candidates: Select[Any], most: int, name: str, **known: Any) -> Way:
    """Take the candidates that match, if they are no more than ``most``; of them all, the parameters ``known`` hold."""
    ids = up_to(most + 1, candidates).cte(f"candidates_{name}")
    rest = question.query.model_copy(update=known)
    found = _matching(rest, question.sort, question.request, question.actor)
    rows = found.where(one_of_found(tickets.c.id, select(ids.c.id))).cte(name).prefix_with("MATERIALIZED")
    return Way(rows, _once(f"{name}_are_all", _count(ids) <= most))


def _few_by_time(question: Question, most: int) -> Way:
    """Take the tickets in the order of the time that they are narrowed by."""
    other = "updated_at" if question.sort == "created_at" else "created_at"
    newest = PageRequest(most, is_descending=True)
    sorted_by = tickets.c[question.sort].label("sorted_by")
    recent = merged(question.query, other, newest, question.actor, most + 1, sorted_by).cte("recent")
    rest = beyond(recent.c.sorted_by, recent.c.id, question.request)
    rows = select(recent.c.id, recent.c.sorted_by.label("at")).where(*rest).cte("few")
    return Way(rows, _once("few_are_all", _count(recent) <= most))


def _first_complete(question: Question, ways: Sequence[Way]) -> Select[Any]:
    """Return the page from the first of ``ways`` that is complete, else from everything that matches."""
    earlier: list[tuple[ColumnElement[bool], ColumnElement[bool]]] = []
    parts = []
    # A CASE, whose conditions are evaluated one after the other and as far as needed.
    for way in ways:
        is_it = case(*earlier, else_=way.is_complete) if earlier else way.is_complete
        parts.append(select(way.rows.c.id, way.rows.c.at).where(is_it))
        earlier.append((way.is_complete, false()))
    last = _all(question)
    parts.append(select(last.c.id, last.c.at).where(case(*earlier, else_=true())))
    return up_to(question.request.limit + 1, ordered(union_all(*parts).subquery("found"), question.request))


def _all(question: Question) -> CTE:
    """Return the page's tickets however many have to be looked at."""
    query, sort, request, actor = question.query, question.sort, question.request, question.actor
    if question.unordered <= {"updated_since", *_CREATED}:
        # Most tickets match, but none at this end of the list.
        return merged(query, sort, request, actor, request.limit + 1).cte("all").prefix_with("MATERIALIZED")
    return matched(query, sort, request, actor)


def _one_by_one(query: TicketQuery, actor: Actor) -> list[Condition]:
    """Return the conditions of ``query`` for looking at one ticket after the other."""
    conditions = asked(query, actor)
    if is_given(query.violation_category_id):
        links = ticket_violation_categories
        link: Select[Any] = select(true()).where(links.c.ticket_id == tickets.c.id, in_categories(query))
        # No EXISTS: PostgreSQL would read all tickets of the category into memory first.
        conditions.append(func.coalesce(up_to(1, link).correlate(tickets).scalar_subquery(), false()))
    if query.q is not None:
        conditions.append(contains_one_by_one(query.q))
    return conditions if query.person is None else [*conditions, named_alike_one_by_one(query.person)]


def _once(name: str, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return ``condition`` such that it is evaluated once, when it is first needed."""
    return select(select(condition.label("holds")).cte(name).prefix_with("MATERIALIZED").c.holds).scalar_subquery()


def _count(rows: CTE) -> ColumnElement[int]:
    return select(func.count()).select_from(rows).scalar_subquery()
