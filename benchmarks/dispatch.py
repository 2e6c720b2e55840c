"""Dispatch of mail: the product's worker, rendering included, by turns with its SMTP client sending ready bytes.

The worker reads, locks, renders and records between two mails; the bare client does nothing but send, over as many
connections as the worker was seen to use. What the sink saw counts: from the first MAIL to the last mail taken.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

import asyncpg
from aiosmtplib import SMTP

from benchmarks import results, stock
from benchmarks.databases import temporary_server
from benchmarks.desks import Desk, furnish
from benchmarks.generators import Failures
from benchmarks.processes import Server, process, running
from benchmarks.results import Line, Table
from benchmarks.sizes import FULL, Size
from ticketdesk.repositories.base import new_id

PART = "dispatch"
COLUMNS = ("ratio", "mails/s", "bare client", "connections")
LEAST = 0.5
_PATIENCE_SECONDS = 60
_POLL_SECONDS = 0.1
_HELD = "SELECT count(DISTINCT contact_id) FROM tickets WHERE status = 'send_later' AND deleted_at IS NULL"
_UNSENT = "SELECT count(*) FROM messages WHERE state IN ('queued', 'sending')"


class Sink:
    """The sink's process, and what it tells."""

    def __init__(self, server: Server, latest: Path) -> None:
        self.port = urlsplit(server.url).port or 0
        self.latest = latest

    async def told(self) -> dict[str, Any]:
        """Return what came since this was asked last."""
        async with SMTP(hostname="127.0.0.1", port=self.port) as client:
            answer = await client.execute_command(b"VRFY", b"all")
        found: dict[str, Any] = json.loads(answer.message)
        return found


async def _dispatch(desk: Desk, product: Server, sink: Sink, count: int) -> dict[str, Any]:
    """Hold ``count`` tickets of as many people, dispatch them all, and return what the sink saw."""
    async with desk.connection() as connection:
        await stock.add(connection, [new_id() for _ in range(count)], "send_later", desk.staff_id, None)
        expected = await connection.fetchval(_HELD)
        await asyncio.to_thread(_post, desk, product)
        await _until_sent(connection)
    seen = await sink.told()
    if seen["mails"] != expected:
        raise Failures(f"{expected} people were to be written to: {seen}")
    return seen


async def _until_sent(connection: asyncpg.Connection) -> None:
    """Return once no message waits any more; raises ``Failures`` if none is sent for a minute."""
    before, ends_at = -1, 0.0
    while unsent := await connection.fetchval(_UNSENT):
        if unsent != before:
            before, ends_at = unsent, time.monotonic() + _PATIENCE_SECONDS
        elif time.monotonic() > ends_at:
            raise Failures(f"{unsent} messages are not sent.")
        await asyncio.sleep(_POLL_SECONDS)


def _post(desk: Desk, product: Server) -> None:
    connection = HTTPConnection(urlsplit(product.url).netloc, timeout=120)
    headers = {"Authorization": f"Bearer {desk.tokens['staff']}", "Content-Type": "application/json"}
    connection.request("POST", "/api/v1/dispatches", '{"all": true}', headers)
    answer = connection.getresponse()
    said = answer.read()
    connection.close()
    if answer.status != 202:
        raise Failures(f"The dispatch was refused: {said[:500]!r}")


async def _send_ready(sink: Sink, count: int, connections: int) -> dict[str, Any]:
    """Send a mail of the product's ``count`` times and return what the sink saw."""
    mail = sink.latest.read_bytes() + b"\r\n"

    async def send(share: int) -> None:
        async with SMTP(hostname="127.0.0.1", port=sink.port) as client:
            for number in range(share):
                await client.sendmail("desk@ticketdesk.example", [f"p{number}@brightpath.example"], mail)

    await asyncio.gather(*(send(count // connections) for _ in range(connections)))
    return await sink.told()


@asynccontextmanager
async def _staffed(url: str, size: Size, scratch: Path) -> AsyncIterator[tuple[Desk, Server, Sink]]:
    """Give a desk with a worker that sends to a sink, and the API beside it."""
    desk, latest = await furnish(url, size.tickets), scratch / "latest.eml"
    with running(["-m", "benchmarks.smtp_sink", str(latest)], scratch / "sink.log") as server:
        sink = Sink(server, latest)
        environment = {**desk.environment, "TICKETDESK_SMTP_URL": f"smtp://127.0.0.1:{sink.port}"}
        with (
            process(["-m", "ticketdesk", "work"], scratch / "work.log", environment),
            desk.product(scratch) as product,
        ):
            yield desk, product, sink


async def _measure(url: str, size: Size, scratch: Path) -> Line:
    sent: list[float] = []
    ready: list[float] = []
    connections = 1
    async with _staffed(url, size, scratch) as (desk, product, sink):
        for _ in range(size.rounds):
            count = size.messages // size.rounds
            seen = await _dispatch(desk, product, sink, count)
            sent.append(seen["mails"] / seen["seconds"])
            connections = seen["connections"]
            bare = await _send_ready(sink, count, connections)
            ready.append(bare["mails"] / bare["seconds"])
    return _line(size, sent, ready, connections)


def _line(size: Size, sent: Sequence[float], ready: Sequence[float], connections: int) -> Line:
    ratio = median(sent) / median(ready)
    cells = (f"{ratio:.2f}", f"{median(sent):.0f}", f"{median(ready):.0f}", str(connections))
    return Line(f"dispatch of {size.messages:,} messages", f"≥ {LEAST}", cells, ratio >= LEAST)


def run(scratch: Path, size: Size = FULL) -> Table:
    """Measure the dispatch of mail."""
    with temporary_server() as server:
        line = asyncio.run(_measure(server.url(), size, scratch))
    results.show(line)
    how = f"Medians of {size.rounds} rounds by turns; one worker process, one sink, {size.tickets:,} tickets."
    return Table(PART, COLUMNS, [line], how)
