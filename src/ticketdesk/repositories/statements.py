"""Statements written in SQLAlchemy Core that are compiled once and run on the driver's own connection.

Core takes longer to compose and compile a statement than the driver takes to run it. What a request always asks in the
same words is therefore a ``Statement`` that lives as long as the module it stands in; its values are the ``bindparam``
names.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Protocol

import orjson
from sqlalchemy import ARRAY, ClauseElement, Select, Table, TextClause, insert
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.sql import visitors
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.selectable import ReturnsRows
from sqlalchemy.types import TypeEngine

Convert = Callable[[Any], Any]


def to_json(value: Any) -> str:
    """Return what a JSON column is sent as; whatever runs a statement has to say it alike."""
    return orjson.dumps(value).decode()


DIALECT = PGDialect_asyncpg(  # type: ignore[no-untyped-call]  # the driver's own dialect carries no types
    json_serializer=to_json, json_deserializer=orjson.loads
)


class Row(Protocol):
    """A row by its columns' names, whichever library read it."""

    def __getitem__(self, name: str, /) -> Any:
        """Return a column's value."""

    def keys(self) -> Iterable[str]:
        """Return the columns' names in order."""

    def values(self) -> Iterable[Any]:
        """Return the values in the order of the columns."""


class Statement:
    """One statement: its text for the server, how to order its values, and how to read its rows.

    ``asks`` are the tables that it reads or writes; ``None`` where that is not known, since part of it is text.
    """

    def __init__(self, core: ClauseElement, written: Sequence[str] = ()) -> None:
        """Compile ``core``; ``written`` are the columns that an INSERT or UPDATE takes from values of their names.

        Raises ``TypeError`` for a list of values, which has another text for each length.
        """
        compiled = core.compile(dialect=DIALECT, column_keys=list(written) or None)
        if not isinstance(compiled, SQLCompiler) or compiled.post_compile_params:
            raise TypeError("A list of values is compared with = ANY of an array here.")
        self.core, self.written = core, written
        self.sql = compiled.string
        self.is_read = _is_read(core)
        self.asks = _asked(core)
        self._binds = [_bind(compiled, name) for name in compiled.positiontup or ()]
        self._conversions = _conversions(core)

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """Return the values in the order of the text's placeholders; raises ``KeyError`` for one that is missing."""
        return [
            given if convert is None else convert(given)
            for name, constant, convert in self._binds
            for given in (constant if name is None else values[name],)
        ]

    def rows(self, records: Sequence[Row]) -> Sequence[Row]:
        """Return the driver's records with the columns that need it converted, as Core's own rows would have them."""
        if not self._conversions:
            return records
        return [dict(record) | self._converted(record) for record in records]

    def _converted(self, record: Row) -> dict[str, Any]:
        return {name: convert(record[name]) for name, convert in self._conversions if record[name] is not None}


def _is_read(core: ClauseElement) -> bool:
    """Tell whether ``core`` neither writes nor locks in any part of it, so that it needs no transaction around it.

    What calls a function that does is to be written as text, which is never taken for a read.
    """
    return isinstance(core, Select) and not any(_writes_or_locks(part) for part in visitors.iterate(core))


def _asked(core: ClauseElement) -> frozenset[Table] | None:
    parts = list(visitors.iterate(core))
    if any(isinstance(part, TextClause) for part in parts):
        return None
    return frozenset(part for part in parts if isinstance(part, Table))


def _writes_or_locks(part: Any) -> bool:
    has_lock = isinstance(part, Select) and part._for_update_arg is not None  # noqa: SLF001 - has no public name
    return has_lock or isinstance(part, UpdateBase)


def _bind(compiled: SQLCompiler, name: str) -> tuple[str | None, Any, Convert | None]:
    bind = compiled.binds[name]
    convert = bind.type.dialect_impl(DIALECT).bind_processor(DIALECT)
    return (name if bind.required else None), bind.value, convert


def _conversions(core: ClauseElement) -> list[tuple[str, Convert]]:
    columns = core.exported_columns.items() if isinstance(core, ReturnsRows) else ()
    found = [(name, _conversion(column.type)) for name, column in columns]
    return [(name, convert) for name, convert in found if convert is not None]


def _conversion(kind: TypeEngine[Any]) -> Convert | None:
    """Return what makes the driver's value one of ``kind``; of an array that is nothing unless its items need it."""
    if isinstance(kind, ARRAY) and _conversion(kind.item_type) is None:
        return None
    return kind.dialect_impl(DIALECT).result_processor(DIALECT, None)


@lru_cache(512)
def insertion(table: Table, names: tuple[str, ...]) -> Statement:
    """Return the statement that inserts one row into ``table``, from values under the names of its columns."""
    return Statement(insert(table), names)


class StatementCache:
    """Statements whose text depends on what was asked, each compiled the first time that its like is asked for."""

    def __init__(self, size: int) -> None:
        """Keep the ``size`` that were added last."""
        self._size = size
        self._kept: dict[Hashable, Statement] = {}

    def get(self, key: Hashable, compose: Callable[[], ClauseElement], written: Sequence[str] = ()) -> Statement:
        """Return the statement of ``key``, composed now if there is none."""
        if key not in self._kept:
            if len(self._kept) == self._size:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = Statement(compose(), written)
        return self._kept[key]
