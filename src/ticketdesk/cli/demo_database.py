"""A database for one run of the demo: always empty, and never the one that work is done on."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from ticketdesk.integrations.embedded_postgres import EmbeddedPostgres

MOST_DEMOS = 20
# The story of a run that a power failure ended is not missed.
SETTINGS = {"synchronous_commit": "off"}


@contextmanager
def opened_anew(data_dir: Path) -> Iterator[tuple[str, Path]]:
    """Give the address of an empty database and the directory that is this run's own.

    That is ``data_dir``, or one with a number beside it while other demos run. Raises ``EmbeddedPostgresUnavailable``.
    """
    with ExitStack() as stack:
        server, own_dir = _first_idle(data_dir, stack)
        asyncio.run(_empty(server.url("postgres", role="postgres")))
        yield server.url(), own_dir


def _first_idle(data_dir: Path, stack: ExitStack) -> tuple[EmbeddedPostgres, Path]:
    for number in range(1, MOST_DEMOS + 1):
        candidate = data_dir if number == 1 else data_dir.with_name(f"{data_dir.name}-{number}")
        server = EmbeddedPostgres(candidate / "postgres", settings=SETTINGS)
        server.start()
        if not server.is_attached:
            stack.callback(server.stop)
            return server, candidate
        server.stop()
    raise click.ClickException(f"{MOST_DEMOS} demos run already. End one of them.")


async def _empty(admin_url: str) -> None:
    engine = create_async_engine(admin_url, isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            await connection.execute(text("DROP DATABASE IF EXISTS ticketdesk WITH (FORCE)"))
            await connection.execute(text("CREATE DATABASE ticketdesk OWNER ticketdesk"))
    finally:
        await engine.dispose()
