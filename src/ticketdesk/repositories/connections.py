"""One pooled connection for one unit of work: begun when the first statement needs it, ended once."""

from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar, cast

import asyncpg
from sqlalchemy import Connection as CoreConnection
from sqlalchemy import CursorResult, Executable, Table
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.pool import PoolProxiedConnection

from ticketdesk.repositories.insertions import WaitingRows, inserting, joined
from ticketdesk.repositories.shared_turns import Place, SharedTurns
from ticketdesk.repositories.statements import Row, Statement

Result = TypeVar("Result")
DRIVER_FAULTS = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
CONSTRAINT_CLASS = "23"  # SQLSTATE, PostgreSQL manual, appendix A


class TransactionLost(Exception):
    """The server rolled back what was to be committed, because a statement in it had failed."""


class Connection:
    """Runs statements in one transaction at READ COMMITTED.

    It begins with the first statement that may write or lock. Reads before that see just what they would see inside,
    since each statement at this level has a view of its own, and save two round trips where nothing is written.
    """

    def __init__(self, engine: AsyncEngine, pooled: PoolProxiedConnection, turns: SharedTurns) -> None:
        self._engine = engine
        self._pooled = pooled
        self._driver = cast("asyncpg.Connection", pooled.driver_connection)
        self._core: AsyncConnection | None = None
        self._has_begun = False
        self._waiting = WaitingRows()
        self.turns = turns
        self.place = Place()

    def insert_soon(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows that name the same columns with the next statement, or before it if that asks for them."""
        self._waiting.add(table, rows)

    async def fetch(self, statement: Statement, values: Mapping[str, Any]) -> Sequence[Row]:
        """Return the rows of a compiled statement."""
        if self._waiting:
            statement, values = await self._with_waiting(statement, values)
        if not statement.is_read:
            await self.begin()
        try:
            records = await self._driver.fetch(statement.sql, *statement.arguments(values))
        except DRIVER_FAULTS as error:
            raise _as_core(error) from error
        return statement.rows(records)

    async def run(self, statement: Statement, values: Mapping[str, Any]) -> int:
        """Run a compiled statement that returns no rows, and return how many it touched."""
        await self.begin()
        return await self.run_alone(statement, values)

    async def run_alone(self, statement: Statement, values: Mapping[str, Any]) -> int:
        """Run a compiled statement that is a transaction by itself, unless one has begun; return as ``run`` does.

        It is committed when this returns, for one round trip instead of three.
        """
        if self._waiting:
            statement, values = await self._with_waiting(statement, values)
        status: str = await _told(self._driver.execute(statement.sql, *statement.arguments(values)))
        return int(status.rpartition(" ")[2])

    async def run_many(self, statement: Statement, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run a compiled statement for each of ``rows``, sent in one go."""
        await self._write_waiting()
        await self.begin()
        await _told(self._driver.executemany(statement.sql, [statement.arguments(row) for row in rows]))

    async def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        """Run a statement that was composed for this one use."""
        await self._write_waiting()
        await self.begin()
        return await self._composed().execute(statement, parameters)

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """Undo what the block did when it raises, and nothing before it."""
        await self._write_waiting()
        await self.begin()
        async with self._composed().begin_nested():
            try:
                yield
                await self._write_waiting()
            finally:
                self._waiting.clear()

    async def begin(self) -> None:
        """Begin the transaction, if it has not begun."""
        if not self._has_begun:
            # Noted first: if this task is cancelled meanwhile, nobody knows whether the server began.
            self._has_begun = True
            await _told(self._driver.execute("BEGIN"))

    async def commit(self) -> None:
        """Make what was done last; raises ``TransactionLost`` where the server undid it instead."""
        await self._write_waiting()
        await self.place.last()
        if self._has_begun and await _told(self._driver.execute("COMMIT")) != "COMMIT":
            raise TransactionLost

    async def roll_back(self, cause: BaseException) -> None:
        """Undo everything; a connection that cannot do even that is given up, and the server undoes it."""
        try:
            await self.place.last()
        finally:
            if isinstance(cause, DBAPIError) and not sqlstate(cause):
                # No word of the server's: the connection itself is at fault.
                self._give_up()
            elif self._has_begun:
                await self._undo()

    async def _with_waiting(
        self, statement: Statement, values: Mapping[str, Any]
    ) -> tuple[Statement, Mapping[str, Any]]:
        """Return what writes the rows that wait along with ``statement``, or ``statement`` once they are written."""
        if not self._waiting.may_join(statement):
            await self._write_waiting()
            return statement, values
        shape, rows = self._waiting.take()
        return joined(statement, shape), {**values, **rows}

    async def _write_waiting(self) -> None:
        if self._waiting:
            shape, rows = self._waiting.take()
            await self.run(inserting(shape), rows)

    async def _undo(self) -> None:
        try:
            await self._driver.execute("ROLLBACK")
        except (*DRIVER_FAULTS, OSError):
            self._give_up()
        except BaseException:
            self._give_up()
            raise

    def _give_up(self) -> None:
        if self._pooled.is_valid:
            self._pooled.invalidate()

    def _composed(self) -> AsyncConnection:
        if self._core is None:
            core = CoreConnection(self._engine.sync_engine, connection=self._pooled)
            self._core = AsyncConnection(self._engine, core)
        return self._core


async def _told(answer: Awaitable[Result]) -> Result:
    """Wait for the driver, and report its faults as Core does, so that there is one kind to catch."""
    try:
        return await answer
    except DRIVER_FAULTS as error:
        raise _as_core(error) from error


def _as_core(fault: Exception) -> DBAPIError:
    told = DBAPIError(None, None, fault, hide_parameters=True)
    if sqlstate(told).startswith(CONSTRAINT_CLASS):
        return IntegrityError(None, None, fault, hide_parameters=True)
    return told


def sqlstate(fault: DBAPIError) -> str:
    """Return the server's code for a fault (PostgreSQL manual, appendix A), empty where the server said nothing."""
    return str(getattr(fault.orig, "sqlstate", None) or "")
