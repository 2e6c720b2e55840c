"""Run migrations on a connection that the caller opened, each in a transaction of its own with short lock waits."""

import asyncio
import os

from alembic import context
from sqlalchemy import Connection, text

from ticketdesk.models import metadata
from ticketdesk.repositories.database import open_engine

# A migration that cannot get its lock soon gives up instead of queueing every request behind it.
LOCK_TIMEOUT = "5s"
STATEMENT_TIMEOUT = "10min"


def run(connection: Connection) -> None:
    connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
    connection.execute(text(f"SET statement_timeout = '{STATEMENT_TIMEOUT}'"))
    connection.commit()
    context.configure(connection=connection, target_metadata=metadata, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()


async def run_from_environment() -> None:
    engine = open_engine(os.environ["TICKETDESK_DATABASE_URL"])
    try:
        async with engine.connect() as connection:
            await connection.run_sync(run)
    finally:
        await engine.dispose()


connection = context.config.attributes.get("connection")
if connection is None:
    # Called through the alembic command line, as when a migration is being written.
    asyncio.run(run_from_environment())
else:
    run(connection)
