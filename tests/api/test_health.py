from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
import pytest
from sqlalchemy import text
from tests.application import BASE_URL

from ticketdesk.api import health
from ticketdesk.app import create_app
from ticketdesk.bootstrap import Resources
from ticketdesk.repositories import migrations
from ticketdesk.repositories.database import open_pool

TOKEN = "m" * 32
NOBODY_LISTENS = "postgresql://desk@127.0.0.1:9/desk"


@asynccontextmanager
async def client_of(resources: Resources) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(resources, []))
    async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as client:
        yield client


@asynccontextmanager
async def over(resources: Resources, url: str) -> AsyncIterator[httpx.AsyncClient]:
    """Give a client of the same application over another database."""
    pool = open_pool(url, pool_size=1)
    try:
        async with client_of(replace(resources, pool=pool)) as client:
            yield client
    finally:
        await pool.dispose()


async def execute(resources: Resources, statement: str) -> None:
    async with resources.engine.begin() as connection:
        await connection.execute(text(statement))


async def test_alive_says_nothing_else(resources: Resources) -> None:
    async with over(resources, NOBODY_LISTENS) as client:
        answer = await client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_ready_when_the_database_is_migrated(client: httpx.AsyncClient) -> None:
    answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})


async def test_not_ready_without_a_database(resources: Resources) -> None:
    async with over(resources, NOBODY_LISTENS) as client:
        answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer.headers["retry-after"] == "5"
    assert "127.0.0.1" not in answer.text


async def test_not_ready_before_the_migration(resources: Resources, empty_database_url: str) -> None:
    async with over(resources, empty_database_url) as client:
        answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()["code"]) == (503, "not_migrated")


async def test_not_ready_on_an_older_schema(resources: Resources, client: httpx.AsyncClient) -> None:
    await execute(resources, f"UPDATE alembic_version SET version_num = '{migrations.oldest()}'")
    assert (await client.get("/readyz")).json()["code"] == "not_migrated"


async def test_ready_while_a_newer_release_is_rolled_out(resources: Resources, client: httpx.AsyncClient) -> None:
    await execute(resources, "UPDATE alembic_version SET version_num = 'of_a_newer_one'")
    assert (await client.get("/readyz")).status_code == 200


async def test_a_database_that_does_not_answer_is_not_waited_for(
    resources: Resources, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with resources.engine.connect() as blocker:
        await blocker.execute(text("BEGIN"))
        await blocker.execute(text("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE"))
        with monkeypatch.context() as patch:
            patch.setattr(health, "PATIENCE_SECONDS", 0.2)
            answer = await client.get("/readyz")
        await blocker.execute(text("ROLLBACK"))
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert (await client.get("/readyz")).status_code == 200


@pytest.mark.parametrize("credential", [None, "Bearer wrong", f"Basic {TOKEN}", TOKEN[:-1], "Bearer "])
async def test_figures_are_for_those_with_the_token(client: httpx.AsyncClient, credential: str | None) -> None:
    answer = await client.get("/metrics", headers={"Authorization": credential} if credential else {})
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


async def test_figures_are_off_without_a_token(resources: Resources) -> None:
    async with client_of(resources) as client:
        answer = await client.get("/metrics", headers={"Authorization": "Bearer None"})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_figures_show_requests_and_backlog(resources: Resources, client: httpx.AsyncClient) -> None:
    row = "(gen_random_uuid(), 'E', '{}', 's', now(), now(), %s)"
    await execute(
        resources,
        "INSERT INTO outbox (id, event, payload, subscriber, created_at, due_at, parked_at) VALUES "
        + ", ".join(row % parked for parked in ("NULL", "NULL", "now()")),
    )
    await client.get("/healthz")
    answer = await client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    lines = answer.text.splitlines()
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert 'ticketdesk_outbox_rows{state="waiting"} 2.0' in lines
    assert 'ticketdesk_outbox_rows{state="parked"} 1.0' in lines
    assert 'ticketdesk_messages{state="queued"} 0.0' in lines
    assert "ticketdesk_database_up 1.0" in lines
    assert any(line.startswith('ticketdesk_http_requests_total{method="GET",route="/healthz"') for line in lines)
    assert any(line.startswith("process_resident_memory_bytes") for line in lines)


async def test_figures_of_the_process_need_no_database(resources: Resources) -> None:
    config = resources.config.model_copy(update={"metrics_token": TOKEN})
    async with over(replace(resources, config=config), NOBODY_LISTENS) as client:
        answer = await client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert "ticketdesk_database_up 0.0" in answer.text.splitlines()
    assert "ticketdesk_outbox_rows{" not in answer.text
