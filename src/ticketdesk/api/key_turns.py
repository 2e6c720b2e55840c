"""Requests of one caller with the same ``Idempotency-Key`` take turns before they take a database connection.

The database decides between them, whichever processes they come to. But who waits there holds a connection meanwhile,
and some retries of one slow request would hold all that a process has. So one of them asks at a time.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from ticketdesk.domain.errors import Conflict

# As long as a lock of the database is waited for.
PATIENCE_SECONDS = 5.0
# Those that somebody has or waits for.
_TURNS: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()


@asynccontextmanager
async def turn(credential: str, key: str) -> AsyncIterator[None]:
    """Have the block to oneself; raises ``Conflict`` (``request_in_progress``) where another one's takes too long."""
    lock = _TURNS.setdefault((credential, key), asyncio.Lock())
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await lock.acquire()
    except TimeoutError as error:
        raise Conflict("A request with this key is in progress.", code="request_in_progress") from error
    try:
        yield
    finally:
        lock.release()
