"""What two questions for a list have in common when only their values differ: one statement answers both."""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ARRAY, BindParameter, Uuid, bindparam

from ticketdesk.domain.actors import Actor
from ticketdesk.domain.paging import PageRequest, Position
from ticketdesk.repositories.ticket_filters import is_given
from ticketdesk.repositories.visibility import sees_every_ticket
from ticketdesk.schemas.tickets import TicketQuery

# Parameters whose values vary; those of the others are few, and stand in the statement.
_PEOPLE = ("assignee_id", "checker_id", "created_by")
_CATEGORIES = "violation_category_id"
_VALUES = (*_PEOPLE, "contact_id", "account_id", "created_after", "created_before", "updated_since", _CATEGORIES)
_FEW = ("needs_attention", "archived", "open")


@dataclass(frozen=True, slots=True)
class Shape:
    """A question with placeholders for its values: ``query`` and ``request`` hold ``bindparam`` in their stead."""

    key: Hashable
    query: TicketQuery
    request: PageRequest
    values: dict[str, Any]


def shape_of(query: TicketQuery, sort: str, request: PageRequest, actor: Actor) -> Shape | None:
    """Return the shape of a question, ``None`` for one that is put in words, or under special eyes."""
    if query.q is not None or not sees_every_ticket(actor):
        return None
    values = _values(query, actor)
    placeholders: dict[str, Any] = {name: _placeholder(name) for name in values if values[name] != "none"}
    shape = query.model_copy(update=placeholders)
    fixed = (tuple(query.kind), tuple(query.status), *(getattr(query, name) for name in _FEW))
    names = tuple((name, name in placeholders) for name in values)
    key = (fixed, names, sort, request.is_descending, request.limit, request.after is None)
    given = {name: value for name, value in values.items() if name in placeholders}
    if request.after is None:
        return Shape(key, shape, request, given)
    given |= {"after_at": request.after.at, "after_id": request.after.id}
    after_at: Any = bindparam("after_at")
    after_id: Any = bindparam("after_id")
    return Shape(key, shape, replace(request, after=Position(after_at, after_id)), given)


def _placeholder(name: str) -> BindParameter[Any]:
    return bindparam(name, type_=ARRAY(Uuid)) if name == _CATEGORIES else bindparam(name)


def _values(query: TicketQuery, actor: Actor) -> dict[str, Any]:
    """Return the values that were given; ``me`` is whoever asks."""
    given = {name: value for name in _VALUES if is_given(value := getattr(query, name))}
    return {name: actor.user_id if value == "me" else value for name, value in given.items()}
