"""A PostgreSQL for one run of the benchmark, the same for whatever is measured on it."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ticketdesk.integrations.embedded_postgres import EmbeddedPostgres

SETTINGS = {
    "shared_buffers": "1GB",
    "effective_cache_size": "4GB",
    "work_mem": "16MB",
    "max_connections": "100",
    # A commit that waits for the disk would hide what the programs cost, and a checkpoint would hit one side only.
    "synchronous_commit": "off",
    "fsync": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "1h",
    # After loading, statistics are gathered once; later it would come in anybody's round.
    "autovacuum": "off",
}


@contextmanager
def temporary_server() -> Iterator[EmbeddedPostgres]:
    """Run a server whose files are gone afterwards."""
    data_dir = Path(tempfile.mkdtemp(prefix="ticketdesk-bench-"))
    try:
        with EmbeddedPostgres(data_dir, settings=SETTINGS) as server:
            yield server
    finally:
        shutil.rmtree(data_dir.resolve(), ignore_errors=True)
        if data_dir.is_symlink():
            data_dir.unlink()


def plain(url: str) -> str:
    """Return the address as asyncpg itself takes it."""
    return url.replace("postgresql+asyncpg://", "postgresql://", 1)
