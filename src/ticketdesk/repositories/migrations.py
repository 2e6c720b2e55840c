"""Bring a database to the schema that this version of the program needs."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from ticketdesk.repositories.database import open_engine

# Two processes that start together must not migrate at once; any constant of ours serves.
ADVISORY_LOCK = 0x7469636B


def _locations() -> list[Path]:
    """Where the revisions can be: beside the sources in a checkout, inside the package once it is installed."""
    here = Path(__file__).resolve()
    return [here.parents[1] / "migrations", here.parents[3] / "migrations"]


def alembic_config(connection: Connection | None = None) -> AlembicConfig:
    """Return Alembic's configuration for our revisions, bound to ``connection`` if given."""
    config = AlembicConfig()
    location = next(path for path in _locations() if (path / "env.py").exists())
    config.set_main_option("script_location", str(location).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


# Read once: readiness is asked every few seconds, and the revisions of a running program do not change.
@cache
def _revisions() -> ScriptDirectory:
    return ScriptDirectory.from_config(alembic_config())


def head() -> str:
    """Return the newest revision this program knows."""
    return str(_revisions().get_current_head())


def oldest() -> str:
    """Return the first revision."""
    return str(_revisions().get_base())


def is_known(revision: str) -> bool:
    """Tell whether ``revision`` is one of ours; one that is not comes from a newer release."""
    return any(known.revision == revision for known in _revisions().walk_revisions())


async def upgrade(url: str, revision: str = "head") -> None:
    """Upgrade the database at ``url``; waits for another process that is at it, then finds nothing left to do."""
    await _run(url, lambda config: command.upgrade(config, revision))


async def downgrade(url: str, revision: str) -> None:
    """Take the database at ``url`` back to ``revision`` (``base``: empty)."""
    await _run(url, lambda config: command.downgrade(config, revision))


async def _run(url: str, act: Callable[[AlembicConfig], None]) -> None:
    engine = open_engine(url)
    try:
        async with engine.connect() as guard, engine.connect() as connection:
            # No transaction: while a long migration runs, an idle one would be ended, and whoever waits is patient.
            await guard.execution_options(isolation_level="AUTOCOMMIT")
            await guard.execute(text("SET statement_timeout = 0"))
            await guard.execute(text("SELECT pg_advisory_lock(:key)"), {"key": ADVISORY_LOCK})
            await connection.run_sync(lambda sync: act(alembic_config(sync)))
            await connection.commit()
    finally:
        await engine.dispose()


async def current(url: str) -> str | None:
    """Return the revision the database is at, ``None`` for one that was never migrated."""
    engine = open_engine(url)
    try:
        async with engine.connect() as connection:
            exists = await connection.scalar(text("SELECT to_regclass('alembic_version')"))
            return await connection.scalar(text("SELECT version_num FROM alembic_version")) if exists else None
    finally:
        await engine.dispose()
