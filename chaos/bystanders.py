"""Somebody who works with the desk while others are hard on it, and how it goes for them and for the server's memory.

Run as ``python -m chaos.bystanders address token`` it asks steadily from a process of its own, so that what the
harness does at the same time is not in its times; for each line it hears, it says how many answers came since the one
before and below what time 99 of 100 stayed.
"""

import asyncio
import json
import math
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from chaos.desks import open_desk
from chaos.figures import Figure
from chaos.processes import Child, run_module

CALLERS = 4
# Of one caller; with all of them the server is well below what it can do.
PAUSE_SECONDS = 0.04
MAX_GROWTH_MIB = 50
MAX_SLOWDOWN = 2.0
_SAMPLE_SECONDS = 0.1
PATHS = ("/api/v1/tickets?limit=20", "/api/v1/me")


async def _ask_steadily(client: httpx.AsyncClient, times: list[float]) -> None:
    while True:
        for path in PATHS:
            began = time.monotonic()
            (await client.get(path)).raise_for_status()
            times.append(time.monotonic() - began)
            await asyncio.sleep(PAUSE_SECONDS)


async def _serve_times(address: str, token: str) -> None:
    loop, reader, times = asyncio.get_running_loop(), asyncio.StreamReader(), list[float]()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async with httpx.AsyncClient(base_url=address, headers={"Authorization": token}, timeout=30) as client:
        asking = [asyncio.create_task(_ask_steadily(client, times)) for _ in range(CALLERS)]
        while await reader.readline():
            # A fault of a caller must not look like an answer that came quickly.
            for task in asking:
                if task.done():
                    task.result()
            print(json.dumps([len(times), _percentile_99(times)]), flush=True)
            times.clear()
        for task in asking:
            task.cancel()


def _percentile_99(times: list[float]) -> float:
    return sorted(times)[math.ceil(len(times) * 0.99) - 1] if times else math.inf


def resident_bytes(process_id: int) -> int:
    """Return what a process holds in memory (Linux)."""
    pages = int(Path(f"/proc/{process_id}/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096


@dataclass(frozen=True, slots=True)
class Times:
    """How many answers came, and the time in seconds that 99 of 100 of them stayed below."""

    count: int
    percentile_99: float

    def __str__(self) -> str:
        """Return both for people."""
        return f"{self.percentile_99 * 1000:.1f} ms of {self.count} requests"


@dataclass
class Watch:
    """One served desk with a steady caller; ``address`` is where to be hard on it."""

    address: str
    process_id: int
    bystander: Child
    baseline_seconds: float
    before: Times
    resident_before: int
    resident_peak: int = 0

    async def sample(self) -> None:
        """Note the server's memory again and again, until cancelled."""
        while True:
            self.resident_peak = max(self.resident_peak, resident_bytes(self.process_id))
            await asyncio.sleep(_SAMPLE_SECONDS)

    async def figures(self) -> tuple[Figure, Figure]:
        """Return what became of memory and of the bystander's times since the watch began.

        Undisturbed times are measured before and after, and the slower ones count: a machine is not always as fast.
        """
        during = await _times(self.bystander)
        growth = max(0.0, (self.resident_peak - self.resident_before) / 2**20)
        calm = max(self.before, await _undisturbed(self.bystander, self.baseline_seconds), key=_slowness)
        slowdown = during.percentile_99 / calm.percentile_99
        return (
            Figure(
                "growth of the server's memory",
                f"<= {MAX_GROWTH_MIB} MiB",
                f"{growth:.0f} MiB over {self.resident_before / 2**20:.0f} MiB",
                growth <= MAX_GROWTH_MIB,
            ),
            Figure(
                "p99 of other requests, against undisturbed ones",
                f"<= {MAX_SLOWDOWN:g}x",
                f"{slowdown:.2f}x ({calm} undisturbed, {during} meanwhile)",
                slowdown <= MAX_SLOWDOWN,
            ),
        )


def _slowness(times: Times) -> float:
    return times.percentile_99


async def _times(bystander: Child) -> Times:
    await bystander.tell("")
    return Times(*json.loads(await bystander.line()))


@asynccontextmanager
async def watched_desk(baseline_seconds: float) -> AsyncIterator[Watch]:
    """Serve a desk and give it a steady caller; what its times are undisturbed is measured first."""
    async with open_desk() as desk, desk.process("--no-jobs") as (address, process_id):
        token = (await desk.headers())["Authorization"]
        async with run_module("chaos.bystanders", address, token) as bystander:
            # Every cache fills before anything is measured.
            await _undisturbed(bystander, min(3.0, baseline_seconds))
            before = await _undisturbed(bystander, baseline_seconds)
            watch = Watch(address, process_id, bystander, baseline_seconds, before, resident_bytes(process_id))
            sampling = asyncio.create_task(watch.sample())
            try:
                yield watch
            finally:
                sampling.cancel()


async def _undisturbed(bystander: Child, seconds: float) -> Times:
    """Return the times of the next ``seconds``."""
    await _times(bystander)
    await asyncio.sleep(seconds)
    return await _times(bystander)


if __name__ == "__main__":
    asyncio.run(_serve_times(*sys.argv[1:]))
