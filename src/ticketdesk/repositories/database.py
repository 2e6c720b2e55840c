"""Engines: asyncpg under SQLAlchemy, UTC sessions, bounded statements."""

from typing import Any

import orjson
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from ticketdesk.repositories.pools import Pool
from ticketdesk.repositories.statements import to_json

STATEMENT_TIMEOUT_MS = 30_000
IDLE_IN_TRANSACTION_TIMEOUT_MS = 60_000
LOCK_TIMEOUT_MS = 5_000


def async_url(url: str) -> str:
    """Return ``url`` with the asyncpg driver; accepts ``postgres://`` and ``postgresql://`` as operators write them."""
    parsed = make_url(url.replace("postgres://", "postgresql://", 1) if url.startswith("postgres://") else url)
    return parsed.set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)


def open_engine(url: str) -> AsyncEngine:
    """Return an engine for administration: Core's own transactions, and locks that are waited for."""
    return _open(url, {}, pool_size=10, max_overflow=0, pool_timeout=5)


def open_pool(url: str, *, pool_size: int = 10, lock_timeout_ms: int = LOCK_TIMEOUT_MS) -> Pool:
    """Return the connections for units of work.

    Core begins and ends no transactions on them, because ``connections`` does, and lets the ``Pool`` say how many there
    are. Who waits too long for a lock is told to come again, and holds no connection meanwhile. Without pre-ping, which
    costs a round trip per request.
    """
    engine = _open(
        url,
        {"lock_timeout": str(lock_timeout_ms)},
        max_overflow=-1,
        pool_reset_on_return=None,
        isolation_level="AUTOCOMMIT",
    )
    return Pool(engine, pool_size)


def _open(url: str, settings: dict[str, Any], **options: Any) -> AsyncEngine:
    settings |= {
        "timezone": "UTC",
        "application_name": "ticketdesk",
        "statement_timeout": str(STATEMENT_TIMEOUT_MS),
        "idle_in_transaction_session_timeout": str(IDLE_IN_TRANSACTION_TIMEOUT_MS),
        # Compiling a plan to machine code costs more than these short statements take.
        "jit": "off",
    }
    return create_async_engine(
        async_url(url),
        # Errors go to the log, and parameters are what people typed.
        hide_parameters=True,
        # However long a statement is: those of lists with several ways to a page are beyond what the driver keeps.
        connect_args={"server_settings": settings, "timeout": 5, "max_cacheable_statement_size": 0},
        json_serializer=to_json,
        json_deserializer=orjson.loads,
        **options,
    )
