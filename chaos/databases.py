"""What only the superuser may do to the database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool


@asynccontextmanager
async def superuser(url: str, database: str = "ticketdesk") -> AsyncIterator[AsyncConnection]:
    """Give a connection of the superuser's own, each statement a transaction."""
    engine = create_async_engine(make_url(url).set(database=database), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        yield connection
    await engine.dispose()
