"""Many clients ask at once: equal staff get equally many, and every decision can be made again."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy import select
from tests.factories.support_tickets import create_client, request_of
from tests.factories.users import create_access_token, create_user

from chaos.desks import open_desk
from chaos.figures import Figure, Figures, Scale
from ticketdesk.bootstrap import Resources
from ticketdesk.domain.assignment import replay
from ticketdesk.models.assignments import assignment_decisions
from ticketdesk.models.tickets import tickets
from ticketdesk.repositories.assignments import DecisionRecord
from ticketdesk.services.assignment_decisions import choice_of

_PATIENCE = httpx.Timeout(120.0)
WRITERS = 200
# Who hears that the server is busy comes again after so long.
_PAUSE_SECONDS = 0.2
_BUSY = 503


@dataclass(frozen=True, slots=True)
class Plan:
    """How many tickets are asked for, and how many equal people get them."""

    tickets: int
    staff: int


PLANS: dict[Scale, Plan] = {"full": Plan(2000, 10), "small": Plan(200, 10)}


async def run(scale: Scale) -> Figures:
    """Create tickets through two server processes, many at a time, and look at who has how many."""
    plan = PLANS[scale]
    async with open_desk() as desk, desk.served() as first, desk.served() as second:
        client = await create_client(desk.resources)
        for _ in range(plan.staff):
            await create_user(desk.resources)
        # Takes requests in and is given none.
        asker = await create_user(desk.resources, role="lead", works_tickets=False)
        headers = {"Authorization": f"Bearer {await create_access_token(desk.resources, asker)}"}
        began = time.monotonic()
        statuses = await ask_in_parallel([first, second], headers, request_of(client), plan.tickets)
        seconds = time.monotonic() - began
        figures = await judge(desk.resources, plan, statuses)
    return Figures(
        f"{plan.tickets:,} support tickets, {WRITERS} at a time, through two `ticketdesk serve` processes, for "
        f"{plan.staff} people without any; {plan.tickets / seconds:,.0f} a second.",
        figures,
    )


async def ask_in_parallel(
    addresses: Sequence[str], headers: Mapping[str, str], body: Mapping[str, Any], count: int
) -> Counter[int]:
    """Create ``count`` tickets, as many at a time as there are writers, and count the answers by status.

    Who hears that the server is busy comes again.
    """
    left, statuses = iter(range(count)), Counter[int]()

    async def write(client: httpx.AsyncClient) -> None:
        for _ in left:
            while (status := (await client.post("/api/v1/tickets", json=body)).status_code) == _BUSY:
                statuses[status] += 1
                await asyncio.sleep(_PAUSE_SECONDS)
            statuses[status] += 1

    async with AsyncExitStack() as stack:
        limits = httpx.Limits(max_connections=WRITERS)
        clients = [
            await stack.enter_async_context(
                httpx.AsyncClient(base_url=address, headers=headers, limits=limits, timeout=_PATIENCE)
            )
            for address in addresses
        ]
        await asyncio.gather(*(write(clients[number % len(clients)]) for number in range(WRITERS)))
    return statuses


async def judge(resources: Resources, plan: Plan, statuses: Counter[int]) -> tuple[Figure, ...]:
    """Compare what the database holds with the rule."""
    async with resources.engine.connect() as connection:
        loads = Counter((await connection.scalars(select(tickets.c.assignee_id))).all())
        rows = (await connection.execute(select(assignment_decisions))).mappings().all()
    async with resources.unit_of_work() as uow:
        differences = await uow.ticket_counters.differences()
    spread = max(loads.values()) - min(loads.values())
    choices = [choice_of(DecisionRecord(**row)) for row in rows]
    replayed = sum(
        choice is not None and replay(choice.candidates, choice.draw) == row["assignee_id"]
        for choice, row in zip(choices, rows, strict=True)
    )
    has_everybody = len(loads) == plan.staff and None not in loads
    return (
        Figure("answers", "201, or 503 to come again", _spell(statuses), passed=statuses.keys() <= {201, _BUSY}),
        Figure("spread of open tickets", "at most 1", str(spread), passed=spread <= 1 and has_everybody),
        Figure(
            "counters that differ from the tickets", "none", ", ".join(differences) or "none", passed=not differences
        ),
        Figure(
            "decisions that replay to the same person",
            f"all {plan.tickets:,}",
            f"{replayed:,}",
            passed=replayed == len(rows) == plan.tickets,
        ),
    )


def _spell(counts: Counter[int]) -> str:
    return ", ".join(f"{value} ({count:,} times)" for value, count in sorted(counts.items()))
