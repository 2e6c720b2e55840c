"""Connections that tests use one after the other: a new one costs the server more than most tests ask of it."""

from typing import Any

from sqlalchemy import event
from sqlalchemy.pool import QueuePool

from ticketdesk.repositories.database import open_pool
from ticketdesk.repositories.pools import Pool


class KeptPool:
    """Connections to the database that was asked for last; ``processes`` is told which of the server's serve them."""

    def __init__(self, processes: set[int]) -> None:
        self.processes = processes
        self._address = ""
        self._size = 0
        self._pool: Pool | None = None

    async def get(self, url: str, size: int) -> Pool:
        """Return at most ``size`` connections to ``url``, of which none is in use."""
        if self._pool is None or (self._address, self._size) != (url, size):
            await self.close()
            self._address, self._size = url, size
            self._pool = open_pool(url, pool_size=size)
            event.listen(self._pool.engine.sync_engine, "connect", self._note)
        return self._pool

    async def rest(self) -> None:
        """Keep the connections for the next test, unless one of them is still in use."""
        if self._pool is not None and not _is_at_rest(self._pool, self._size):
            await self.close()

    async def close(self) -> None:
        """Disconnect."""
        if self._pool is not None:
            await self._pool.dispose()
            self._pool = None
            self.processes.clear()

    def _note(self, adapted: Any, _record: object) -> None:
        self.processes.add(adapted.driver_connection.get_server_pid())


def _is_at_rest(pool: Pool, size: int) -> bool:
    core = pool.engine.sync_engine.pool
    assert isinstance(core, QueuePool)
    # What lies ready has been checked out of Core's own pool.
    is_back = pool._turns._value == size and core.checkedout() == len(pool._ready)
    return is_back and not pool._is_disposed and not pool.shared_turns._open
