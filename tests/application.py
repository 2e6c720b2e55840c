"""The application over a fresh database, a clock that moves only when told to, and clients signed in to it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from tests.answers import check_headers
from tests.database import DatabaseServer
from tests.factories import users
from tests.kept_pools import KeptPool

from ticketdesk.app import create_app
from ticketdesk.bootstrap import Resources, open_resources
from ticketdesk.config import Config
from ticketdesk.integrations.passwords import Argon2Hasher

# A Monday, 9 in the morning in Chicago.
START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
BASE_URL = "http://desk.test"


class FrozenClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, at: datetime = START) -> None:
        self._now = at

    def now(self) -> datetime:
        """Return the moment the clock stands at."""
        return self._now

    def advance(self, by: timedelta) -> None:
        """Move the clock on."""
        self._now += by

    def set(self, at: datetime) -> None:
        """Move the clock to ``at``."""
        self._now = at


class RunningClock(FrozenClock):
    """A clock that goes on by a second whenever it is asked."""

    def now(self) -> datetime:
        """Return a moment that nobody was told before."""
        self.advance(timedelta(seconds=1))
        return super().now()


class SignedInClient(httpx.AsyncClient):
    """A client with a credential; ``person_id`` is the user's id, in the portal the contact's."""

    person_id: UUID


class ClientFor:
    """Opens clients, which are closed after the test.

    ``await client_for("lead", name="Lea")`` is a new user of that role, with any columns given; ``of`` is for a user
    who is there already, ``portal`` for a contact.
    """

    def __init__(self, resources: Resources, connect: Callable[[str | None], Awaitable[SignedInClient]]) -> None:
        self._resources = resources
        self._connect = connect

    async def __call__(self, role: str = "agent", **fields: Any) -> SignedInClient:
        """Create a user and return a client signed in as them."""
        return await self.of(await users.create_user(self._resources, role=role, **fields))

    async def of(self, user_id: UUID) -> SignedInClient:
        """Return a client with a new session of an existing user."""
        client = await self._connect(await users.create_access_token(self._resources, user_id))
        client.person_id = user_id
        return client

    async def portal(self, contact_id: UUID) -> SignedInClient:
        """Return a client with a portal session of an existing contact."""
        client = await self._connect(await users.create_portal_token(self._resources, contact_id))
        client.person_id = contact_id
        return client

    async def bearing(self, credential: str | None) -> SignedInClient:
        """Return a client that presents ``credential``, whatever it is."""
        return await self._connect(credential)


@pytest.fixture
def clock() -> FrozenClock:
    """The clock of ``resources``."""
    return FrozenClock()


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A development configuration that takes nothing from the environment of the test run."""
    return Config.model_construct(data_dir=tmp_path, secret_keys=("k" * 32,), database_pool_size=5)


@pytest.fixture(scope="session")
async def kept_pool(database_server: DatabaseServer) -> AsyncIterator[KeptPool]:
    """The worker's connections."""
    kept = KeptPool(database_server.regulars)
    yield kept
    await kept.close()


@pytest.fixture
async def resources(
    database_url: str, config: Config, clock: FrozenClock, kept_pool: KeptPool
) -> AsyncIterator[Resources]:
    """Everything the process opens, over the test's database, with a hasher that costs nothing.

    The connections may have served tests before, as those of a process have served requests.
    """
    pool = await kept_pool.get(database_url, config.database_pool_size)
    async with open_resources(config, database_url, clock=clock) as opened:
        yield replace(opened, pool=pool, hasher=Argon2Hasher(passes=1, memory_kib=8))
    await kept_pool.rest()


# Putting the routes together costs more than most tests: it is done once, and each test has its own resources.
_APPLICATION: list[FastAPI] = []


@pytest.fixture
def app(resources: Resources) -> FastAPI:
    """The application over ``resources``, with the configuration that all tests share."""
    if not _APPLICATION:
        _APPLICATION.append(create_app(resources))
    _APPLICATION[0].state.resources = resources
    return _APPLICATION[0]


@pytest.fixture
async def client_for(app: FastAPI, resources: Resources) -> AsyncIterator[ClientFor]:
    """Opens signed-in clients; see ``ClientFor``."""
    async with AsyncExitStack() as stack:

        async def connect(credential: str | None) -> SignedInClient:
            headers = {"Authorization": f"Bearer {credential}"} if credential is not None else {}
            transport = httpx.ASGITransport(app)
            return await stack.enter_async_context(
                SignedInClient(
                    transport=transport, base_url=BASE_URL, headers=headers, event_hooks={"response": [check_headers]}
                )
            )

        yield ClientFor(resources, connect)


@pytest.fixture
async def anonymous(client_for: ClientFor) -> SignedInClient:
    """A client without any credential."""
    return await client_for.bearing(None)
