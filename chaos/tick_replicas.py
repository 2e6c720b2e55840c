"""Several processes of the ticks while clocks change: each slot runs once, and local times are kept."""

import asyncio
import json
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import TypeAlias

import httpx
from sqlalchemy import select, text
from tests.application import FrozenClock
from tests.factories import histories
from tests.factories.contacts import create_account, create_contact
from tests.factories.tickets import create_ticket

from chaos.clock_changes import CLOCK_CHANGES, ClockChange
from chaos.desks import Desk, open_desk
from chaos.figures import Figure, Figures, Scale
from chaos.processes import Child, run_module
from chaos.tick_replica import RUNS
from ticketdesk.domain.messages import Purpose
from ticketdesk.domain.notifications import NotificationKind
from ticketdesk.domain.settings import Weekday
from ticketdesk.jobs.scheduler import TICKS
from ticketdesk.models.checks import end_of_day_breaches
from ticketdesk.models.messages import dispatches, messages
from ticketdesk.models.notifications import notifications
from ticketdesk.services.job_slots import slot_at

REPLICAS = 3
_REMINDED_AT = time(9)
_WARNED_AT, _CUT_OFF_AT = time(16), time(17)
_Pair: TypeAlias = tuple[list[datetime], list[datetime]]
_SECONDS = {"hourly": 3600.0, **{tick.name: tick.seconds for tick in TICKS if not tick.is_shared}}


@dataclass(slots=True)
class Observed:
    """What happened around one change of clocks. ``done`` counts by tick and slot how many replicas ran it."""

    change: ClockChange
    done: Counter[tuple[str, datetime]] = field(default_factory=Counter)
    slots: set[tuple[str, datetime]] = field(default_factory=set)
    failed: int = 0
    noted: list[datetime] = field(default_factory=list)
    dispatched: list[datetime] = field(default_factory=list)
    reminded: list[datetime] = field(default_factory=list)
    warned: list[datetime] = field(default_factory=list)
    recorded: list[datetime] = field(default_factory=list)
    digested: list[datetime] = field(default_factory=list)

    def note(self, moment: datetime, outcomes: dict[str, str]) -> None:
        """Take what one replica answered."""
        self.failed += list(outcomes.values()).count("failed")
        for name, seconds in _SECONDS.items():
            slot = (name, slot_at(moment, timedelta(seconds=seconds)))
            self.slots.add(slot)
            self.done[slot] += outcomes[name] == "done"

    def on_time(self) -> tuple[_Pair, _Pair, _Pair, _Pair]:
        """Return when there was to be something and when there was: dispatches, reminders, warnings, cut-offs.

        A cut-off is a row on record and a digest.
        """
        days = self.change.days
        dispatched = [self.change.first_at(day, self.change.awkward) for day in days]
        reminded = [self.change.first_at(day, _REMINDED_AT) for day in days[1:]]
        warned = [self.change.first_at(day, _WARNED_AT) for day in days]
        cut_off = [self.change.first_at(day, _CUT_OFF_AT) for day in days for _ in ("record", "digest")]
        return (
            (dispatched, self.dispatched),
            (reminded, self.reminded),
            (warned, self.warned),
            (cut_off, self.recorded + self.digested),
        )


async def run(scale: Scale) -> Figures:
    """Step the clock of all replicas through three local days around each change, and look at what ran when."""
    changes = CLOCK_CHANGES if scale == "full" else CLOCK_CHANGES[:1]
    observed = [await _pass_through(change) for change in changes]
    named = ", ".join(f"{change.zone_name} {change.day}" for change in changes)
    failed = sum(each.failed for each in observed)
    return Figures(
        f"{REPLICAS} processes of the ticks under one injected clock, moved in half hours through the three "
        f"days around {len(changes)} changes of clocks ({named}).",
        (
            _once(
                "runs of a slot, as the replicas tell", [each.done[slot] for each in observed for slot in each.slots]
            ),
            _once("rows written in a slot", [count for each in observed for count in _rows_by_slot(each)]),
            Figure("ticks that failed", "0", str(failed), passed=failed == 0),
            _timely(
                "dispatches at a local time that clocks skip or show twice", [one.on_time()[0] for one in observed]
            ),
            _timely("reminders at nine local time", [one.on_time()[1] for one in observed]),
            _timely("warnings of checkers at four local time", [one.on_time()[2] for one in observed]),
            _timely("records and digests of unchecked tickets at five", [one.on_time()[3] for one in observed]),
        ),
    )


