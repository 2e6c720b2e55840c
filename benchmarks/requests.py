"""Requests against the floor: each kind of work, product and bare program by turns."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import results, stock
from benchmarks.databases import temporary_server
from benchmarks.desks import Desk, furnish
from benchmarks.floors import RECORDED, find_cases, floor, plan
from benchmarks.generators import CONNECTIONS, Stream
from benchmarks.plans import Plan
from benchmarks.recording import Recorder, recorder
from benchmarks.results import Line, Table
from benchmarks.rounds import Compared, Rounds
from benchmarks.sizes import FULL, Size
from benchmarks.works import WORKS, Work
from ticketdesk.repositories.base import new_id

PART = "requests"
COLUMNS = ("ratio", "requests/s", "floor", "p50 ms", "floor", "CPU ms/request", "floor")


async def _prepare(desk: Desk, listening: Recorder, work: Work, size: Size, scratch: Path) -> tuple[Plan, Stream]:
    """Record ``work`` and write its requests down."""
    if work.consumes:
        await _stock(desk, work, size.stock)
    cases = await find_cases(desk, work)
    path = scratch / f"{work.name}.requests"
    path.write_text("".join(work.line(case) for case in cases))
    lasts = len(cases) if work.consumes else None
    stream = Stream(path, work.method, desk.tokens[work.who], work.is_keyed, lasts=lasts)
    return await plan(desk, listening, work, cases), stream


async def _stock(desk: Desk, work: Work, count: int) -> None:
    is_portal = work.who == "portal"
    status, contact = ("pending_correction", desk.contact_id) if is_portal else ("send_later", None)
    async with desk.connection() as connection:
        await stock.add(connection, [new_id() for _ in range(count)], status, desk.staff_id, contact)


async def open_desk(
    url: str, works: Sequence[Work], size: Size, scratch: Path
) -> tuple[Desk, list[tuple[Plan, Stream]]]:
    """Furnish a desk at ``url`` and prepare ``works``: their plans for the floor, and the requests to send."""
    desk = await furnish(url, size.tickets)
    async with desk.resources() as resources, recorder(resources) as listening:
        return desk, [await _prepare(desk, listening, work, size, scratch) for work in works]


def _line(work: Work, found: Compared) -> Line:
    product, bare = found.product, found.floor
    cells = (
        f"{found.ratio:.2f}", f"{product.rate:.0f}", f"{bare.rate:.0f}", f"{product.p50:.1f}", f"{bare.p50:.1f}",
        f"{product.cpu:.2f}", f"{bare.cpu:.2f}",
    )  # fmt: skip
    return Line(work.what, f"≥ {work.bar}", cells, found.ratio >= work.bar)


def _measure(works: Sequence[Work], size: Size, scratch: Path) -> Iterator[Line]:
    with temporary_server() as server:
        desk, prepared = asyncio.run(open_desk(server.url(), works, size, scratch))
        with desk.product(scratch) as product:
            for work, (plan, stream) in zip(works, prepared, strict=True):
                # One floor for all could not tell two kinds of creation apart, which have one route.
                with floor(desk, plan, scratch) as bare:
                    servers = {"floor": bare, "product": product}
                    line = _line(work, Rounds(stream, servers, RECORDED).run(size.rounds, size.seconds))
                results.show(line)
                yield line


def run(scratch: Path, size: Size = FULL, names: Sequence[str] = ()) -> Table:
    """Measure the works of these names, or all."""
    works = [work for work in WORKS if not names or work.name in names]
    how = (
        f"Medians of {size.rounds} rounds of {size.seconds} s by turns, {CONNECTIONS} connections, {size.tickets:,} "
        "tickets, one server process on each side; CPU is that of the server process."
    )
    return Table(PART, COLUMNS, tuple(_measure(works, size, scratch)), how)
