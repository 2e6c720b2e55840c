"""What every repository shares: a connection inside an open transaction, and short ways to read rows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Executable, RowMapping, func, literal_column
from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """Return a fresh UUIDv7: unique, and growing with time (RFC 9562 section 5.7)."""
    return uuid7()


def utc_text(column: ColumnElement[datetime | None]) -> ColumnElement[str | None]:
    """Return a time as RFC 3339 text in UTC, for objects that PostgreSQL builds as JSON."""
    return func.to_char(func.timezone("UTC", column), literal_column("""'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'"""))


class Repository:
    """All SQL of one feature. It never begins or ends a transaction: that is the unit of work's."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def _execute(self, statement: Executable, parameters: Any = None) -> int:
        """Run a statement and return how many rows it touched."""
        return (await self._connection.execute(statement, parameters)).rowcount

    async def _one(self, statement: Executable) -> RowMapping | None:
        return (await self._connection.execute(statement)).mappings().one_or_none()

    async def _all(self, statement: Executable) -> Sequence[RowMapping]:
        return (await self._connection.execute(statement)).mappings().all()

    async def _scalar(self, statement: Executable) -> Any:
        return (await self._connection.execute(statement)).scalar()
