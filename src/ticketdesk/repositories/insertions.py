"""Rows that need no answer wait for each other, and reach the database in one round trip.

They are written as parts of one statement: of the ``Write`` that comes next, which takes them along, or of one of their
own, before any other statement. So whatever is asked finds them; only what refuses a row is heard that much later.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import CTE, Insert, Table, Update, bindparam, insert

from ticketdesk.repositories.statements import Statement

# Of one kind; more are sent in bulk, since each number of rows is a statement of its own.
ROWS_THAT_WAIT = 3

Shape = tuple[tuple[Table, tuple[str, ...]], ...]


class WaitingRows:
    """Rows in the order in which they came."""

    def __init__(self) -> None:
        self._shape: list[tuple[Table, tuple[str, ...]]] = []
        self._values: dict[str, Any] = {}

    def __bool__(self) -> bool:
        """Tell whether there is any."""
        return bool(self._shape)

    def add(self, table: Table, row: Mapping[str, Any]) -> None:
        """Let ``row`` wait; its names are those of columns."""
        columns = tuple(row)
        self._values.update(zip(_names(len(self._shape), columns), row.values(), strict=True))
        self._shape.append((table, columns))

    def take(self) -> tuple[Shape, dict[str, Any]]:
        """Return what waits, of which nothing is left here."""
        shape, values = tuple(self._shape), self._values
        self.clear()
        return shape, values

    def clear(self) -> None:
        """Forget what waits: it was undone before it was written."""
        self._shape, self._values = [], {}


class Write(Statement):
    """An INSERT or UPDATE that takes along the rows that wait, which none of its own conditions may ask for."""

    def __init__(self, core: Insert | Update, written: Sequence[str] = ()) -> None:
        """Compile ``core``; ``written`` are the columns that it takes from values of their names."""
        # Said as values: the compiler would look for columns of these names in the rows beside it too.
        named = {name: bindparam(name, type_=core.table.c[name].type) for name in written}
        self._whole = core.values(named) if named else core
        self._joined: dict[Shape, Statement] = {}
        super().__init__(self._whole)

    def with_rows(self, shape: Shape) -> Statement:
        """Return the statement that inserts rows of ``shape`` besides."""
        if shape not in self._joined:
            self._joined[shape] = Statement(self._whole.add_cte(*_parts(shape)))
        return self._joined[shape]


@lru_cache(256)
def inserting(shape: Shape) -> Statement:
    """Return the statement that inserts rows of ``shape``, and nothing else."""
    last = len(shape) - 1
    return Statement(_insert(shape, last).add_cte(*_parts(shape[:last])))


def _parts(shape: Shape) -> list[CTE]:
    return [_insert(shape, place).cte(f"row_{place}") for place in range(len(shape))]


def _insert(shape: Shape, place: int) -> Insert:
    table, columns = shape[place]
    pairs = zip(columns, _names(place, columns), strict=True)
    return insert(table).values({column: bindparam(name, type_=table.c[column].type) for column, name in pairs})


@lru_cache(512)
def _names(place: int, columns: tuple[str, ...]) -> tuple[str, ...]:
    """Return what the values of the row at ``place`` are called, which no column is."""
    return tuple(f"row_{place}_{column}" for column in columns)
