"""The ticks: what the product does by itself, and when.

APScheduler only wakes us and holds no state: what is due stands in columns, and which replica runs a slot is decided by
a row.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import perf_counter

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from ticketdesk.bootstrap import Resources
from ticketdesk.jobs import (
    assignments,
    availability,
    deliveries,
    dispatches,
    end_of_day,
    housekeeping,
    outbox,
    reminders,
)
from ticketdesk.observability import metrics
from ticketdesk.services import job_slots

log = structlog.get_logger(__name__)

# How long a run under way may go on once the process was told to stop.
FAREWELL_SECONDS = 10.0
# Timers may wake a little early; an early one must not land in the slot before its own.
LATENESS = timedelta(seconds=0.2)


@dataclass(frozen=True, slots=True)
class Tick:
    """Something to do every ``seconds``.

    One replica runs each slot. ``is_shared`` is for work that is claimed row by row: every replica runs it, and they
    divide the rows among themselves.
    """

    name: str
    seconds: float
    run: Callable[[Resources], Awaitable[None]]
    is_shared: bool = False


TICKS: tuple[Tick, ...] = (
    Tick("deliveries", 1, deliveries.send_due_messages, is_shared=True),
    Tick("outbox", 1, outbox.hand_out_due_events, is_shared=True),
    Tick("dispatches", 5, dispatches.start_due_dispatches, is_shared=True),
    Tick("automatic-dispatch", 30, dispatches.dispatch_at_end_of_day),
    Tick("end-of-day", 30, end_of_day.guard_end_of_day),
    Tick("reminders", 60, reminders.queue_due_reminders),
    Tick("availability", 30, availability.end_absences),
    Tick("assignments", 30, assignments.give_out_waiting_tickets),
    Tick("handovers", 30, assignments.expire_handovers),
    Tick("housekeeping", 3600, housekeeping.forget_expired),
)


async def run_tick(resources: Resources, tick: Tick) -> str:
    """Run ``tick`` unless another replica has the present slot.

    Returns ``done``, ``skipped`` or ``failed``. A fault is logged and the next slot tries again: one tick that fails
    takes neither the others nor the process with it.
    """
    started = perf_counter()
    try:
        outcome = "done" if await _is_ours(resources, tick) else "skipped"
        if outcome == "done":
            await tick.run(resources)
    except Exception:
        outcome = "failed"
        log.exception("tick_failed", tick=tick.name)
    metrics.count_tick(tick.name, outcome, perf_counter() - started)
    return outcome


async def _is_ours(resources: Resources, tick: Tick) -> bool:
    if tick.is_shared:
        return True
    async with resources.unit_of_work() as uow:
        return await job_slots.claim(uow, tick.name, timedelta(seconds=tick.seconds))


async def run_jobs(resources: Resources, stop: asyncio.Event, ticks: Sequence[Tick] = TICKS) -> None:
    """Run ``ticks`` until ``stop`` is set, then let what is under way finish for a few seconds."""
    running: set[asyncio.Future[str]] = set()

    async def run_noted(tick: Tick) -> None:
        task = asyncio.ensure_future(run_tick(resources, tick))
        running.add(task)
        task.add_done_callback(running.discard)
        # Shielded, because the scheduler cancels its jobs when it ends.
        await asyncio.shield(task)

    scheduler = AsyncIOScheduler(
        timezone=UTC, job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
    )
    for tick in ticks:
        scheduler.add_job(run_noted, _trigger(tick), args=[tick], id=tick.name)
    scheduler.start()
    try:
        await stop.wait()
    finally:
        scheduler.pause()
        if running:
            await asyncio.wait(running, timeout=FAREWELL_SECONDS)
        scheduler.shutdown(wait=False)


def _trigger(tick: Tick) -> IntervalTrigger:
    """Wake at the beginning of each slot, counted from the epoch as the slots are."""
    start = job_slots.slot_at(datetime.now(UTC), timedelta(seconds=tick.seconds)) + LATENESS
    return IntervalTrigger(seconds=tick.seconds, start_date=start, timezone=UTC)
