"""Many rows in one statement: an array for each column, from which PostgreSQL makes rows again.

A statement that is run once for each row reads the table's checks, triggers and partial indexes anew every time, which
costs more than the row itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ARRAY, Insert, Table, TableValuedAlias, Update, bindparam, column, func, insert, select
from sqlalchemy.types import TypeEngine

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
    return Statement(insert_all(table, names, names))


def insert_all(table: Table, names: Sequence[str], called: Sequence[str]) -> Insert:
    """Return what ``insertion_of_all`` compiles, with the arrays taken from values that are ``called`` otherwise."""
    return insert(table).from_select(names, select(*_given(table, names, called).c))


def update_of_all(table: Table, core: Update, key: str, names: Iterable[str]) -> Statement:
    """Return the statement that does ``core`` to the row of each ``key``, and sets ``names`` from arrays as well."""
    named = (key, *names)
    given = _given(table, named, named)
    return Statement(core.where(table.c[key] == given.c[key]).values({name: given.c[name] for name in names}))


def given_rows(name: str, columns: Mapping[str, TypeEngine[Any]], called: Iterable[str]) -> TableValuedAlias:
    """Return the rows ``name``, which a statement gets as an array for each column, ``called`` so among its values."""
    pairs = zip(called, columns.values(), strict=True)
    arrays = [bindparam(value, type_=ARRAY(kind, dimensions=1)) for value, kind in pairs]
    return func.unnest(*arrays).table_valued(*(column(*each) for each in columns.items())).render_derived(name)


def _given(table: Table, names: Iterable[str], called: Iterable[str]) -> TableValuedAlias:
    columns = {name: table.c[name].type for name in names}
    if not can_gather(table, columns):
        raise TypeError(f"Rows of {table.name} with arrays in them are no arrays.")
    return given_rows("given", columns, called)