async def _pass_through(change: ClockChange) -> Observed:
    observed, clock = Observed(change), FrozenClock(next(change.moments()))
    async with (
        run_module("chaos.mail_sink") as sink,
        open_desk(smtp_url := await sink.line(), clock) as desk,
        desk.client("admin") as admin,
        AsyncExitStack() as stack,
    ):
        await _prepare(desk, admin, change)
        starting = (
            stack.enter_async_context(run_module("chaos.tick_replica", desk.url, smtp_url, str(number)))
            for number in range(REPLICAS)
        )
        replicas = await asyncio.gather(*starting)
        for replica in replicas:
            await replica.line()
        await create_ticket(admin, send="now")
        await _leave_unchecked(desk)
        today = None
        for moment in change.moments():
            clock.set(moment)
            if today != (today := moment.astimezone(change.zone).date()):
                await create_ticket(admin, send="later")
            for answer in await asyncio.gather(*(_told(replica, moment) for replica in replicas)):
                observed.note(moment, answer)
        await _look(desk, observed)
    return observed


async def _prepare(desk: Desk, admin: httpx.AsyncClient, change: ClockChange) -> None:
    """Have the desk work every day, dispatch at the awkward time by itself and remind daily."""
    sections = {
        "calendar": {"time_zone": change.zone_name, "business_days": [day.value for day in Weekday]},
        "dispatch": {"automatic": True, "end_of_business_day": f"{change.awkward:%H:%M}"},
        "reminders": {"every_days": 1, "send_at": f"{_REMINDED_AT:%H:%M}"},
    }
    for name, values in sections.items():
        (await admin.patch(f"/api/v1/settings/{name}", json=values)).raise_for_status()
    async with desk.resources.engine.begin() as connection:
        await connection.execute(text(RUNS))


async def _leave_unchecked(desk: Desk) -> None:
    """Write a ticket that was completed just now and that nobody will check."""
    await histories.past_ticket(
        desk.resources,
        desk.resources.clock.now(),
        kind="support",
        status="pending_verification",
        contact_id=await create_contact(desk.resources),
        account_id=await create_account(desk.resources),
        category_id=await histories.create_category(desk.resources, "Website edit"),
        requires_check=True,
        completed_at=desk.resources.clock.now(),
    )


async def _told(replica: Child, moment: datetime) -> dict[str, str]:
    await replica.tell(moment.isoformat())
    outcomes: dict[str, str] = json.loads(await replica.line())
    return outcomes


async def _look(desk: Desk, observed: Observed) -> None:
    """Read from the database what was done when."""
    mailed = select(messages.c.created_at)
    warned = select(notifications.c.created_at).where(notifications.c.kind == NotificationKind.END_OF_DAY_WARNING)
    async with desk.resources.engine.connect() as connection:
        observed.noted.extend((await connection.execute(text("SELECT ran_at FROM chaos_runs"))).scalars())
        observed.dispatched.extend((await connection.execute(select(dispatches.c.created_at))).scalars())
        for found, statement in (
            (observed.reminded, mailed.where(messages.c.purpose == Purpose.REMINDER)),
            (observed.digested, mailed.where(messages.c.purpose == Purpose.DIGEST)),
            (observed.warned, warned),
            (observed.recorded, select(end_of_day_breaches.c.recorded_at)),
        ):
            found.extend((await connection.execute(statement)).scalars())


def _rows_by_slot(observed: Observed) -> list[int]:
    written = Counter(slot_at(moment, timedelta(hours=1)) for moment in observed.noted)
    return [written[slot] for name, slot in observed.slots if name == "hourly"]


def _once(what: str, counts: list[int]) -> Figure:
    once = counts.count(1)
    return Figure(what, "exactly 1", f"1 in {once:,} of {len(counts):,} slots", passed=once == len(counts) > 0)


def _timely(what: str, pairs: list[tuple[list[datetime], list[datetime]]]) -> Figure:
    """Compare moments that were expected with those that were found, each as often as it is there."""
    expected = sum((Counter(one) for one, _ in pairs), Counter[datetime]())
    found = sum((Counter(other) for _, other in pairs), Counter[datetime]())
    measured = f"{(expected & found).total()} of {expected.total()} on time, {(found - expected).total()} besides"
    return Figure(what, "all on time, none besides", measured, passed=expected == found)
