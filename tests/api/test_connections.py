"""Clients that dawdle, and those that do not speak HTTP, over real connections with little patience."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import pytest
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send
from tests.api.wire import exchange
from tests.serving import served

from ticketdesk.api.connections import Connection, Patience, Phase, end_overdue, make_room

SLOW = 50
# More than the system takes in for a reader that does not come: 26 MB.
PARTS = 400
PATIENCE = Patience(head=2, idle=2, reader=2)
GET = b"GET / HTTP/1.1\r\nHost: desk\r\n"


async def small_answer(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer once the body is there, where one may come."""
    if scope["method"] == "POST":
        while (message := await receive()).get("more_body"):
            pass
        if message["type"] == "http.disconnect":
            return
    await Response("here")(scope, receive, send)


@pytest.fixture
async def address() -> AsyncIterator[str]:
    async with served(small_answer, PATIENCE) as opened:
        yield opened


@asynccontextmanager
async def connect(address: str) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    host, _, port = address.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def drip(address: str, text: bytes, pause: float = 0.1) -> bytes:
    """Send ``text`` byte by byte until the server has had enough; returns what it said."""
    async with connect(address) as (reader, writer):
        try:
            for byte in text:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(pause)
            return await reader.read()
        except ConnectionError:
            return b""


async def test_heads_that_never_end_are_not_waited_for(address: str) -> None:
    slow = [asyncio.create_task(drip(address, GET + b"X: " + b"x" * 1000)) for _ in range(SLOW)]
    silent = [asyncio.create_task(drip(address, b"")) for _ in range(SLOW)]
    answer = await exchange(address, GET + b"Connection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert set(await asyncio.wait_for(asyncio.gather(*slow, *silent), 60)) == {b""}


async def test_a_body_that_nobody_wants_does_not_keep_a_connection(address: str) -> None:
    # The answer is there at once; each byte that comes after it puts off uvicorn's own end of the wait.
    answer = await asyncio.wait_for(drip(address, GET + b"Content-Length: 1000\r\n\r\n" + b"x" * 1000, 0.05), 60)
    assert answer.count(b"HTTP/1.1 200 ") <= 1


async def big_answer(_scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with more than the connection's buffers hold."""

    async def parts() -> AsyncIterator[bytes]:
        for _ in range(PARTS):
            yield b"x" * 65_536

    await StreamingResponse(parts())({"type": "http", "method": "GET", "headers": []}, receive, send)


async def test_who_does_not_read_is_not_written_to_for_ever() -> None:
    async with served(big_answer, PATIENCE) as address, connect(address) as (reader, writer):
        writer.write(GET + b"\r\n")
        await asyncio.sleep(5)
        with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
            await reader.readexactly(PARTS * 65_536)


async def test_who_reads_slowly_but_steadily_gets_everything() -> None:
    async with served(big_answer, PATIENCE) as address, connect(address) as (reader, writer):
        writer.write(GET + b"Connection: close\r\n\r\n")
        taken = 0
        while part := await reader.read(1_000_000):
            taken += len(part)
            await asyncio.sleep(0.01)
        assert taken > PARTS * 65_536


MALFORMED, TOO_LARGE = (400, "malformed_request"), (431, "head_too_large")
NO_REQUESTS = {
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n": MALFORMED,
    GET + b"Content-Length: x\r\n\r\n": MALFORMED,
    GET + b"Content-Length: -1\r\n\r\n": MALFORMED,
    GET + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n": MALFORMED,
    GET + b"X: \x00\r\n\r\n": MALFORMED,
    GET + b"X\x00: x\r\n\r\n": MALFORMED,
    b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n": MALFORMED,
    b"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n": MALFORMED,
    b"GET / HTTP/1.1\r\n\r\n": MALFORMED,
    GET + b"X: " + b"x" * 20_000: TOO_LARGE,
    b"GET /" + b"x" * 20_000: TOO_LARGE,
}


async def test_what_is_no_request_is_told_so(address: str) -> None:
    for sent, (status, code) in NO_REQUESTS.items():
        head, _, body = (await asyncio.wait_for(exchange(address, sent), 60)).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 %d " % status), sent[:100]
        assert b"application/problem+json" in head
        assert b"connection: close" in head.lower()
        document = json.loads(body)
        assert (document["status"], document["code"]) == (status, code)


async def test_a_head_without_an_end_is_cut_off(address: str) -> None:
    # Who is still writing then may find the connection reset before the answer is read.
    with suppress(ConnectionError):
        answer = await asyncio.wait_for(exchange(address, GET + b"X: " + b"x" * 5_000_000), 60)
        assert answer.startswith(b"HTTP/1.1 431 ")


async def test_a_broken_chunk_ends_the_request_that_it_is_in(address: str) -> None:
    post = GET.replace(b"GET", b"POST")
    answer = await exchange(address, post + b"Transfer-Encoding: chunked\r\n\r\n", b"zz\r\n", pause=0.2)
    assert answer.startswith(b"HTTP/1.1 400 ")
    # After an answer has begun there is nothing left to say.
    answer = await exchange(address, GET + b"Transfer-Encoding: chunked\r\n\r\n", b"zz\r\n", pause=0.2)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.count(b"HTTP/1.1 ") == 1


async def test_no_more_connections_are_taken_than_fit(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Connection.__init__

    def with_limit(self: Connection, *given: object, **named: object) -> None:
        made(self, *given, **named)  # type: ignore[arg-type]  # passed on as they came
        self.limit_concurrency = 4

    monkeypatch.setattr(Connection, "__init__", with_limit)
    async with AsyncExitStack() as stack:
        for _ in range(3):
            await stack.enter_async_context(connect(address))
        with suppress(ConnectionResetError):
            assert await exchange(address, GET + b"Connection: close\r\n\r\n") == b""


class Still:
    """A connection that stays as it is."""

    def __init__(self, phase: Phase) -> None:
        self.phase, self.seen, self.seen_at, self.is_ended = phase, (), 0.0, False
        self.transport = self

    def waits_for(self) -> tuple[Phase, tuple[object, ...]]:
        return self.phase, (self.phase,)

    def abort(self) -> None:
        self.is_ended = True


@pytest.mark.parametrize(
    ("phase", "seconds"), [(Phase.HEAD, 2), (Phase.IDLE, 3), (Phase.READER, 4), (Phase.WORK, 1000)]
)
def test_each_phase_has_its_time(phase: Phase, seconds: int) -> None:
    patience = Patience(head=2, idle=3, reader=4)
    connection = Still(phase)
    for second in range(seconds):
        assert end_overdue([connection], 100.0 + second, patience) == 0
    assert not connection.is_ended
    end_overdue([connection], 100.0 + seconds, patience)
    assert connection.is_ended is (phase is not Phase.WORK)


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[int, int]]:
    """The process's limit on open files, as a value."""
    held = {"now": (1024, 1024)}
    monkeypatch.setattr("resource.getrlimit", lambda _kind: held["now"])
    monkeypatch.setattr("resource.setrlimit", lambda _kind, limit: held.update(now=limit))
    return held


@pytest.mark.parametrize(
    ("given", "fits", "left"),
    [
        ((1024, 20_000), 4000, (4256, 20_000)),
        ((1024, -1), 4000, (4256, -1)),
        ((1024, 1024), 768, (1024, 1024)),
        ((-1, -1), 4000, (-1, -1)),
        ((20_000, 20_000), 4000, (20_000, 20_000)),
        ((64, 64), 1, (64, 64)),
    ],
)
def test_room_is_made_as_far_as_the_system_allows(
    limits: dict[str, tuple[int, int]], given: tuple[int, int], fits: int, left: tuple[int, int]
) -> None:
    limits["now"] = given
    assert make_room(4000) == fits
    assert limits["now"] == left
