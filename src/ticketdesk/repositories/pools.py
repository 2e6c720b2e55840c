"""The connections of a process, lent to one unit of work at a time."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.util import greenlet_spawn

from ticketdesk.repositories.connections import Connection
from ticketdesk.repositories.shared_turns import SharedTurns

if TYPE_CHECKING:
    import asyncpg

PATIENCE_SECONDS = 5.0
Entered = TypeVar("Entered")


class Pool:
    """At most ``size`` connections of ``engine``; whoever comes when all are lent waits their turn.

    Connections that were given back are kept here and not in Core's own pool, which only a greenlet can enter: that
    takes longer than a short statement.
    """

    def __init__(self, engine: AsyncEngine, size: int) -> None:
        self.engine = engine
        self.shared_turns = SharedTurns()
        self._turns = asyncio.Semaphore(size)
        self._ready: list[PoolProxiedConnection] = []
        self._is_disposed = False

    def unit(self) -> "Unit[Connection]":
        """Return the context of one unit of work, which is entered with its ``Connection``."""
        return Unit(self, _as_it_is)

    def unit_as(self, enter: Callable[[Connection], Entered]) -> "Unit[Entered]":
        """Return the context of one unit of work, which is entered with what ``enter`` makes of its connection."""
        return Unit(self, enter)

    async def lend(self) -> PoolProxiedConnection:
        """Return a connection that is open as far as this process knows; a restart of the server closes all.

        Raises ``TimeoutError`` after 5 seconds of waiting, and whatever the server answers to a new connection.
        """
        await self._wait()
        try:
            ready = self._take_ready()
            return await self._connect() if ready is None else ready
        except BaseException:
            self._turns.release()
            raise

    def take_back(self, pooled: PoolProxiedConnection) -> None:
        """Keep the connection for the next one, unless it was given up or comes back too late."""
        if pooled.is_valid and not self._is_disposed:
            self._ready.append(pooled)
        else:
            _drop(pooled)
        self._turns.release()

    async def dispose(self) -> None:
        """Close every connection, and each that is lent as soon as it comes back."""
        self._is_disposed = True
        while self._ready:
            await greenlet_spawn(self._ready.pop().close)
        await self.engine.dispose()

    async def _connect(self) -> PoolProxiedConnection:
        try:
            return await greenlet_spawn(self.engine.sync_engine.raw_connection)
        except self.engine.dialect.loaded_dbapi.Error as error:
            # As Core's own connections tell it: a server that starts or ends refuses whoever comes.
            raise DBAPIError(None, None, error) from error

    async def _wait(self) -> None:
        if self._turns.locked():
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._turns.acquire()
        else:
            await self._turns.acquire()

    def _take_ready(self) -> PoolProxiedConnection | None:
        while self._ready:
            pooled = self._ready.pop()
            if not cast("asyncpg.Connection", pooled.driver_connection).is_closed():
                return pooled
            _drop(pooled)
        return None


def _as_it_is(connection: Connection) -> Connection:
    return connection


def _drop(pooled: PoolProxiedConnection) -> None:
    """Cut a connection without a word to the server, which nobody could wait for here."""
    if pooled.is_valid:
        pooled.invalidate()
    pooled.close()


class Unit(Generic[Entered]):
    """One unit of work over one connection: committed when the block ends, rolled back when it raises."""

    def __init__(self, pool: Pool, enter: Callable[[Connection], Entered]) -> None:
        self._pool = pool
        self._enter = enter

    async def __aenter__(self) -> Entered:
        """Take a connection out of the pool; one that a restart of the server has cut is replaced before it is used."""
        self._pooled = await self._pool.lend()
        self._connection = Connection(self._pool.engine, self._pooled, self._pool.shared_turns)
        return self._enter(self._connection)

    async def __aexit__(self, _type: type[BaseException] | None, cause: BaseException | None, _trace: object) -> None:
        """End the transaction and give the connection back; raises what the server says to a commit."""
        try:
            if cause is None:
                await self._commit()
            else:
                await self._connection.roll_back(cause)
        finally:
            self._connection.place.leave()
            self._pool.take_back(self._pooled)

    async def _commit(self) -> None:
        try:
            await self._connection.commit()
        except BaseException as cause:
            await self._connection.roll_back(cause)
            raise
