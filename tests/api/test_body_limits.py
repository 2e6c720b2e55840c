"""Large, slow and broken bodies over a real connection: the limits are about what arrives."""

import asyncio
import json
import resource
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from tests.api.wire import exchange
from tests.application import ClientFor
from tests.factories.users import create_access_token, create_user
from tests.serving import served

from ticketdesk.api import body_limits
from ticketdesk.api.body_limits import MAX_BYTES, Body
from ticketdesk.bootstrap import Resources

HEAD = b"POST /api/v1/probe/x HTTP/1.1\r\nHost: desk\r\nContent-Type: application/json\r\n"


@pytest.fixture
async def address(probed: FastAPI) -> AsyncIterator[str]:
    async with served(probed) as opened:
        yield opened


def peak_memory() -> int:
    """Return the most bytes that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


async def chunks(count: int, size: int = 65_536) -> AsyncIterator[bytes]:
    part = b"x" * size
    for _ in range(count):
        yield part


def problem(answer: bytes) -> tuple[int, dict[str, object]]:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"application/problem+json" in head, answer[:500]
    return int(head.split()[1]), json.loads(body)


async def test_a_body_at_the_limit_is_taken(address: str) -> None:
    frame = b'{"text": "x"}'
    body = frame + b" " * (MAX_BYTES - len(frame))
    async with httpx.AsyncClient(base_url=address, timeout=60) as client:
        answer = await client.post("/api/v1/probe/x", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 200
        answer = await client.post("/api/v1/probe/x", content=body + b" ", headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


@pytest.mark.parametrize("is_announced", [True, False], ids=["announced", "in chunks"])
async def test_two_hundred_megabytes_are_refused_without_being_held(address: str, *, is_announced: bool) -> None:
    size, count = 65_536, 3_200
    headers = {"Content-Type": "application/json"} | ({"Content-Length": str(size * count)} if is_announced else {})
    before = peak_memory()
    async with httpx.AsyncClient(base_url=address, timeout=30) as client:
        answer = await client.post("/api/v1/probe/x", content=chunks(count, size), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert answer.headers["content-type"] == "application/problem+json"
    assert peak_memory() - before < 30_000_000


async def test_a_client_that_asks_first_is_told_before_it_sends(address: str) -> None:
    asked = HEAD + b"Content-Length: 1000000000\r\nExpect: 100-continue\r\n\r\n"
    status, document = problem(await asyncio.wait_for(exchange(address, asked), 60))
    assert (status, document["code"]) == (413, "body_too_large")


async def test_who_never_stops_is_not_listened_to_for_ever(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body_limits, "DRAIN_SECONDS", 0.2)
    head = HEAD + b"Content-Length: 1000000000\r\n\r\n"
    answer = await asyncio.wait_for(exchange(address, head + b"x" * 1000), 60)
    assert problem(answer)[0] == 413
    assert b"connection: close" in answer.lower()


async def test_a_route_may_take_more(address: str) -> None:
    async with httpx.AsyncClient(base_url=address, timeout=60) as client:
        assert (await client.post("/api/v1/probe/raw/bytes", content=b"x" * 2_000_000)).json() == {"size": 2_000_000}
        answer = await client.post("/api/v1/probe/raw/bytes", content=b"x" * 2_000_001)
        assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")
        answer = await client.post("/api/v1/probe/raw/bytes", content=chunks(40))
        assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")


async def test_a_body_that_does_not_come_is_not_waited_for(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body_limits, "BODY_SECONDS", 0.2)
    answer = await asyncio.wait_for(exchange(address, HEAD + b"Content-Length: 100\r\n\r\n{"), 60)
    status, document = problem(answer)
    assert (status, document["code"]) == (408, "request_timeout")
    assert b"connection: close" in answer.lower()


async def test_bodies_that_do_not_end_hold_no_more_than_a_few_together(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body_limits, "MAX_HELD_BYTES", 1_000_000)
    monkeypatch.setattr(body_limits, "MOMENT_SECONDS", 0.2)
    head, most = HEAD + b"Content-Length: 900001\r\n\r\n", b" " * 900_000
    gate = asyncio.Event()
    first = asyncio.create_task(exchange(address, head + most, b"7" + HEAD + b"Connection: close\r\n\r\n", gate=gate))
    while Body.held < len(most):  # noqa: ASYNC110 - the body is on its way
        await asyncio.sleep(0.01)
    answer = await asyncio.wait_for(exchange(address, head + most), 60)
    status, document = problem(answer)
    assert (status, document["code"]) == (503, "unavailable")
    assert b"retry-after: " in answer.lower()
    gate.set()
    # The one before is served, and so is everybody after it.
    assert (await first).startswith(b"HTTP/1.1 422 ")
    assert Body.held == 0


async def test_who_sends_slowly_holds_no_database_connection(resources: Resources, address: str) -> None:
    token = await create_access_token(resources, await create_user(resources))
    head = f"PUT /api/v1/probe/me/connections HTTP/1.1\r\nHost: desk\r\nAuthorization: Bearer {token}\r\n"
    head += "Content-Type: application/json\r\nContent-Length: 13\r\nConnection: close\r\n\r\n"
    begun, gate = b'{"text"', asyncio.Event()
    slow = [
        asyncio.create_task(exchange(address, head.encode() + begun, b': "x"}', gate=gate))
        for _ in range(resources.config.database_pool_size * 2)
    ]
    async with asyncio.timeout(60):
        while Body.held < len(slow) * len(begun):  # noqa: ASYNC110 - the bodies are on their way
            await asyncio.sleep(0.01)
    credentials = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=address, headers=credentials, timeout=60) as client:
        answer = await client.put("/api/v1/probe/me/connections", json={"text": "y"})
    assert answer.status_code == 200
    assert not any(task.done() for task in slow)
    gate.set()
    assert all(b"200 OK" in part for part in await asyncio.gather(*slow))


async def test_a_connection_serves_one_request_after_the_other(address: str) -> None:
    bad = HEAD + b"Content-Length: 1\r\n\r\n{"
    good = HEAD + b'Content-Length: 13\r\nConnection: close\r\n\r\n{"text": "x"}'
    answer = await exchange(address, bad + good)
    assert answer.count(b"HTTP/1.1 ") == 2
    assert b"HTTP/1.1 400" in answer
    assert b'{"name":"x","text":"x"}' in answer


async def test_bodies_where_none_is_expected_do_not_disturb(address: str, client_for: ClientFor) -> None:
    async with httpx.AsyncClient(base_url=address, timeout=60) as client:
        answer = await client.request("GET", "/api/v1/probe/x", content=b"[" * 100_000)
        assert answer.status_code == 200
