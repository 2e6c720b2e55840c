"""A freshly made product on a real port of loopback, with a database of its own, in this process."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.database import SETTINGS, server_dir
from tests.serving import served

from ticketdesk.app import create_app
from ticketdesk.bootstrap import Resources, open_resources
from ticketdesk.config import Config
from ticketdesk.integrations.embedded_postgres import EmbeddedPostgres
from ticketdesk.integrations.passwords import Argon2Hasher
from ticketdesk.repositories.migrations import upgrade


@contextmanager
def open_server() -> Iterator[str]:
    """Run a PostgreSQL server with an empty database; gives its address. From the main thread, before any loop."""
    with server_dir() as directory, EmbeddedPostgres(directory / "postgres", settings=SETTINGS) as embedded:
        yield embedded.url()


@asynccontextmanager
async def open_desk(database_url: str) -> AsyncIterator[tuple[Resources, str]]:
    """Migrate the database and serve the product over it; gives what it holds and its address."""
    await upgrade(database_url)
    with TemporaryDirectory() as files:
        config = Config.model_construct(data_dir=Path(files), secret_keys=("k" * 32,), database_pool_size=5)
        async with open_resources(config, database_url) as opened:
            # The cost of a password is measured elsewhere.
            resources = replace(opened, hasher=Argon2Hasher(passes=1, memory_kib=8))
            async with served(create_app(resources)) as base_url:
                yield resources, base_url
