"""PostgreSQL goes away and comes back: callers hear 503 meanwhile, and nothing acknowledged is lost."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest
from tests.application import BASE_URL, FrozenClock
from tests.database import SETTINGS, server_dir
from tests.factories import users
from tests.factories.tickets import RECIPIENT

from ticketdesk.app import create_app
from ticketdesk.bootstrap import open_resources
from ticketdesk.config import Config
from ticketdesk.integrations.embedded_postgres import EmbeddedPostgres
from ticketdesk.integrations.passwords import Argon2Hasher
from ticketdesk.repositories.migrations import upgrade

BODY = {"kind": "corrective", "title": "Kept", "recipient": RECIPIENT}


@pytest.fixture
def server() -> Iterator[EmbeddedPostgres]:
    """A server of its own, which a test may stop."""
    with server_dir() as directory, EmbeddedPostgres(directory, settings=SETTINGS) as running:
        yield running


async def test_a_restart_is_503_and_loses_nothing(server: EmbeddedPostgres, config: Config) -> None:
    await upgrade(server.url())
    async with open_resources(config, server.url(), clock=FrozenClock()) as opened:
        resources = replace(opened, hasher=Argon2Hasher(passes=1, memory_kib=8))
        token = await users.create_access_token(resources, await users.create_user(resources))
        headers = {"Authorization": f"Bearer {token}"}
        transport = httpx.ASGITransport(create_app(resources), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=BASE_URL, headers=headers) as client:
            made = await client.post("/api/v1/tickets", json=BODY)
            assert made.status_code == 201
            # Several connections are open and idle when the server goes.
            await asyncio.gather(*(client.get("/api/v1/tickets") for _ in range(5)))
            server.stop()
            for answer in (await client.get("/api/v1/tickets"), await client.post("/api/v1/tickets", json=BODY)):
                assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
                assert int(answer.headers["retry-after"]) >= 1
            server.start()
            answers = [await client.get(f"/api/v1/tickets/{made.json()['id']}") for _ in range(8)]
            assert {answer.status_code for answer in answers} <= {200, 503}
            assert answers[-1].status_code == 200
            assert answers[-1].json()["title"] == "Kept"
