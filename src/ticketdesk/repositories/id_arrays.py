"""Sets of ids as one parameter: PostgreSQL takes at most 32,767 parameters in a statement, arrays of any length."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Uuid, any_, literal


def one_of_ids(column: ColumnElement[Any], ids: Collection[UUID]) -> ColumnElement[bool]:
    """Return the condition that ``column`` is one of ``ids``; nothing is one of none."""
    return column == any_(literal(list(ids), ARRAY(Uuid)))
