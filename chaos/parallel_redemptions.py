"""Many register with the link of one invite at once: one gets in, all others hear that it is used up."""

import asyncio
from collections import Counter
from dataclasses import dataclass

import httpx
from sqlalchemy import func, select
from tests.factories.invites import create_invite, redeem

from chaos.desks import Desk, open_desk
from chaos.figures import Figure, Figures, Scale
from ticketdesk.domain.ports import TokenClaims, TokenPurpose
from ticketdesk.domain.rate_limits import Limited
from ticketdesk.models.invites import invites
from ticketdesk.models.users import users

_PATIENCE = httpx.Timeout(120.0)


@dataclass(frozen=True, slots=True)
class Plan:
    """How many invites, and how many redeem each at once."""

    rounds: int
    people: int


PLANS: dict[Scale, Plan] = {"full": Plan(5, 50), "small": Plan(1, 10)}


async def run(scale: Scale) -> Figures:
    """Redeem a few invites many times in parallel, through two server processes."""
    plan = PLANS[scale]
    async with open_desk() as desk, desk.served() as first, desk.served() as second:
        async with desk.client("admin") as admin:
            await _raise_quotas(admin)
            tokens = [await _invite(desk, admin, number) for number in range(plan.rounds)]
        async with (
            httpx.AsyncClient(base_url=first, timeout=_PATIENCE) as one,
            httpx.AsyncClient(base_url=second, timeout=_PATIENCE) as other,
        ):
            rounds = [await _redeem_at_once([one, other], plan.people, token) for token in tokens]
        guests = await _count_guests(desk)
    return Figures(
        f"{plan.rounds} invites, each redeemed {plan.people} times in parallel, against two `ticketdesk serve` "
        "processes.",
        judge(plan, rounds, guests),
    )


def judge(plan: Plan, rounds: list[Counter[int]], guests: int) -> tuple[Figure, ...]:
    """Compare the answers with the rule: one 201 for each invite, 410 for everybody else."""
    wanted = Counter({201: 1, 410: plan.people - 1})
    told = sum(rounds, Counter[int]())
    spelt = ", ".join(f"{status} ({count:,} times)" for status, count in sorted(told.items()))
    won = sum(each == wanted for each in rounds)
    return (
        Figure("answers", "201 and 410", spelt, passed=told.keys() == {201, 410}),
        Figure("invites that one redeemed, and all others not", str(plan.rounds), str(won), passed=won == plan.rounds),
        Figure("guests made", str(plan.rounds), str(guests), passed=guests == plan.rounds),
    )


async def _raise_quotas(admin: httpx.AsyncClient) -> None:
    """Allow as many tries as an admin can: what is measured here is not the limit."""
    quota = {"per_client": 1_000_000, "per_credential": 1_000_000}
    answer = await admin.patch("/api/v1/settings/limits", json={"quotas": {Limited.INVITE_REDEMPTION: quota}})
    answer.raise_for_status()


async def _invite(desk: Desk, admin: httpx.AsyncClient, number: int) -> str:
    """Return the token that the mail of a new invite would carry."""
    made = await create_invite(admin, name=f"Clara {number}", email=f"clara{number}@voss.example")
    async with desk.resources.engine.connect() as connection:
        found = await connection.execute(select(invites).where(invites.c.id == made["id"]))
        row = found.mappings().one()
    claims = TokenClaims(TokenPurpose.INVITE, row["token_id"], row["contact_id"], row["created_at"], row["expires_at"])
    return desk.resources.signer.issue(claims)


async def _redeem_at_once(clients: list[httpx.AsyncClient], people: int, token: str) -> Counter[int]:
    asked = (redeem(clients[number % len(clients)], token) for number in range(people))
    return Counter(answer.status_code for answer in await asyncio.gather(*asked))


async def _count_guests(desk: Desk) -> int:
    async with desk.resources.engine.connect() as connection:
        count: int = (
            await connection.execute(select(func.count()).select_from(users).where(users.c.role == "guest"))
        ).scalar_one()
        return count
