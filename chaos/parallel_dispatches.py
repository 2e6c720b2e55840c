"""Many press the button at once: one wins, and each ticket is in exactly one message."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from typing import Any

import httpx
from tests.factories.dispatches import ANNA, BEN, hold, outcomes

from chaos.desks import open_desk
from chaos.figures import Figure, Figures, Scale

_PATIENCE = httpx.Timeout(120.0)


@dataclass(frozen=True, slots=True)
class Plan:
    """How many rounds, how many people who press at once, and how many tickets they all want to send."""

    rounds: int
    people: int
    tickets: int


PLANS: dict[Scale, Plan] = {"full": Plan(10, 50, 20), "small": Plan(1, 50, 4)}


@dataclass(frozen=True, slots=True)
class Round:
    """The tickets that were wanted and the answers to all who wanted them."""

    ids: tuple[str, ...]
    answers: tuple[httpx.Response, ...]

    @property
    def made(self) -> list[dict[str, Any]]:
        """The dispatches that were made, those that came too late included."""
        return [answer.json() for answer in self.answers if answer.status_code == 202]

    @property
    def winners(self) -> int:
        """How many got any ticket."""
        return sum(any(outcome == "pending" for outcome, _ in outcomes(one).values()) for one in self.made)

    @property
    def listings(self) -> Counter[str]:
        """In how many messages each ticket is."""
        return Counter(ticket for one in self.made for message in one["messages"] for ticket in message["ticket_ids"])


async def press_at_once(clients: list[httpx.AsyncClient], people: int, ids: list[str]) -> Round:
    """Ask for the same dispatch ``people`` times in parallel.

    Every other one names the tickets in the opposite order: locks taken in the order of a request would never end.
    """
    bodies: list[dict[str, Any]] = [{"ticket_ids": ids}, {"ticket_ids": ids[::-1]}, {"all": True}]
    asked = (
        clients[number % len(clients)].post("/api/v1/dispatches", json=bodies[number % 3]) for number in range(people)
    )
    return Round(tuple(ids), tuple(await asyncio.gather(*asked)))


async def run(scale: Scale) -> Figures:
    """Let many dispatch the same tickets through two server processes, a few times."""
    plan = PLANS[scale]
    async with open_desk() as desk, desk.served() as first, desk.served() as second:
        headers = await desk.headers()
        async with (
            httpx.AsyncClient(base_url=first, headers=headers, timeout=_PATIENCE) as one,
            httpx.AsyncClient(base_url=second, headers=headers, timeout=_PATIENCE) as other,
        ):
            rounds = []
            for _ in range(plan.rounds):
                ids = [*await hold(one, plan.tickets // 2), *await hold(one, plan.tickets // 2, BEN)]
                rounds.append(await press_at_once([one, other], plan.people, ids))
    return Figures(
        f"{plan.rounds} times {plan.people} parallel dispatches of the same {plan.tickets} tickets of "
        f"{ANNA['name']} and {BEN['name']}, against two `ticketdesk serve` processes.",
        judge(rounds),
    )


def judge(rounds: list[Round]) -> tuple[Figure, ...]:
    """Compare the answers with the rule."""
    statuses = Counter(answer.status_code for each in rounds for answer in each.answers)
    winners = Counter(each.winners for each in rounds)
    listings = Counter(each.listings[ticket] for each in rounds for ticket in each.ids)
    return (
        Figure("answers", "202, or 503 to come again", _spell(statuses), passed=statuses.keys() <= {202, 503}),
        Figure("dispatches of a round that got tickets", "1", _spell(winners), passed=winners.keys() == {1}),
        Figure("messages that a ticket is in", "1", _spell(listings), passed=listings.keys() == {1}),
    )


def _spell(counts: Counter[int]) -> str:
    return ", ".join(f"{value} ({count:,} times)" for value, count in sorted(counts.items()))
