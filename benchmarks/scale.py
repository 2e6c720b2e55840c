"""A desk with a million tickets beside one with ten thousand, on one server, and what takes longer there."""

import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path

import asyncpg

from benchmarks import dataset, latencies, results
from benchmarks.databases import plain, temporary_server
from benchmarks.desks import Desk, furnish
from benchmarks.latencies import Caller, compare
from benchmarks.questions import LIMIT, Question, questions
from benchmarks.results import Line, Table
from benchmarks.sizes import FULL, Size

PART = "scale"
CONTRACT = Path(__file__).parents[1] / "openapi" / "v1.json"
COLUMNS = ("ratio", "p50 ms", "against ms")
MOST_GROWTH, MOST_FOR_WORDS, MOST_FOR_COUNTS = 2.0, 20.0, 3.0
_TICKET = f"/api/v1/tickets/{dataset.row_id('d', 8)}"
_SEARCHES = (
    ("a rare word", "annuity"),
    ("a common word", "disclosure"),
    ("two words", "statement yield"),
    ("a person's name", "Person 77"),
    ("a ticket's number", "4711"),
)


async def _open(admin_url: str, url: str, size: Size) -> tuple[Desk, Desk]:
    """Furnish a small and a large desk on one server."""
    connection = await asyncpg.connect(plain(admin_url))
    await connection.execute("CREATE DATABASE large OWNER ticketdesk")
    await connection.close()
    _tell(f"filling desks of {size.few_tickets:,} and {size.many_tickets:,} tickets")
    return await furnish(url, size.few_tickets), await furnish(
        url.replace("/ticketdesk?", "/large?"), size.many_tickets
    )


def _tell(progress: str) -> None:
    print(progress, file=sys.stderr, flush=True)


def _line(what: str, most: float, taken: float, against: float) -> Line:
    ratio = taken / against
    return Line(what, f"≤ {most:.0f}×", (f"{ratio:.2f}×", f"{taken:.2f}", f"{against:.2f}"), ratio <= most)


def _grown(few: Caller, many: Caller, size: Size) -> Iterator[Line]:
    """Compare each list and count on both desks; of a list's orders the worst is shown."""
    worst: dict[str, Line] = {}
    ratios: dict[str, float] = {}
    contract = json.loads(CONTRACT.read_text(encoding="utf-8"))
    asked_of = [*questions(contract), *_next_pages()]
    for number, question in enumerate(asked_of, 1):
        paths = _paths(question, few, many)
        asked, against = (many, paths[1], question.who), (few, paths[0], question.who)
        large, small = compare(asked, against, MOST_GROWTH, size.samples)
        _tell(f"{number} of {len(asked_of)}: {large / small:.2f}× {large:.1f} ms {question.path}")
        if large / small > ratios.get(question.what, 0):
            ratios[question.what] = large / small
            worst[question.what] = _line(question.what, MOST_GROWTH, large, small)
    yield from worst.values()


def _next_pages() -> Iterator[Question]:
    """Give the second page of the lists that have one on the small desk, too."""
    for path in ("/tickets", "/messages", "/contacts"):
        for order in ("created_at", "-created_at"):
            yield Question(f"`{path}`, the next page", f"/api/v1{path}?sort={order}&limit={LIMIT}&cursor=")


def _paths(question: Question, few: Caller, many: Caller) -> tuple[str, str]:
    """Return the path for each desk; where a cursor is wanted, that of the desk's own first page.

    Where the small desk does not fill a page, neither is asked for more than that has: more items cost more.
    """
    if not question.path.endswith("cursor="):
        found = json.loads(few.get(question.path, question.who)).get("items", [])
        path = question.path.replace(f"limit={LIMIT}", f"limit={len(found) or LIMIT}")
        return path, path
    first = question.path.removesuffix("&cursor=")
    pages = [question.path + json.loads(caller.get(first, question.who))["next_cursor"] for caller in (few, many)]
    return pages[0], pages[1]


def _beside_a_read(many: Caller, size: Size) -> Iterator[Line]:
    """Compare searches and counts with the read of one ticket on the same desk."""
    asked = [
        (f"`/tickets?q=`, {what}", f"/api/v1/tickets?q={word.replace(' ', '+')}&sort=-created_at", MOST_FOR_WORDS)
        for what, word in _SEARCHES
    ]
    asked.append(("`/tickets/counts`", "/api/v1/tickets/counts", MOST_FOR_COUNTS))
    for what, path, most in asked:
        taken, read = compare((many, path, "staff"), (many, _TICKET, "staff"), most, size.samples)
        yield _line(f"{what}, against reading one ticket", most, taken, read)


def _measure(size: Size, scratch: Path) -> Iterator[Line]:
    with temporary_server() as server:
        few_desk, many_desk = asyncio.run(_open(server.url("postgres", role="postgres"), server.url(), size))
        with few_desk.product(scratch, "few") as few_server, many_desk.product(scratch, "many") as many_server:
            few, many = Caller(few_server.url, few_desk.tokens), Caller(many_server.url, many_desk.tokens)
            with closing(few), closing(many):
                for line in chain(_beside_a_read(many, size), _grown(few, many, size)):
                    results.show(line)
                    yield line


def run(scratch: Path, size: Size = FULL) -> Table:
    """Measure lists, counts and searches."""
    how = (
        f"Medians of {latencies.BATCH} to {size.samples} requests, the more the nearer to the bar, by turns over one "
        f"connection each; {size.many_tickets:,} tickets against {size.few_tickets:,}; pages of {LIMIT}, or of what "
        "the small desk has, each filter alone and some together, of the orders of a list the one that grows most."
    )
    return Table(PART, COLUMNS, tuple(_measure(size, scratch)), how)
