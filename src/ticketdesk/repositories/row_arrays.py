"""Many rows in one statement: an array for each column, from which PostgreSQL makes rows again.

Run once for each row a statement has the table's checks, triggers and partial indexes read anew every time, which costs
more than the row itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ARRAY, Table, TableValuedAlias, Update, bindparam, column, func, insert, select

from ticketdesk.repositories.statements import Statement


def gather(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Return the values of ``rows``, which name the same columns, by column."""
    return {name: [row[name] for row in rows] for name in rows[0]}


def can_gather(table: Table, names: Iterable[str]) -> bool:
    """Tell whether rows with these columns can be arrays: an array of arrays would come apart down to its items."""
    return not any(isinstance(table.c[name].type, ARRAY) for name in names)


@lru_cache(256)
def insertion_of_all(table: Table, names: tuple[str, ...]) -> Statement:
    """Return the statement that inserts rows into ``table`` in their order, from arrays under its columns' names.

    Raises ``TypeError`` for columns that cannot be gathered, as ``update_of_all`` does.
    """
    given = _given(table, names)
    return Statement(insert(table).from_select(names, select(*given.c)))


def update_of_all(table: Table, core: Update, key: str, names: Iterable[str]) -> Statement:
    """Return the statement that does ``core`` to the row of each ``key``, and takes ``names`` from arrays besides."""
    given = _given(table, (key, *names))
    return Statement(core.where(table.c[key] == given.c[key]).values({name: given.c[name] for name in names}))


def _given(table: Table, names: Iterable[str]) -> TableValuedAlias:
    columns = {name: table.c[name].type for name in names}
    if not can_gather(table, columns):
        raise TypeError(f"Rows of {table.name} with arrays in them are no arrays.")
    arrays = [bindparam(name, type_=ARRAY(kind, dimensions=1)) for name, kind in columns.items()]
    rows = func.unnest(*arrays).table_valued(*(column(name, kind) for name, kind in columns.items()))
    return rows.render_derived("given")
