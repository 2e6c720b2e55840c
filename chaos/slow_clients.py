"""Thousands of connections that dawdle: some say nothing, some drip a head, some drip a body."""

import asyncio
import itertools
import random
import time
from collections import Counter
from dataclasses import dataclass, field

from chaos.bystanders import watched_desk
from chaos.figures import Figure, Figures, Scale
from ticketdesk.api.body_limits import BODY_SECONDS
from ticketdesk.api.connections import PATIENCE, make_room

# Between two bytes of a client that drips.
_DRIP_SECONDS = 2.0
# How long after its time a connection may still be there: the server looks once a second, on a busy machine.
_GRACE_SECONDS = 10.0
# Who was thrown out comes again after at most so long; a crowd does not move in step.
_AWAY_SECONDS = 4.0
# Between two arrivals while the crowd gathers.
_ARRIVAL_SECONDS = 0.005
_BOUND_SECONDS = 300.0
HEAD = b"GET /api/v1/tickets HTTP/1.1\r\nHost: desk\r\nX-Slow: "
BODY = b"POST /api/v1/tickets HTTP/1.1\r\nHost: desk\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Plan:
    """How many connections dawdle at a time, and for how many seconds new ones come.

    ``baseline`` is for how many seconds others are measured before and after.
    """

    connections: int
    seconds: float
    baseline: float


PLANS: dict[Scale, Plan] = {"full": Plan(2000, 30.0, 15.0), "small": Plan(60, 5.0, 3.0)}


@dataclass
class Crowd:
    """All slow clients. ``ends`` counts how the server ended them, ``longest`` is the longest that one was left."""

    address: str
    ends: Counter[str] = field(default_factory=Counter)
    longest: float = 0.0
    open: int = 0
    most: int = 0

    async def dawdle_until(self, stop: asyncio.Event, opening: bytes) -> None:
        """Connect, say ``opening`` and drip on; once thrown out, come again."""
        while not stop.is_set():
            began = time.monotonic()
            answer = await self._dawdle(opening)
            self.longest = max(self.longest, time.monotonic() - began)
            self.ends[answer.split()[1].decode() if answer.startswith(b"HTTP/") else "closed"] += 1
            await asyncio.sleep(random.uniform(0, _AWAY_SECONDS))

    async def _dawdle(self, opening: bytes) -> bytes:
        host, _, port = self.address.removeprefix("http://").partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        self.open += 1
        self.most = max(self.most, self.open)
        dripping = asyncio.create_task(_drip(writer, opening))
        try:
            return await reader.read(4096)
        except ConnectionError:
            return b""
        finally:
            dripping.cancel()
            writer.transport.abort()
            self.open -= 1


async def _drip(writer: asyncio.StreamWriter, opening: bytes) -> None:
    if opening:
        writer.write(opening)
        while True:
            await asyncio.sleep(_DRIP_SECONDS)
            writer.write(b"x")


async def _crowd(address: str, plan: Plan) -> Crowd:
    crowd, stop = Crowd(address), asyncio.Event()
    openings = itertools.cycle((b"", HEAD, BODY))
    async with asyncio.timeout(_BOUND_SECONDS), asyncio.TaskGroup() as tasks:
        for opening in itertools.islice(openings, plan.connections * 5 // 4):
            # More than are to be there at a time, since some are always away.
            tasks.create_task(crowd.dawdle_until(stop, opening))
            await asyncio.sleep(_ARRIVAL_SECONDS)
        await asyncio.sleep(plan.seconds)
        stop.set()
    return crowd


async def run(scale: Scale) -> Figures:
    """Let a crowd dawdle before a served desk, and watch it."""
    plan = PLANS[scale]
    make_room(plan.connections)
    async with watched_desk(plan.baseline) as watch:
        crowd = await _crowd(watch.address, plan)
        watched = await watch.figures()
    bound = max(PATIENCE.head, BODY_SECONDS) + _GRACE_SECONDS
    ended = ", ".join(f"{count} {end}" for end, count in sorted(crowd.ends.items()))
    return Figures(
        f"{plan.connections} connections at a time, a third silent, a third dripping a head and a third a body, were "
        f"replaced for {plan.seconds:g} s as the server ended them.",
        (
            Figure(
                "slow connections at a time",
                f">= {plan.connections}",
                f"{crowd.most}",
                crowd.most >= plan.connections,
            ),
            Figure(
                "each closed, or answered 408",
                f"within {bound:g} s",
                f"{ended}; the longest {crowd.longest:.0f} s",
                crowd.ends.keys() <= {"408", "closed"} and crowd.longest <= bound,
            ),
            *watched,
        ),
    )
