"""What every repository shares: a connection inside an open transaction, and short ways to read rows."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Executable, Table, func, literal_column
from uuid_utils.compat import uuid7

from ticketdesk.repositories.connections import Connection
from ticketdesk.repositories.row_arrays import can_gather, gather, insertion_of_all
from ticketdesk.repositories.statements import Row, Statement, insertion

_UTC: ColumnElement[str] = literal_column("'UTC'")
_FORMAT: ColumnElement[str] = literal_column("""'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'""")
_NO_FRACTION: ColumnElement[str] = literal_column("'.000000Z'")


def new_id() -> UUID:
    """Return a fresh UUIDv7: unique, and growing with time (RFC 9562 section 5.7)."""
    return uuid7()


def utc_text(column: ColumnElement[datetime | None]) -> ColumnElement[str | None]:
    """Return a time as RFC 3339 text in UTC, for objects that PostgreSQL builds as JSON; whole seconds as such."""
    text = func.to_char(func.timezone(_UTC, column), _FORMAT)
    return func.replace(text, _NO_FRACTION, literal_column("'Z'"))


class Repository:
    """All SQL of one feature. It never begins or ends a transaction: that is the unit of work's.

    Takes a ``Statement`` with its values by name, or a statement of Core that was composed for this one use.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def _execute(self, statement: Statement | Executable, parameters: Any = None, **values: Any) -> int:
        """Run a statement and return how many rows it touched."""
        if isinstance(statement, Statement):
            return await self._connection.run(statement, values)
        return (await self._connection.execute(statement, parameters)).rowcount

    async def _insert(self, table: Table, *rows: Mapping[str, Any]) -> None:
        """Insert rows that name the same columns."""
        if len(rows) == 1:
            await self._connection.run(insertion(table, tuple(rows[0])), rows[0])
        elif rows and can_gather(table, rows[0]):
            await self._connection.run(insertion_of_all(table, tuple(rows[0])), gather(rows))
        elif rows:
            await self._connection.run_many(insertion(table, tuple(rows[0])), rows)

    def _insert_soon(self, table: Table, *rows: Mapping[str, Any]) -> None:
        """Insert rows that name the same columns and that nothing refuses, together with whatever comes next."""
        self._connection.insert_soon(table, rows)

    async def _all(self, statement: Statement | Executable, **values: Any) -> Sequence[Row]:
        if isinstance(statement, Statement):
            return await self._connection.fetch(statement, values)
        return (await self._connection.execute(statement)).mappings().all()

    async def _one(self, statement: Statement | Executable, **values: Any) -> Row | None:
        rows = await self._all(statement, **values)
        return rows[0] if rows else None

    async def _only(self, statement: Statement | Executable, **values: Any) -> Row:
        """Return the row of a statement that always has one."""
        (row,) = await self._all(statement, **values)
        return row

    async def _scalar(self, statement: Statement | Executable, **values: Any) -> Any:
        row = await self._one(statement, **values)
        return None if row is None else next(iter(row.values()))
