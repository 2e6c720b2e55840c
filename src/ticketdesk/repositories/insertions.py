"""Inserts that need no answer are held back, and reach the database together in one round trip.

They become parts of the next statement, or, if that one asks the tables that they go to, a statement of their own
before it. So every query finds them; only the refusal of a row comes later than its insert. The parts of one statement
are run in no order and references are checked at its end, so a row may wait together with the one that it refers to.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import CTE, ClauseElement, Insert, Table, Update, bindparam, insert

from ticketdesk.repositories.row_arrays import gather, insert_all
from ticketdesk.repositories.statements import Statement

# More rows than this go as arrays, so that the text is the same for any number. Fewer do not, because the driver has to
# look up array types on each connection.
ROWS_ONE_BY_ONE = 3
# A table, the columns that are given, and whether each comes as an array with an item for every row.
Part = tuple[Table, tuple[str, ...], bool]
Shape = tuple[Part, ...]


class WaitingRows:
    """Rows in the order in which they came."""

    def __init__(self) -> None:
        self._shape: list[Part] = []
        self._values: dict[str, Any] = {}

    def __bool__(self) -> bool:
        """Tell whether there is any."""
        return bool(self._shape)

    def add(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Let ``rows`` wait; their names are those of columns, the same for each."""
        if len(rows) > ROWS_ONE_BY_ONE:
            self._add(table, gather(rows), is_list=True)
            return
        for row in rows:
            self._add(table, row, is_list=False)

    def _add(self, table: Table, given: Mapping[str, Any], *, is_list: bool) -> None:
        columns = tuple(given)
        self._values.update(zip(_names(len(self._shape), columns), given.values(), strict=True))
        self._shape.append((table, columns, is_list))

    def take(self) -> tuple[Shape, dict[str, Any]]:
        """Return what waits, of which nothing is left here."""
        shape, values = tuple(self._shape), self._values
        self.clear()
        return shape, values

    def clear(self) -> None:
        """Forget what waits: it was undone before it was written."""
        self._shape, self._values = [], {}

    def may_join(self, statement: Statement) -> bool:
        """Tell whether ``statement`` asks for nothing that waits."""
        return statement.asks is not None and statement.asks.isdisjoint(table for table, _, _ in self._shape)


@lru_cache(512)
def joined(statement: Statement, shape: Shape) -> Statement:
    """Return what inserts rows of ``shape`` besides being ``statement``."""
    core: Any = _said(statement.core, statement.written)
    return Statement(core.add_cte(*_parts(shape)))


def _said(core: ClauseElement, written: Sequence[str]) -> ClauseElement:
    """Return ``core`` with its values said: the compiler would look for such columns in the rows beside it too."""
    if not written or not isinstance(core, Insert | Update):
        return core
    return core.values({name: bindparam(name, type_=core.table.c[name].type) for name in written})


@lru_cache(256)
def inserting(shape: Shape) -> Statement:
    """Return the statement that inserts rows of ``shape``, and nothing else."""
    last = len(shape) - 1
    return Statement(_insert(shape, last).add_cte(*_parts(shape[:last])))


def _parts(shape: Shape) -> list[CTE]:
    return [_insert(shape, place).cte(f"row_{place}") for place in range(len(shape))]


def _insert(shape: Shape, place: int) -> Insert:
    table, columns, is_list = shape[place]
    names = _names(place, columns)
    if is_list:
        return insert_all(table, columns, names)
    pairs = zip(columns, names, strict=True)
    return insert(table).values({column: bindparam(name, type_=table.c[column].type) for column, name in pairs})


@lru_cache(512)
def _names(place: int, columns: tuple[str, ...]) -> tuple[str, ...]:
    """Return what the values of the part at ``place`` are called, which no column is."""
    return tuple(f"row_{place}_{column}" for column in columns)
