"""A desk to be hard on: a migrated database of its own, and what it takes to work with it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
from tests.cli.commands import environment, started
from tests.database import server_dir
from tests.factories import users

from chaos.processes import Child, run_module
from ticketdesk.app import create_app
from ticketdesk.bootstrap import Resources, open_resources
from ticketdesk.config import Config
from ticketdesk.domain.ports import Clock
from ticketdesk.repositories.migrations import upgrade

_SECRET_KEY = "k" * 32
_SERVING = r'"url":"(?P<a>http://[^"]+)".*"event":"serving"|"event":"serving".*"url":"(?P<b>http://[^"]+)"'


@dataclass(frozen=True, slots=True)
class Desk:
    """The database's address for the product and for the superuser, and this process's own way into it.

    ``environment`` is what a process of the product is started with.
    """

    url: str
    superuser_url: str
    resources: Resources
    environment: dict[str, str]
    server: Child

    async def restart(self, signal_name: str, down_seconds: float) -> None:
        """End the database server by a signal (SIGINT: fast, SIGQUIT: immediate) and start it again after a while."""
        await self.server.tell(f"{signal_name} {down_seconds}")
        await self.server.line()

    async def headers(self, role: str = "agent") -> dict[str, str]:
        """Return the headers of a new member of staff."""
        token = await users.create_access_token(self.resources, await users.create_user(self.resources, role=role))
        return {"Authorization": f"Bearer {token}"}

    @asynccontextmanager
    async def client(self, role: str = "agent") -> AsyncIterator[httpx.AsyncClient]:
        """Give a client for the preparations, served within this process."""
        transport = httpx.ASGITransport(create_app(self.resources))
        headers = await self.headers(role)
        async with httpx.AsyncClient(transport=transport, base_url="http://desk.test", headers=headers) as client:
            yield client

    @asynccontextmanager
    async def served(self) -> AsyncIterator[str]:
        """Run ``ticketdesk serve`` in a process of its own; gives its address."""
        async with self.process() as (address, _):
            yield address

    @asynccontextmanager
    async def process(self, *words: str) -> AsyncIterator[tuple[str, int]]:
        """Do as ``served``, with further ``words`` on the command line; gives the process's id too."""
        async with started("serve", "--port", "0", *words, env=self.environment) as server:
            found = await server.says(_SERVING)
            yield found["a"] or found["b"], server.process.pid


@asynccontextmanager
async def open_desk(smtp_url: str = "smtp://127.0.0.1:9", clock: Clock | None = None) -> AsyncIterator[Desk]:
    """Open a desk on an empty database of its own; without ``smtp_url`` no mail leaves it.

    ``clock`` is that of this process alone; without one it is the machine's.
    """
    with server_dir() as directory:
        # Its own directory holds the database, which another account may run.
        async with run_module("chaos.postgres_child", str(directory / "postgres")) as server:
            url, superuser_url = json.loads(await server.line())
            await upgrade(url)
            config = Config.model_construct(
                data_dir=directory, secret_keys=(_SECRET_KEY,), smtp_url=smtp_url, database_pool_size=10
            )
            variables = {
                "DATABASE_URL": url,
                "DATA_DIR": str(directory),
                "SECRET_KEYS": _SECRET_KEY,
                "SMTP_URL": smtp_url,
            }
            async with open_resources(config, url, clock=clock) as resources:
                yield Desk(url, superuser_url, resources, environment(**variables), server)
