"""Sets of ids as one parameter: PostgreSQL takes at most 32,767 parameters in a statement, arrays of any length."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Select, Uuid, any_, bindparam, func, literal, type_coerce


def one_of_named(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Return the condition that ``column`` is one of the ids that a compiled statement gets under ``name``."""
    return column == any_(bindparam(name, type_=ARRAY(Uuid)))


def one_of_ids(column: ColumnElement[Any], ids: Collection[UUID]) -> ColumnElement[bool]:
    """Return the condition that ``column`` is one of ``ids``; nothing is one of none."""
    return column == any_(literal(list(ids), ARRAY(Uuid)))


def one_of_found(column: ColumnElement[Any], found: Select[tuple[UUID]]) -> ColumnElement[bool]:
    """Return the condition that ``column`` is one of the ids that ``found`` selects.

    They are gathered into an array first: an index on ``column`` is used however many PostgreSQL expects, also
    together with those of alternatives, and nothing is joined.
    """
    return column == any_(type_coerce(func.array(found.scalar_subquery()), ARRAY(Uuid)))
