"""Waiting for other transactions to wait, instead of sleeping for luck."""

import asyncio

from sqlalchemy import text

from ticketdesk.bootstrap import Resources


async def somebody_waits(resources: Resources) -> None:
    """Return once a transaction waits for another one's lock."""
    async with asyncio.timeout(60), resources.engine.connect() as connection:
        waiting = text("SELECT count(*) FROM pg_locks, pg_sleep(0.01) WHERE NOT granted")
        while not (await connection.execute(waiting)).scalar_one():
            pass
