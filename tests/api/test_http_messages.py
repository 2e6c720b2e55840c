"""Where one request ends and the next begins, over real connections: what a proxy reads otherwise is an attack."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send
from tests.api.wire import exchange
from tests.serving import served

from ticketdesk.api.connections import MAX_HEAD, MAX_PIPELINED, Connection

GET = b"GET /first HTTP/1.1\r\nHost: desk\r\n"
POST = GET.replace(b"GET", b"POST")
UPGRADE = b"Connection: Upgrade\r\nUpgrade: h2c\r\n"
NEXT = b"GET /next HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n\r\n"
CHUNKS = b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n"
# More than one read of the server takes.
LONG = 300_000


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Tell what was received; fails where the path says so."""
    if scope["path"] == "/failing":
        raise RuntimeError("secret")
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body += message["body"]
        if not message["more_body"]:
            break
    names = sorted(name.decode() for name, _ in scope["headers"])
    document = {"path": scope["path"], "size": len(body), "headers": names}
    await JSONResponse(document)(scope, receive, send)


@pytest.fixture
async def address() -> AsyncIterator[str]:
    async with served(echo) as opened:
        yield opened


def bodies(answers: bytes) -> list[dict[str, object]]:
    """Return the JSON documents of all ``answers`` on a connection."""
    return [json.loads(part[part.index(b"\r\n\r\n") :]) for part in answers.split(b"HTTP/1.1 ")[1:]]


@pytest.mark.parametrize("is_split", [False, True])
@pytest.mark.parametrize("is_chunked", [False, True])
async def test_who_wishes_for_another_protocol_is_served_by_this_one(
    address: str, *, is_split: bool, is_chunked: bool
) -> None:
    body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(NEXT), NEXT) if is_chunked else NEXT
    length = b"Transfer-Encoding: chunked" if is_chunked else b"Content-Length: %d" % len(body)
    head = POST + UPGRADE + length + b"\r\n\r\n"
    parts = (head[:30], head[30:], body, NEXT) if is_split else (head + body + NEXT,)
    answers = bodies(await asyncio.wait_for(exchange(address, *parts, pause=0.05), 30))
    # The body is no request, however much it looks like one.
    assert [(answer["path"], answer["size"]) for answer in answers] == [("/first", len(NEXT)), ("/next", 0)]
    assert "upgrade" not in str(answers[0]["headers"])


async def test_a_tunnel_is_refused(address: str) -> None:
    answer = await exchange(address, b"CONNECT desk:443 HTTP/1.1\r\nHost: desk\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400 ")


async def test_trailer_fields_are_no_header_fields(address: str) -> None:
    trailer = b"Authorization: Bearer x\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n"
    [answer, _] = bodies(await exchange(address, POST + CHUNKS + trailer + NEXT))
    assert answer["headers"] == ["host", "transfer-encoding"]


@pytest.mark.parametrize("trailer", [b"X: y\r\n", b"x"])
async def test_trailer_fields_are_bounded_as_a_head_is(address: str, trailer: bytes) -> None:
    pieces = [trailer * (MAX_HEAD // len(trailer))] * 3
    answer = await asyncio.wait_for(exchange(address, POST + CHUNKS, *pieces, pause=0.05), 30)
    assert answer.startswith(b"HTTP/1.1 431 ")


async def test_chunks_may_be_of_any_size(address: str) -> None:
    parts = [b"1\r\na\r\n" * LONG, b"%x\r\n%b\r\n" % (LONG, b"a" * LONG)]
    sent = POST + b"Transfer-Encoding: chunked\r\n\r\n" + b"".join(parts) + b"0\r\n\r\n" + NEXT
    assert [answer["size"] for answer in bodies(await exchange(address, sent))] == [2 * LONG, 0]


async def test_few_requests_may_wait_for_an_answer(address: str) -> None:
    few = await exchange(address, (GET + b"\r\n") * MAX_PIPELINED + NEXT)
    assert len(bodies(few)) == MAX_PIPELINED + 1
    many = await asyncio.wait_for(exchange(address, (GET + b"\r\n") * (MAX_PIPELINED + 2) + NEXT), 30)
    assert len(many.split(b"HTTP/1.1 ")) <= MAX_PIPELINED


async def test_no_answer_is_taken_for_one_to_another_request(address: str) -> None:
    # The first one is under way when what follows it turns out to be no request.
    answer = await exchange(address, GET + b"\r\n" + b"no request\r\n\r\n")
    assert b" 400 " not in answer


async def test_what_the_application_does_not_answer_is_a_problem_all_the_same(address: str) -> None:
    answer = await exchange(address, b"GET /failing HTTP/1.1\r\nHost: desk\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 500 ")
    assert b"application/problem+json" in answer
    assert bodies(answer)[0]["code"] == "internal_error"
    assert b"secret" not in answer


async def test_who_comes_while_too_much_is_under_way_is_told_so(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = Connection.on_message_begin

    def with_limit(self: Connection) -> None:
        self.limit_concurrency = 1
        begun(self)

    monkeypatch.setattr(Connection, "on_message_begin", with_limit)
    answer = await exchange(address, GET + b"\r\n")
    assert answer.startswith(b"HTTP/1.1 503 ")
    assert b"retry-after" in answer
    assert bodies(answer)[0]["code"] == "unavailable"
