"""Whose tickets have counters of their own, and which of these a filter asks for.

A filter that names two things is answered where there is a scope of both: for what people do put together, which is
their own work and something else, or both parts of the catalogue.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BindParameter,
    ColumnElement,
    Select,
    Text,
    Uuid,
    any_,
    bindparam,
    cast,
    func,
    literal,
    literal_column,
    select,
)
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from ticketdesk.domain.actors import Actor
from ticketdesk.models.ticket_counters import ticket_category_changes, ticket_counter_changes, ticket_counters
from ticketdesk.models.tickets import ticket_violation_categories, tickets
from ticketdesk.repositories.ticket_filters import is_given
from ticketdesk.repositories.ticket_traits import OF_A_TICKET, TRAITS
from ticketdesk.schemas.tickets import TicketQuery

Columns = ReadOnlyColumnCollection[str, Any]

NOBODY = UUID(int=0)
_k, _t = ticket_counters.c, tickets.c
_links = ticket_violation_categories
_CATEGORY, _TAG = "violation_category_id", "tag"
# The parameters of the filter that counters go by, each with its column.
_COLUMNS = {
    "assignee_id": "assignee_id",
    "checker_id": "checker_id",
    "checker_team_id": "checker_team_id",
    "created_by": "created_by_id",
    "contact_id": "contact_id",
    "account_id": "account_id",
    "product_id": "product_id",
    "category_id": "category_id",
    _CATEGORY: _CATEGORY,
    "origin": "origin",
    _TAG: "tags",
}
_OWNERS: BindParameter[Any] = bindparam("owners", type_=ARRAY(Uuid))
_LABELS: BindParameter[Any] = bindparam("labels", type_=ARRAY(Text))


@dataclass(frozen=True, slots=True)
class Scope:
    """The parameters that the counters of one scope go by: one for the owner, one for the label, or neither."""

    owner: str | None = None
    label: str | None = None

    @property
    def parameters(self) -> frozenset[str]:
        """Those that there are."""
        return frozenset(name for name in (self.owner, self.label) if name is not None)

    @property
    def changes(self) -> Columns:
        """Where changes are noted until they are folded."""
        return (ticket_category_changes if _CATEGORY in self.parameters else ticket_counter_changes).c


SCOPES = {
    "all": Scope(),
    "assignee": Scope("assignee_id"),
    "checker": Scope("checker_id"),
    "checker_team": Scope("checker_team_id"),
    "created_by": Scope("created_by"),
    "contact": Scope("contact_id"),
    "account": Scope("account_id"),
    "product": Scope("product_id"),
    "routing": Scope("category_id"),
    "category": Scope(_CATEGORY),
    "origin": Scope(None, "origin"),
    "tag": Scope(None, _TAG),
    "assignee_and_created_by": Scope("assignee_id", "created_by"),
    "assignee_and_product": Scope("assignee_id", "product_id"),
    "assignee_and_routing": Scope("assignee_id", "category_id"),
    "assignee_and_category": Scope("assignee_id", _CATEGORY),
    "assignee_and_tag": Scope("assignee_id", _TAG),
    "product_and_routing": Scope("product_id", "category_id"),
}
_BY_PARAMETERS = {scope.parameters: name for name, scope in SCOPES.items()}


def scope_of(query: TicketQuery) -> str | None:
    """Return the scope that knows exactly what ``query`` asks for of ``_COLUMNS``; ``None`` where there is none."""
    given = {name: value for name in _COLUMNS if is_given(value := getattr(query, name))}
    # A ticket has any number of these: the sum over several would count some of them twice.
    if any(len(given.get(name, ())) > 1 for name in (_CATEGORY, _TAG)):
        return None
    return _BY_PARAMETERS.get(frozenset(given))


def values_of(name: str, query: TicketQuery, actor: Actor) -> Mapping[str, Any]:
    """Return the values of ``kept`` for what ``query`` asks for."""
    scope = SCOPES[name]
    owners = [NOBODY] if scope.owner is None else _ids(getattr(query, scope.owner), actor)
    if scope.label is None:
        return {"owners": owners}
    asked = getattr(query, scope.label)
    is_word = scope.label in {"origin", _TAG}
    return {"owners": owners, "labels": [str(one) for one in (asked if is_word else _ids(asked, actor))]}


def _ids(values: Iterable[UUID | str], actor: Actor) -> list[UUID]:
    return [_id(value, actor) for value in values]


def _id(value: UUID | str, actor: Actor) -> UUID:
    if value == "me":
        value = actor.user_id or NOBODY
    return NOBODY if value == "none" else UUID(str(value))


def _is_asked_for(column: ColumnElement[Any]) -> ColumnElement[bool]:
    return column == any_(_OWNERS)


def kept(
    name: str, is_owner: Callable[[ColumnElement[Any]], ColumnElement[bool]] = _is_asked_for
) -> tuple[Select[Any], Select[Any]]:
    """Return what reads the counters of ``owners`` and ``labels``: those that were folded, and the changes since.

    ``is_owner`` tells of a column whether it holds one of the owners, where these are not given as ``owners``.
    """
    scope, changes = SCOPES[name], SCOPES[name].changes
    folded = select(*(_k[trait] for trait in TRAITS), _k.tickets).where(
        _k.scope == literal_column(f"'{name}'"), is_owner(_k.owner_id)
    )
    recent = select(*(changes[trait] for trait in TRAITS), changes.difference)
    if scope.owner is not None:
        recent = recent.where(is_owner(_owner_in(changes, scope)))
    if scope.label is not None:
        folded, recent = folded.where(_k.label == any_(_LABELS)), recent.where(_has_label(changes, scope.label))
    return folded, recent


def _has_label(changes: Columns, parameter: str) -> ColumnElement[bool]:
    column = changes[_COLUMNS[parameter]]
    return column.bool_op("&&")(_LABELS) if parameter == _TAG else cast(column, Text) == any_(_LABELS)


def parts_of_difference(name: str) -> list[Select[Any]]:
    """Return the parts of a sum by ``of`` and ``label`` that is zero where the counters of this scope are right."""
    scope, changes = SCOPES[name], SCOPES[name].changes
    folded = select(_k.owner_id.label("of"), _k.label, *(_k[trait] for trait in TRAITS), _k.tickets)
    recent = select(*_key(changes, scope), *(changes[trait] for trait in TRAITS), changes.difference)
    if _CATEGORY in scope.parameters:
        truth = select(*_key(_columns_with_categories(), scope), *OF_A_TICKET, literal(-1))
        truth = truth.join_from(tickets, _links, _links.c.ticket_id == _t.id)
    else:
        truth = select(*_key(_t, scope), *OF_A_TICKET, literal(-1))
    return [folded.where(_k.scope == name), recent, truth.where(_t.deleted_at.is_(None))]


def _columns_with_categories() -> Mapping[str, ColumnElement[Any]]:
    return {"assignee_id": _t.assignee_id, _CATEGORY: _links.c.violation_category_id}


def _key(columns: Columns | Mapping[str, ColumnElement[Any]], scope: Scope) -> list[ColumnElement[Any]]:
    return [_owner_in(columns, scope).label("of"), _label_in(columns, scope).label("label")]


def _owner_in(columns: Columns | Mapping[str, ColumnElement[Any]], scope: Scope) -> ColumnElement[UUID]:
    if scope.owner is None:
        return literal(NOBODY, Uuid)
    return func.coalesce(columns[_COLUMNS[scope.owner]], NOBODY)


def _label_in(columns: Columns | Mapping[str, ColumnElement[Any]], scope: Scope) -> ColumnElement[str]:
    if scope.label is None:
        return literal("", Text)
    column = columns[_COLUMNS[scope.label]]
    return func.unnest(column) if scope.label == _TAG else func.coalesce(cast(column, Text), "")
