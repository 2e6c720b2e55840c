"""Sets of ids as one parameter: PostgreSQL takes at most 32,767 parameters in a statement, arrays of any length."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Uuid, any_, bindparam, literal


def one_of_named(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Return the condition that ``column`` is one of the ids that a compiled statement gets under ``name``."""
    return column == any_(bindparam(name, type_=ARRAY(Uuid)))


def one_of_ids(column: ColumnElement[Any], ids: Collection[UUID]) -> ColumnElement[bool]:
    """Return the condition that ``column`` is one of ``ids``; nothing is one of none."""
    return column == any_(literal(list(ids), ARRAY(Uuid)))
