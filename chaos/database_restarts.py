"""PostgreSQL goes away and comes back under writers: they hear 503 meanwhile, and keep what was acknowledged."""

import asyncio
import os
import random
import signal
import time
from collections import Counter
from dataclasses import dataclass, field
from uuid import uuid4

import httpx
from sqlalchemy import select, text
from tests.factories.tickets import RECIPIENT

from chaos.databases import superuser
from chaos.desks import Desk, open_desk
from chaos.figures import Figure, Figures, Scale
from ticketdesk.models.tickets import tickets

_PATIENCE = httpx.Timeout(60.0)
# Shorter than the server keeps an idle connection: one that it closes at that moment is no fault of either side.
_KEEP_IDLE_SECONDS = 2.0
# For the whole, on a busy machine.
_BOUND_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of everything, and the longest pause between two restarts in seconds."""

    restarts: int
    writers: int
    pause: float


PLANS: dict[Scale, Plan] = {"full": Plan(20, 20, 3.0), "small": Plan(3, 5, 0.5)}


@dataclass(slots=True)
class Ledger:
    """What the writers heard. ``acknowledged`` has the ids, ``keyed`` the titles that were retried until then."""

    answers: Counter[int] = field(default_factory=Counter)
    broken_connections: Counter[str] = field(default_factory=Counter)
    acknowledged: set[str] = field(default_factory=set)
    keyed: set[str] = field(default_factory=set)
    longest: float = 0.0
    written: asyncio.Event = field(default_factory=asyncio.Event)

    async def goes_on(self) -> None:
        """Wait for the next acknowledgement."""
        self.written.clear()
        await self.written.wait()


class Writer:
    """Creates tickets one after the other: every second one with an Idempotency-Key, again until it is created."""

    def __init__(self, client: httpx.AsyncClient, ledger: Ledger) -> None:
        self._client = client
        self._ledger = ledger

    async def write_until(self, stop: asyncio.Event) -> None:
        """Go on until told to stop; what is then under way is still finished."""
        while not stop.is_set():
            await self._create(f"Unkeyed {uuid4()}", {})
            title = f"Keyed {uuid4()}"
            while not await self._create(title, {"Idempotency-Key": title}):  # noqa: ASYNC110 - a retry, no wait
                await asyncio.sleep(0.1)
            self._ledger.keyed.add(title)

    async def _create(self, title: str, headers: dict[str, str]) -> bool:
        """Ask once; tells whether it was acknowledged."""
        body = {"kind": "corrective", "title": title, "recipient": RECIPIENT}
        began = time.monotonic()
        try:
            answer = await self._client.post("/api/v1/tickets", json=body, headers=headers)
        except httpx.TransportError as error:
            self._ledger.broken_connections[type(error).__name__] += 1
            return False
        self._ledger.longest = max(self._ledger.longest, time.monotonic() - began)
        self._ledger.answers[answer.status_code] += 1
        if answer.is_success:
            self._ledger.acknowledged.add(answer.json()["id"])
            self._ledger.written.set()
        return answer.is_success


async def run(scale: Scale) -> Figures:
    """Restart the database again and again while writers create tickets through the served product."""
    plan, ledger = PLANS[scale], Ledger()
    async with open_desk() as desk, desk.served() as address:
        limits = httpx.Limits(max_connections=plan.writers, keepalive_expiry=_KEEP_IDLE_SECONDS)
        headers = await desk.headers()
        async with httpx.AsyncClient(base_url=address, headers=headers, limits=limits, timeout=_PATIENCE) as client:
            stop = asyncio.Event()
            async with asyncio.timeout(_BOUND_SECONDS), asyncio.TaskGroup() as writers:
                for _ in range(plan.writers):
                    writers.create_task(Writer(client, ledger).write_until(stop))
                faults = await _break_again_and_again(desk, plan, ledger)
                await ledger.goes_on()
                stop.set()
        stored = await _stored(desk)
    told = ", ".join(f"{count} {fault}" for fault, count in sorted(faults.items()))
    return Figures(
        f"{plan.writers} writers over HTTP against `ticketdesk serve`; the database was broken {faults.total()} times "
        f"({told}).",
        _figures(ledger, stored, plan, faults.total()),
    )


async def _break_again_and_again(desk: Desk, plan: Plan, ledger: Ledger) -> Counter[str]:
    """Take the kinds of fault in turn, at random instants at which writers get on again; counts them."""
    faults: Counter[str] = Counter()
    for number in range(plan.restarts):
        await ledger.goes_on()
        await asyncio.sleep(random.uniform(0, plan.pause))
        kind = ("fast restart", "immediate restart", "SIGKILL of a backend")[number % 3]
        if kind == "SIGKILL of a backend":
            await _kill_a_backend(desk)
        else:
            await desk.restart("SIGINT" if kind == "fast restart" else "SIGQUIT", random.uniform(0, plan.pause / 3))
        faults[kind] += 1
    return faults


async def _kill_a_backend(desk: Desk) -> None:
    """Kill a process that serves one of the product's connections; the server then ends all others and recovers."""
    statement = "SELECT pid FROM pg_stat_activity WHERE usename = 'ticketdesk' ORDER BY random() LIMIT 1"
    while True:
        async with superuser(desk.superuser_url) as connection:
            found = (await connection.execute(text(statement))).scalar_one_or_none()
            if found is not None:
                os.kill(found, signal.SIGKILL)
                return
        await asyncio.sleep(0.05)


async def _stored(desk: Desk) -> Counter[str]:
    """Count the stored tickets by title, and each once by its id."""
    await desk.resources.engine.dispose()
    async with desk.resources.engine.connect() as connection:
        rows = (await connection.execute(select(tickets.c.id, tickets.c.title))).all()
    return Counter(row.title for row in rows) + Counter(str(row.id) for row in rows)


def _figures(ledger: Ledger, stored: Counter[str], plan: Plan, breaks: int) -> tuple[Figure, ...]:
    others = {
        status: count for status, count in ledger.answers.items() if status // 100 not in {2, 4} and status != 503
    }
    heard = ", ".join(f"{status}: {count:,}" for status, count in sorted(ledger.answers.items()))
    lost = sum(stored[ticket] == 0 for ticket in ledger.acknowledged)
    created = Counter(stored[title] for title in ledger.keyed)
    broken = ledger.broken_connections
    return (
        Figure("times the database was broken", f"≥ {plan.restarts}", str(breaks), passed=breaks >= plan.restarts),
        Figure("answers", "2xx, 4xx and 503 only", heard, passed=not others),
        Figure("requests without an answer", "0", str(broken.total()), passed=not broken),
        Figure("acknowledged writes lost", "0", f"{lost} of {len(ledger.acknowledged):,}", passed=lost == 0),
        Figure(
            "tickets by one Idempotency-Key",
            "exactly 1",
            "; ".join(f"{count}: {keys:,} keys" for count, keys in sorted(created.items())),
            passed=created.keys() == {1},
        ),
        Figure("longest wait for an answer", "≤ 30 s", f"{ledger.longest:.1f} s", passed=ledger.longest <= 30),
    )
