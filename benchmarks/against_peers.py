"""``make bench-peers``: the same create, get and list on django-helpdesk, by turns with the product.

Both use the same PostgreSQL and one server process. The other desk holds a hundred tickets, since it walks over all of
them whenever it reads one; the product holds as many as in the rest of the benchmark.

The same tickets: what ours carry and the other desk has no column for are custom fields there. A desk as it is
installed, without them, is measured beside it, so that everybody sees what they cost. The same requests: ours go
without an ``Idempotency-Key``, which the other desk does not know.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

import asyncpg
from sqlalchemy import make_url

from benchmarks import generators, results
from benchmarks.databases import plain, temporary_server
from benchmarks.floors import RECORDED
from benchmarks.generators import Stream, send
from benchmarks.processes import Server, running
from benchmarks.requests import open_desk
from benchmarks.results import Line, Table
from benchmarks.sizes import FULL, SMALL, Size
from benchmarks.works import WORKS

PART = "peers"
COLUMNS = ("ratio", "requests/s", "django-helpdesk", "without the fields", "ratio without")
BARS = {"get": 200, "list": 100, "create": 20}
PEER_TICKETS = 100
# It answers a handful of lists a second, and a rate wants more than a handful.
PEER_SECONDS = 10
# It serves one request after the other: more would only wait, and be served yet when its turn is over.
PEER_CONNECTIONS = 2
FIELDS = {"kind": "corrective", "account": "Brightpath", "category": "Advertising", "product": "Annuities"}
_ROOT = Path(__file__).parents[1]
_PYTHON = _ROOT / ".tools" / "peers" / "bin" / "python"
_SITE = Path(__file__).with_name("peers") / "helpdesk_site.py"


@dataclass(frozen=True, slots=True)
class Peer:
    """The other desk: its server, and its requests by the names of our works."""

    server: Server
    streams: Mapping[str, Stream]


async def _create_database(admin_url: str, name: str) -> None:
    connection = await asyncpg.connect(plain(admin_url))
    await connection.execute(f"CREATE DATABASE {name} OWNER ticketdesk")
    await connection.close()


@contextmanager
def _peer(admin_url: str, scratch: Path, name: str, fields: Mapping[str, str]) -> Iterator[Peer]:
    """Fill a database of its own with tickets that carry ``fields``, and serve it."""
    asyncio.run(_create_database(admin_url, name))
    scratch = scratch / name
    scratch.mkdir()
    host = str(make_url(admin_url).query["host"])
    env = {"PEER_DATABASE": name, "PEER_HOST": host, "PEER_SECRET": os.urandom(24).hex()}
    words: list[str | Path] = [_PYTHON, _SITE, "seed", str(PEER_TICKETS), json.dumps(fields)]
    seeded = subprocess.run(words, env=os.environ | env, check=True, capture_output=True, text=True)  # noqa: S603 - ours
    with running([str(_SITE), "serve"], scratch / "peer.log", env, python=_PYTHON) as server:
        yield Peer(server, _streams(json.loads(seeded.stdout.splitlines()[-1]), fields, scratch))


def _streams(seeded: Mapping[str, Any], fields: Mapping[str, str], scratch: Path) -> dict[str, Stream]:
    """Write the other desk's requests down."""
    base = "/helpdesk/api/tickets/"
    creation = {
        "queue": seeded["queue"],
        "title": "Correct the statement about yearly yields",
        "description": "Remove the yield. Add the disclosure.",
        "submitter_email": "p1@brightpath.example",
        "priority": 3,
        **{f"custom_{name}": value for name, value in fields.items()},
    }
    lines = {
        "get": [f"{base}{ticket_id}/\t" for ticket_id in seeded["tickets"]],
        "list": [f"{base}?page_size=50\t"],
        "create": [f"{base}\t{json.dumps(creation)}"],
    }
    streams = {}
    for name, requests in lines.items():
        path = scratch / f"peer-{name}.requests"
        path.write_text("".join(f"{line}\n" for line in requests))
        method = "POST" if name == "create" else "GET"
        streams[name] = Stream(path, method, seeded["token"], scheme="Token")
    return streams


def _compare(name: str, size: Size, product: Server, ours: Stream, peers: Sequence[Peer]) -> Line:
    """Send all desks the same kind of request by turns; the first of ``peers`` is the one that the bar is about."""
    next_line, rates = RECORDED, []
    for _ in range(size.rounds):
        burst = send(product.url, ours, first=next_line, seconds=size.seconds)
        next_line = burst.next
        product.settle()
        rates.append([burst.rate, *(_rate(name, peer) for peer in peers)])
    return _line(name, *(median(each) for each in zip(*rates, strict=True)))


def _rate(name: str, peer: Peer, seconds: int = PEER_SECONDS) -> float:
    """Return the answers a second, of a longer time where a busy machine let none through."""
    burst = send(peer.server.url, peer.streams[name], first=0, seconds=seconds, connections=PEER_CONNECTIONS)
    peer.server.settle()
    return burst.rate or _rate(name, peer, seconds * 2)


def _line(name: str, ours: float, same: float, bare: float) -> Line:
    cells = (f"{ours / same:.0f}×", f"{ours:.0f}", f"{same:.1f}", f"{bare:.1f}", f"{ours / bare:.0f}×")
    return Line(name, f"≥ {BARS[name]}×", cells, ours / same >= BARS[name])


def _measure(size: Size, scratch: Path) -> Iterator[Line]:
    works = sorted((work for work in WORKS if work.name in BARS), key=lambda work: [*BARS].index(work.name))
    with temporary_server() as database, ExitStack() as stack:
        admin_url = database.url("postgres", role="postgres")
        peers = [
            stack.enter_context(_peer(admin_url, scratch, name, fields))
            for name, fields in (("same", FIELDS), ("installed", {}))
        ]
        desk, prepared = asyncio.run(open_desk(database.url(), works, size, scratch))
        with desk.product(scratch) as product:
            for work, (_plan, stream) in zip(works, prepared, strict=True):
                line = _compare(work.name, size, product, replace(stream, is_keyed=False), peers)
                results.show(line)
                yield line


def main() -> int:
    """Measure, write the table down, and return the exit code."""
    size = SMALL if "--small" in sys.argv else FULL
    generators.find()
    with tempfile.TemporaryDirectory(prefix="ticketdesk-bench-") as scratch:
        lines = tuple(_measure(size, Path(scratch)))
    how = f"Medians of {size.rounds} rounds by turns; the product with {size.tickets:,} tickets, django-helpdesk with "
    table = Table(PART, COLUMNS, lines, f"{how}{PEER_TICKETS}.")
    if size is FULL:
        results.write(table)
    print(table.markdown())
    return 0 if table.passed else 1


if __name__ == "__main__":
    sys.exit(main())
