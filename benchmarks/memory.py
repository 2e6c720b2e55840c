"""Memory of the server process over many mixed requests: what it holds must not grow with what it has done."""

import asyncio
from itertools import cycle
from pathlib import Path

from benchmarks import results
from benchmarks.databases import temporary_server
from benchmarks.floors import RECORDED
from benchmarks.generators import Stream, send
from benchmarks.processes import Server
from benchmarks.requests import open_desk
from benchmarks.results import Line, Table
from benchmarks.sizes import FULL, Size
from benchmarks.works import WORKS

PART = "memory"
COLUMNS = ("after a tenth, MiB", "least", "most", "at the end", "requests")
MOST_DRIFT = 0.05
# What every cache has filled by: a tenth of the requests.
_WARM = 0.1


def _drive(server: Server, streams: list[Stream], size: Size) -> tuple[int, list[float]]:
    """Send all kinds of requests by turns; return how many, and the memory after each burst behind the warm-up."""
    done, held = 0, []
    reached = [RECORDED] * len(streams)
    for index in cycle(range(len(streams))):
        burst = send(server.url, streams[index], first=reached[index], seconds=size.seconds)
        reached[index] = burst.next
        done += burst.requests
        if done >= size.requests * _WARM:
            held.append(server.resident_mib())
        if done >= size.requests:
            return done, held
    raise AssertionError  # a cycle has no end


def run(scratch: Path, size: Size = FULL) -> Table:
    """Measure how the memory of the product's process develops."""
    works = [work for work in WORKS if not work.consumes]
    with temporary_server() as server:
        desk, prepared = asyncio.run(open_desk(server.url(), works, size, scratch))
        with desk.product(scratch) as product:
            done, held = _drive(product, [stream for _plan, stream in prepared], size)
    drift = max(abs(now / held[0] - 1) for now in held)
    cells = (*(f"{value:.1f}" for value in (held[0], min(held), max(held), held[-1])), f"{done:,}")
    line = Line("resident memory of the server process", f"± {MOST_DRIFT:.0%}", cells, drift <= MOST_DRIFT)
    results.show(line)
    how = "Reads, lists and creations by turns, 32 connections."
    return Table(PART, COLUMNS, [line], how)
