"""Sets of ids as one parameter: PostgreSQL takes at most 32,767 parameters in a statement, arrays of any length."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Select, Uuid, any_, bindparam, func, literal, type_coerce

from ticketdesk.repositories.statements import Statement


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


class OfIds:
    """What is asked about the rows of some ids, compiled for any number of them and for a single one.

    PostgreSQL assumes ten items in an array whose length it does not know. Such a plan seems worse to it than one made
    for the array at hand, so for a single id it would plan at each execution, which takes longer than to find the row.
    """

    def __init__(self, core: Select[Any], column: ColumnElement[Any]) -> None:
        """Compile ``core``, narrowed to the ids in ``column``."""
        self._of_many = Statement(core.where(one_of_named(column, "ids")))
        self._of_one = Statement(core.where(column == bindparam("ids", type_=Uuid())))

    def given(self, ids: Collection[UUID]) -> tuple[Statement, Mapping[str, Any]]:
        """Return the statement for ``ids``, and its values."""
        if len(ids) == 1:
            return self._of_one, {"ids": next(iter(ids))}
        return self._of_many, {"ids": list(ids)}
