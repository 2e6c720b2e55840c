"""Bodies of a gigabyte, bodies nested 100,000 deep, and large ones that stop short of their last byte."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, repeat

from chaos.bystanders import watched_desk
from chaos.figures import Figure, Figures, Scale

_PART = b"x" * 65_536
_CHUNK = b"10000\r\n" + _PART + b"\r\n"
_BOUND_SECONDS = 300.0
_PAUSE_SECONDS = 1.0
HEAD = b"POST /api/v1/tickets HTTP/1.1\r\nHost: desk\r\nContent-Type: application/json\r\nConnection: close\r\n"
NESTED = b"[" * 100_000 + b"]" * 100_000


@dataclass(frozen=True, slots=True)
class Plan:
    """How many bytes a large body has, and how many nested and how many unfinished ones come.

    ``baseline`` is for how many seconds others are measured before and after.
    """

    size: int
    nested: int
    unfinished: int
    baseline: float


PLANS: dict[Scale, Plan] = {
    "full": Plan(10**9, 50, 200, 15.0),
    "small": Plan(20_000_000, 3, 10, 3.0),
}


def _announced(size: int) -> Iterator[bytes]:
    yield HEAD + b"Content-Length: %d\r\n\r\n" % size
    yield from repeat(_PART, size // len(_PART))
    yield b"x" * (size % len(_PART))


def _chunked(size: int) -> Iterator[bytes]:
    return chain([HEAD + b"Transfer-Encoding: chunked\r\n\r\n"], repeat(_CHUNK, size // len(_PART)), [b"0\r\n\r\n"])


def _whole(body: bytes) -> Iterator[bytes]:
    yield HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body


def _unfinished() -> Iterator[bytes]:
    yield HEAD + b"Content-Length: 1000001\r\n\r\n"
    yield b" " * 1_000_000


async def _send(address: str, parts: Iterator[bytes]) -> str:
    """Send all that the server takes; returns the status, or ``closed``."""
    host, _, port = address.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    sending = asyncio.create_task(_write(writer, parts))
    try:
        answer = await reader.read(4096)
    except ConnectionError:
        answer = b""
    finally:
        sending.cancel()
        writer.transport.abort()
    return answer.split()[1].decode() if answer.startswith(b"HTTP/") else "closed"


async def _write(writer: asyncio.StreamWriter, parts: Iterator[bytes]) -> None:
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
    except ConnectionError:
        return


async def _bring(address: str, plan: Plan) -> tuple[dict[str, Counter[str]], float]:
    """Send everything, one kind after the other; returns what was answered by kind, and the longest wait."""
    kinds = {
        f"{plan.size:,} bytes, announced": [_announced(plan.size)],
        f"{plan.size:,} bytes in chunks": [_chunked(plan.size)],
        f"{plan.nested} x 100,000 levels": [_whole(NESTED) for _ in range(plan.nested)],
        f"{plan.unfinished} x 1 MB without its end": [_unfinished() for _ in range(plan.unfinished)],
    }
    ends, longest = {}, 0.0
    for kind, bodies in kinds.items():
        began = time.monotonic()
        async with asyncio.timeout(_BOUND_SECONDS):
            ends[kind] = Counter(await asyncio.gather(*(_send(address, parts) for parts in bodies)))
        longest = max(longest, time.monotonic() - began)
        await asyncio.sleep(_PAUSE_SECONDS)
    return ends, longest


def _is_refused(ends: Counter[str]) -> bool:
    # 503: what all unfinished bodies hold together is bounded, and that is nobody's own fault.
    return all(end == "closed" or end.startswith("4") or end == "503" for end in ends)


async def run(scale: Scale) -> Figures:
    """Send them to a served desk, and watch it."""
    plan = PLANS[scale]
    async with watched_desk(plan.baseline) as watch:
        ends, longest = await _bring(watch.address, plan)
        watched = await watch.figures()
    refused = tuple(
        Figure(
            kind,
            "4xx or closed",
            ", ".join(f"{count} x {end}" for end, count in sorted(counts.items())),
            _is_refused(counts),
        )
        for kind, counts in ends.items()
    )
    return Figures(
        f"The kinds came one after the other, those of one kind together; the longest took {longest:.0f} s.",
        (*refused, *watched),
    )
