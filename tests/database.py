"""A real PostgreSQL for the tests: one server per worker, a database as good as new for each test.

The embedded server is started in a directory of its own, without the writes that guard against power failures. A
template is migrated once; its clone is handed from test to test as long as its rows can be wiped out (``wiping.py``).
``TICKETDESK_TEST_DATABASE_URL`` names another server to use; its role must be allowed to create databases.
"""

import asyncio
import itertools
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import CursorResult, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine
from tests.wiping import Wiper

from ticketdesk.integrations.embedded_postgres import EmbeddedPostgres
from ticketdesk.repositories.database import async_url
from ticketdesk.repositories.migrations import upgrade

SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # Creating and dropping a database walks the buffers and waits for a checkpoint: few buffers, little to write.
    "shared_buffers": "32MB",
    "max_wal_size": "128MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    # No background work: each worker has a share of a core.
    "autovacuum": "off",
    "io_method": "sync",
}

_ROOM = 2 * 1024**3  # bytes


class DatabaseServer:
    """Makes and drops databases on one server, and lends one at a time; ``owner`` is whom the program connects as."""

    def __init__(self, admin_url: str, owner: str) -> None:
        self._url = make_url(async_url(admin_url))
        self._owner = owner
        self._names = (f"test_{secrets.token_hex(4)}_{number}" for number in itertools.count())
        self._engine = create_async_engine(self._url, isolation_level="AUTOCOMMIT", pool_pre_ping=True)
        self._spare: str | None = None
        self._before = 0
        self._wiper: Wiper | None = None
        # Server processes that serve tests one after the other, and may stay connected to what is lent.
        self.regulars: set[int] = set()
        # A loop of its own, so that fixtures need none and tests keep theirs.
        self._runner = asyncio.Runner()
        self._may_wipe = bool(self._execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").scalar_one())

    def close(self) -> None:
        """Disconnect."""
        self._stop_wiping()
        self._runner.run(self._engine.dispose())
        self._runner.close()

    def lend(self, template: str) -> str:
        """Return the name of a database with the schema of ``template`` and its rows alone."""
        name, self._spare = self._spare or self._create_wipeable(template), None
        self._before = self._last_transaction()
        return name

    def take_back(self, name: str) -> None:
        """Keep what ``lend`` gave for the next one, as it is or wiped; drop it if more than rows was changed."""
        if self._last_transaction() == self._before or self._wipe():
            self._spare = name
        else:
            self.drop(name)

    def create(self, template: str = "template0") -> str:
        """Create a database and return its name."""
        name = next(self._names)
        # Copying files is faster than logging each page, which this schema's few rows would not make up for.
        self._execute(f"CREATE DATABASE {name} OWNER {self._owner} TEMPLATE {template} STRATEGY file_copy")
        return name

    def drop(self, name: str) -> None:
        """Drop a database, whoever is still connected to it."""
        self._stop_wiping()
        self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def migrate(self, name: str) -> None:
        """Bring a database to the newest schema."""
        self._runner.run(upgrade(self.url(name)))

    def url(self, name: str) -> str:
        """Return the address of a database for its owner."""
        user = self._url.set(username=self._owner, database=name)
        return user.render_as_string(hide_password=False)

    def _create_wipeable(self, template: str) -> str:
        name = self.create(template)
        if self._may_wipe:
            self._wiper = self._runner.run(Wiper.connect(self._url.set(database=name)))
        return name

    def _wipe(self) -> bool:
        return self._wiper is not None and self._runner.run(self._wiper.wipe(self._before, self.regulars))

    def _stop_wiping(self) -> None:
        if self._wiper is not None:
            self._runner.run(self._wiper.close())
            self._wiper = None

    def _last_transaction(self) -> int:
        """Return a number that every transaction moves which writes or locks anything, even if it fails."""
        return int(self._execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text").scalar_one())

    def _execute(self, statement: str) -> CursorResult[Any]:
        return self._runner.run(self._execute_async(statement))

    async def _execute_async(self, statement: str) -> CursorResult[Any]:
        async with self._engine.connect() as connection:
            return await connection.execute(text(statement))


@contextmanager
def server_dir() -> Iterator[Path]:
    """Give an empty directory in which an embedded server can run, even for root."""
    # Not pytest's tmp_path: root's is closed to the account that the server runs under.
    data_dir = Path(tempfile.mkdtemp(prefix="ticketdesk-tests-", dir=_memory()))
    try:
        yield data_dir
    finally:
        shutil.rmtree(data_dir.resolve(), ignore_errors=True)
        if data_dir.is_symlink():
            data_dir.unlink()


def _memory() -> Path | None:
    """Return a file system in memory with room for a server, which clones a database up to ten times as fast."""
    shared = Path("/dev/shm")
    has_room = shared.is_dir() and os.access(shared, os.W_OK) and shutil.disk_usage(shared).free > _ROOM
    return shared if has_room else None


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run asynchronous tests and fixtures on asyncio, in one loop per worker."""
    return "asyncio"


@pytest.fixture(scope="session")
def database_server() -> Iterator[DatabaseServer]:
    """The worker's server, started at first use."""
    if given := os.environ.get("TICKETDESK_TEST_DATABASE_URL"):
        server = DatabaseServer(given, str(make_url(given).username))
        yield server
        server.close()
        return
    with server_dir() as data_dir, EmbeddedPostgres(data_dir, settings=SETTINGS) as embedded:
        server = DatabaseServer(embedded.url("postgres", role="postgres"), "ticketdesk")
        yield server
        server.close()


@pytest.fixture(scope="session")
def database_template(database_server: DatabaseServer) -> Iterator[str]:
    """The name of a migrated database that no test may connect to, since only an idle one can be cloned."""
    name = database_server.create()
    database_server.migrate(name)
    yield name
    database_server.drop(name)


@pytest.fixture
def database_url(database_server: DatabaseServer, database_template: str) -> Iterator[str]:
    """The address of a migrated database that holds nothing of any other test."""
    name = database_server.lend(database_template)
    yield database_server.url(name)
    database_server.take_back(name)


@pytest.fixture
def empty_database_url(database_server: DatabaseServer) -> Iterator[str]:
    """The address of a database without any schema, for tests of migrations."""
    name = database_server.create()
    yield database_server.url(name)
    database_server.drop(name)
