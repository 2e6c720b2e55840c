"""What two questions for a list have in common when only their values differ: one statement answers both."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from sqlalchemy import ARRAY, DateTime, Text, Uuid, bindparam, cast, select
from sqlalchemy.types import TypeEngine

from ticketdesk.domain.actors import Actor
from ticketdesk.domain.paging import PageRequest, Position
from ticketdesk.repositories.ticket_filters import are_several, is_given, known
from ticketdesk.repositories.visibility import sees_every_ticket
from ticketdesk.schemas.tickets import TicketQuery

# Parameters whose values vary; those of the others are few, and stand in the statement.
_IDS = (
    *("assignee_id", "checker_id", "created_by", "checker_team_id"),
    *("contact_id", "account_id", "category_id", "product_id"),
)
_TIMES = ("created_after", "created_before", "updated_since", "closed_after", "closed_before")
_LISTS: Mapping[str, TypeEngine[Any]] = {"violation_category_id": Uuid(), "tag": Text()}
_VALUES = (*_IDS, *_TIMES, *_LISTS)
_FEW = ("needs_attention", "archived", "open", "to_check", "outreach_required", "question")
_CHOICES = ("kind", "status", "origin")


@dataclass(frozen=True, slots=True)
class Shape:
    """A question with placeholders for its values: ``query`` and ``request`` hold placeholders in their stead.

    So does ``actor``, where it is asked what waits for whoever asks.
    """

    key: Hashable
    query: TicketQuery
    request: PageRequest
    actor: Actor
    values: dict[str, Any]


def shape_of(query: TicketQuery, sort: str, request: PageRequest, actor: Actor) -> Shape | None:
    """Return the shape of a question, ``None`` for one that is put in words, under special eyes or about several."""
    if query.q is not None or query.person is not None or not sees_every_ticket(actor):
        return None
    if any(are_several(getattr(query, name)) for name in _IDS):
        return None
    values = _values(query, actor)
    somebody = {name: value for name, value in values.items() if value != "none"}
    placeholders = {name: _placeholder(name, is_list=isinstance(value, list)) for name, value in somebody.items()}
    shape = query.model_copy(update=placeholders)
    fixed = (*(tuple(getattr(query, name)) for name in _CHOICES), *(getattr(query, name) for name in _FEW))
    names = tuple((name, name in placeholders, isinstance(value, list)) for name, value in values.items())
    key = (fixed, names, sort, request.is_descending, request.limit, request.after is None)
    given = dict(somebody)
    if query.to_check is not None:
        given, actor = given | {"asked_by": actor.user_id}, replace(actor, id=_placeholder("asked_by"))
    if request.after is None:
        return Shape(key, shape, request, actor, given)
    given |= {"after_at": request.after.at, "after_id": request.after.id}
    after = Position(_placeholder("after_at"), _placeholder("after_id"))
    return Shape(key, shape, replace(request, after=after), actor, given)


# Asked for with every question, also where its statement is there already.
@cache
def _placeholder(name: str, *, is_list: bool = False) -> Any:
    """Return a place for a value that PostgreSQL does not look at when it plans.

    Every way to a page is bounded, whatever the value: one plan is as good as another, and to make one takes longer
    than to find the page. For a value that it sees PostgreSQL would make one each time that it expects to save by it.
    """
    single = DateTime(timezone=True) if name in (*_TIMES, "after_at") else _LISTS.get(name, Uuid())
    kind: TypeEngine[Any] = ARRAY(single) if is_list else single
    return cast(select(bindparam(name, type_=kind)).scalar_subquery(), kind)


def _values(query: TicketQuery, actor: Actor) -> dict[str, Any]:
    """Return the values that were given, of ids the only one."""
    given = {name: value for name in _VALUES if is_given(value := getattr(query, name))}
    return given | {name: known(given[name], actor)[0] for name in _IDS if name in given}
