"""Connections of slow and broken clients: how long one may be waited for, and how many may be open.

Uvicorn bounds neither the time in which a request's head comes nor the time in which an answer is taken. Nothing here
runs per request: the server looks over its connections now and then. Bodies have a time of their own
(``api/body_limits``), since who sends one slowly can still be told.
"""

import asyncio
import resource
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial
from typing import Any

import structlog
from httptools import HttpParserError, HttpParserUpgrade
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from ticketdesk.api.bare_answers import FAILED, HEAD_TOO_LARGE, MALFORMED, OVERLOADED, BareAnswer

log = structlog.get_logger(__name__)

# Descriptors that are not connections of clients: the database's pool, mail, files, what the libraries open.
RESERVED_DESCRIPTORS = 256
# A connection that only waits costs about 10 KiB.
MAX_CONNECTIONS = 4096
# An answer makes progress when this much of it left, in bytes.
PROGRESS = 16_384
# Bytes of a request's line and header fields, or of the trailer fields after its chunks; what comes in a single piece
# may have as many as a piece has.
MAX_HEAD = 16_384
# Requests that came before the answer to an earlier one: each is held, and who sends thousands reads no answers.
MAX_PIPELINED = 16


@dataclass(frozen=True, slots=True)
class Patience:
    """For how many seconds a connection may stay in one state.

    ``head``: open, but no head of a request has come whole. ``idle``: between two requests, the next one's head
    included. ``reader``: an answer waits and nothing of it is taken.
    """

    head: float = 10.0
    idle: float = 40.0
    reader: float = 30.0


PATIENCE = Patience()


class Phase(Enum):
    """What a connection waits for."""

    HEAD = auto()
    IDLE = auto()
    READER = auto()
    WORK = auto()


class HeadRefused(Exception):
    """Stops the parser at a head that it would let pass itself."""


async def _tell_overload(_scope: Any, _receive: Any, send: Any) -> None:
    await OVERLOADED.send(send)


class Connection(HttpToolsProtocol):
    """One connection, which knows what it waits for and since when."""

    pauses = 0
    seen: tuple[object, ...] = ()
    seen_at = 0.0
    head_bytes = 0
    is_in_head = False
    piece = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in the base
        """Take the connection, or drop it where there are too many."""
        super().connection_made(transport)
        # At the limit itself uvicorn would answer, in plain text, and only once a whole head is there.
        if self.limit_concurrency is not None and len(self.connections) >= self.limit_concurrency:
            transport.abort()

    def pause_writing(self) -> None:
        """Count how often the client fell behind."""
        self.pauses += 1
        self.flow.pause_writing()

    def data_received(self, data: bytes) -> None:
        """Take in what came, of a head no more than ``MAX_HEAD``: the parser itself would keep any length."""
        self._unset_keepalive_if_required()
        self.piece = len(data)
        try:
            self.parser.feed_data(data)
        except HttpParserUpgrade as upgrade:
            self._stay(data[upgrade.args[0] :])
            return
        except HttpParserError:
            self._refuse(MALFORMED)
            return
        if self.is_in_head:
            self.head_bytes += len(data)
            if self.head_bytes > MAX_HEAD:
                self._refuse(HEAD_TOO_LARGE)

    def _stay(self, rest: bytes) -> None:
        """Read the head again without its wish for another protocol, which a server may ignore (RFC 9110 section 7.8).

        The parser would drop the body, or take it for the next request.
        """
        line = b"%b %b HTTP/%b\r\n" % (self.parser.get_method(), self.url, self.parser.get_http_version().encode())
        fields = [b"%b: %b\r\n" % field for field in self.headers if field[0] != b"upgrade"]
        self.data_received(b"".join((line, *fields, b"\r\n", rest)))

    def on_message_begin(self) -> None:
        """Begin to count a head."""
        self.is_in_head, self.head_bytes = True, 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """End the head; one of HTTP/1.1 names exactly one host (RFC 9112 section 3.2)."""
        self.is_in_head = False
        hosts = sum(name == b"host" for name, _ in self.headers)
        if hosts > 1 or (hosts == 0 and self.parser.get_http_version() == "1.1"):
            raise HeadRefused
        if len(self.pipeline) >= MAX_PIPELINED or self.parser.get_method() == b"CONNECT":
            raise HeadRefused
        if self.parser.should_upgrade():
            return
        super().on_headers_complete()
        # What follows the chunks of a body is no part of the head (RFC 9110 section 6.5.1), and nobody asks for it.
        self.headers = []

    def on_chunk_header(self) -> None:
        """Count what follows, from the next piece on: after the last chunk come trailer fields."""
        self.is_in_head, self.head_bytes = True, -self.piece

    def on_body(self, body: bytes) -> None:
        """Take in a part of the body."""
        self.is_in_head = False
        super().on_body(body)

    def on_message_complete(self) -> None:
        """End the request, unless its head is to be read again."""
        self.is_in_head = False
        if not self.parser.should_upgrade():
            super().on_message_complete()

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        """Run the application, or tell that there is no room; an end without an answer is told as ours, too."""
        # uvicorn has no other place for it.
        cycle.send_500_response = partial(FAILED.send, cycle.send)
        super()._start_asgi_task(cycle, app if app is self.app else _tell_overload)

    def _refuse(self, answer: BareAnswer) -> None:
        # Only where the answer would be taken for one to what is wrong: a new head, or a body that nobody answered yet.
        cycle = self.cycle
        is_next = cycle is None or (cycle.response_complete and not cycle.more_body)
        is_body = cycle is not None and cycle.more_body and not cycle.response_started
        if (is_next or is_body) and not self.pipeline and not self.transport.is_closing():
            self.transport.write(answer.octets())
        log.info("no_request", code=answer.code)
        self.transport.close()

    def waits_for(self) -> tuple[Phase, tuple[object, ...]]:
        """Return the phase, and what differs from an earlier look if anything moved since then."""
        waiting = self.transport.get_write_buffer_size()
        if waiting:
            return Phase.READER, (Phase.READER, self.pauses, waiting // PROGRESS)
        if self.cycle is None or self.transport.is_closing():
            return Phase.HEAD, (Phase.HEAD,)
        if self.cycle.response_complete:
            return Phase.IDLE, (Phase.IDLE, self.cycle)
        return Phase.WORK, ()


def end_overdue(connections: Iterable[Any], now: float, patience: Patience) -> int:
    """End those connections that have been in one state for too long; returns how many there were.

    ``now`` is the event loop's time. Called about once a second; a connection ends at most that much later.
    """
    limits = {Phase.HEAD: patience.head, Phase.IDLE: patience.idle, Phase.READER: patience.reader}
    overdue = [connection for connection in connections if _is_overdue(connection, now, limits)]
    for connection in overdue:
        connection.transport.abort()
    if overdue:
        log.info("slow_connections_ended", count=len(overdue))
    return len(overdue)


def _is_overdue(connection: Connection, now: float, limits: dict[Phase, float]) -> bool:
    phase, seen = connection.waits_for()
    if seen != connection.seen:
        connection.seen, connection.seen_at = seen, now
    return phase in limits and now - connection.seen_at >= limits[phase]


def make_room(wanted: int = MAX_CONNECTIONS) -> int:
    """Raise the process's own limit on open files as far as ``wanted`` connections need; returns how many fit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = wanted + RESERVED_DESCRIPTORS
    if soft != resource.RLIM_INFINITY and soft < needed:
        soft = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return wanted if soft == resource.RLIM_INFINITY else max(1, min(wanted, soft - RESERVED_DESCRIPTORS))
