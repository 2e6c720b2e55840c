"""Mail workers killed in the middle of their work: nothing is lost, and a double can be told by its Message-ID."""

import asyncio
import json
import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from sqlalchemy import func, select

from chaos.desks import Desk, open_desk
from chaos.figures import Figure, Figures, Scale
from chaos.mail_queues import address_of, queue_messages
from chaos.processes import Child, run_module
from chaos.worker_crews import Claimed, Crew, hired
from ticketdesk.models.messages import messages
from ticketdesk.models.tickets import activities

TAKEOVER_SECONDS = 5.0
# Bounds for the whole, on a busy machine.
_SENDING_SECONDS = 900.0
_SETTLING_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of everything."""

    messages: int
    workers: int
    kills: int


PLANS: dict[Scale, Plan] = {"full": Plan(10_000, 4, 200), "small": Plan(600, 3, 4)}


@dataclass(frozen=True, slots=True)
class Accepted:
    """A mail that the server took, and when (seconds since the epoch)."""

    at: float
    message_id: str


@dataclass(slots=True)
class Tally:
    """What the mail server took, by recipient."""

    by_address: dict[str, list[Accepted]] = field(default_factory=lambda: defaultdict(list))
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def follow(self, sink: Child) -> None:
        """Note everything that the mail server tells of, until it ends."""
        while True:
            at, message_id, address = json.loads(await sink.line(_SENDING_SECONDS))
            async with self._changed:
                self.by_address[address].append(Accepted(at, message_id))
                self._changed.notify_all()

    async def reaches(self, count: int) -> None:
        """Wait until so many recipients have their mail."""
        async with self._changed:
            await self._changed.wait_for(lambda: len(self.by_address) >= count)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was counted, whatever the speed of the machine, and what was timed."""

    kills: int
    counted: tuple[Figure, ...]
    timed: tuple[Figure, ...]


async def run(scale: Scale) -> Figures:
    """Send many messages while workers are killed, each at a random instant at which it has work."""
    plan = PLANS[scale]
    outcome = await send_and_kill(plan)
    return Figures(
        f"{plan.messages:,} messages, {plan.workers} worker processes, {outcome.kills} of them killed by SIGKILL while "
        "they had messages to send, each replaced at once.",
        (*outcome.counted, *outcome.timed),
    )


async def send_and_kill(plan: Plan) -> Outcome:
    """Act the plan; raises a group with ``TimeoutError`` if the messages do not all arrive."""
    async with run_module("chaos.mail_sink") as sink, open_desk(await sink.line()) as desk:
        await queue_messages(desk, plan.messages)
        tally = Tally()
        async with asyncio.TaskGroup() as tasks, hired(desk, plan.workers) as crew:
            following = tasks.create_task(tally.follow(sink))
            async with asyncio.timeout(_SENDING_SECONDS):
                await _kill_at_random(crew, tally, plan)
                await tally.reaches(plan.messages)
            await _all_settled(desk)
            history = _History(tally, await _claims_by_address(desk, crew), crew.killed_at)
            following.cancel()
        counted = (*history.counted(plan), await _noted(desk, plan))
        return Outcome(len(crew.killed_at), counted, history.timed())


async def _kill_at_random(crew: Crew, tally: Tally, plan: Plan) -> None:
    """Spread the kills over the work, leaving some of it for the last one to matter."""
    for count in sorted(random.sample(range(plan.messages * 8 // 10), plan.kills)):
        await tally.reaches(count)
        await asyncio.sleep(random.uniform(0, 0.05))
        await crew.kill_one(lambda: len(tally.by_address) == plan.messages)


async def _all_settled(desk: Desk) -> None:
    """Wait until every message is noted as sent, those too that a dead worker had on the wire."""
    unsettled = select(func.count()).select_from(messages).where(messages.c.state != "sent")
    async with asyncio.timeout(_SETTLING_SECONDS), desk.resources.engine.connect() as connection:
        while await connection.scalar(unsettled):  # noqa: ASYNC110 - other processes settle, no event here can tell
            await asyncio.sleep(0.1)


async def _claims_by_address(desk: Desk, crew: Crew) -> dict[str, list[Claimed]]:
    async with desk.resources.engine.connect() as connection:
        rows = (await connection.execute(select(messages.c.id, messages.c.address))).all()
    addresses = {row.id: row.address for row in rows}
    return {addresses[message_id]: claims for message_id, claims in (await crew.claims()).items()}


async def _noted(desk: Desk, plan: Plan) -> Figure:
    recorded = select(func.count()).where(activities.c.kind == "message_sent").group_by(activities.c.ticket_id)
    async with desk.resources.engine.connect() as connection:
        counts = list((await connection.execute(recorded)).scalars())
    is_once = len(counts) == plan.messages and set(counts) == {1}
    return Figure("entries in the ticket's record", "1 each", f"{min(counts)}–{max(counts)} each", passed=is_once)


@dataclass(frozen=True, slots=True)
class _History:
    """What happened to each message, told by its recipient."""

    tally: Tally
    claims: dict[str, list[Claimed]]
    killed_at: dict[str, float]

    def counted(self, plan: Plan) -> tuple[Figure, ...]:
        taken = self.tally.by_address
        lost = {address_of(index) for index in range(plan.messages)} - taken.keys()
        doubles = self._doubles()
        renamed = sum(len({mail.message_id for mail in mails}) > 1 for mails in taken.values())
        return (
            Figure("kills", f"≥ {plan.kills}", str(len(self.killed_at)), passed=len(self.killed_at) >= plan.kills),
            Figure("messages lost", "0", str(len(lost)), passed=not lost),
            Figure(
                "doubles by one kill",
                "≤ 1",
                f"{max(doubles.values(), default=0)} ({doubles.total()} in all)",
                passed=max(doubles.values(), default=0) <= 1,
            ),
            Figure("doubles under another Message-ID", "0", str(renamed), passed=not renamed),
        )

    def timed(self) -> tuple[Figure, ...]:
        return (
            _longest("from a kill to the next worker's claim", self._takeovers(), TAKEOVER_SECONDS),
            _longest("from a kill to the mail being accepted", self._rescues(), TAKEOVER_SECONDS),
        )

    def _doubles(self) -> Counter[str]:
        """Count by worker the mails it handed over that another one handed over once more."""
        counted: Counter[str] = Counter()
        for address, mails in self.tally.by_address.items():
            for mail in mails[:-1]:
                counted[[claim.worker for claim in self.claims[address] if claim.at <= mail.at][-1]] += 1
        return counted

    def _takeovers(self) -> list[float]:
        """Return for each message of each dead worker how long it took until the next one had it."""
        return [
            after.at - self.killed_at[before.worker]
            for claims in self.claims.values()
            for before, after in pairwise(claims)
            if before.worker in self.killed_at
        ]

    def _rescues(self) -> list[float]:
        """Return for each message that was taken over how long it took from the last death until it was accepted."""
        return [
            self.tally.by_address[address][-1].at - self.killed_at[claims[-2].worker]
            for address, claims in self.claims.items()
            if len(claims) > 1 and claims[-2].worker in self.killed_at
        ]


def _longest(what: str, seconds: list[float], most: float) -> Figure:
    bar = f"≤ {most:.0f} s"
    if not seconds:
        return Figure(what, bar, "nothing was claimed", passed=False)
    measured = f"{max(seconds):.1f} s at most, median {median(seconds):.1f} s, {len(seconds)} messages"
    return Figure(what, bar, measured, passed=max(seconds) <= most)
