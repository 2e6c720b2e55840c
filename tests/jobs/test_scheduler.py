import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs
from tests.application import FrozenClock

from ticketdesk.bootstrap import Resources, open_resources
from ticketdesk.config import Config
from ticketdesk.jobs.scheduler import LATENESS, TICKS, Tick, run_jobs, run_tick
from ticketdesk.observability import metrics
from ticketdesk.services import job_slots

# Nights on which the clock was put forward or back.
CLOCK_CHANGES = [
    ("America/Chicago", datetime(2026, 3, 8)),  # noqa: DTZ001 - local to the zone beside it
    ("America/Chicago", datetime(2026, 11, 1)),  # noqa: DTZ001 - local to the zone beside it
    ("Europe/Berlin", datetime(2026, 3, 29)),  # noqa: DTZ001 - local to the zone beside it
    ("Europe/Berlin", datetime(2026, 10, 25)),  # noqa: DTZ001 - local to the zone beside it
    ("America/Santiago", datetime(2026, 4, 4)),  # noqa: DTZ001 - local to the zone beside it
    ("America/Santiago", datetime(2026, 9, 6)),  # noqa: DTZ001 - local to the zone beside it
]


class Work:
    """Counts how often a tick ran."""

    def __init__(self) -> None:
        self.count = 0

    async def run(self, _resources: Resources) -> None:
        self.count += 1

    async def fail(self, resources: Resources) -> None:
        await self.run(resources)
        raise ConnectionResetError("gone")


@pytest.fixture
async def replicas(database_url: str, config: Config, clock: FrozenClock) -> AsyncIterator[list[Resources]]:
    """Three processes' worth of resources over one database and one time."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(open_resources(config, database_url, clock=clock)) for _ in range(3)]


async def test_one_replica_runs_a_slot(replicas: list[Resources], clock: FrozenClock) -> None:
    work = Work()
    tick = Tick("count", 60, work.run)
    for expected in range(1, 6):
        outcomes = await asyncio.gather(*(run_tick(replica, tick) for replica in replicas))
        assert sorted(outcomes) == ["done", "skipped", "skipped"]
        assert work.count == expected
        clock.advance(timedelta(seconds=60))


@pytest.mark.parametrize(("zone", "night"), CLOCK_CHANGES)
async def test_no_clock_change_skips_or_doubles_a_slot(
    replicas: list[Resources], clock: FrozenClock, zone: str, night: datetime
) -> None:
    start = night.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    end = (night + timedelta(days=1)).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    work = Work()
    tick = Tick("hourly", 3600, work.run)
    clock.set(start)
    while clock.now() < end:
        await run_tick(replicas[work.count % 3], tick)
        await run_tick(replicas[(work.count + 1) % 3], tick)
        clock.advance(timedelta(minutes=30))
    assert work.count == (end - start) // timedelta(hours=1)
    assert work.count in {23, 25}


async def test_shared_work_runs_on_every_replica(replicas: list[Resources]) -> None:
    work = Work()
    outcomes = [await run_tick(replica, Tick("share", 60, work.run, is_shared=True)) for replica in replicas]
    assert outcomes == ["done"] * 3


async def test_a_fault_ends_neither_the_tick_nor_the_others(resources: Resources, clock: FrozenClock) -> None:
    work = Work()
    with capture_logs() as lines:
        assert await run_tick(resources, Tick("broken", 60, work.fail)) == "failed"
        clock.advance(timedelta(seconds=60))
        assert await run_tick(resources, Tick("broken", 60, work.fail)) == "failed"
    assert work.count == 2
    assert [(line["event"], line["tick"]) for line in lines] == [("tick_failed", "broken")] * 2


async def test_outcomes_are_counted(resources: Resources) -> None:
    def counted(outcome: str) -> float:
        labels = {"tick": "counted", "outcome": outcome}
        return metrics.REGISTRY.get_sample_value("ticketdesk_ticks_total", labels) or 0.0

    for _ in range(2):
        await run_tick(resources, Tick("counted", 60, Work().run))
    assert (counted("done"), counted("skipped"), counted("failed")) == (1, 1, 0)


async def test_ticks_run_until_they_are_told_to_stop(resources: Resources) -> None:
    work, stop = Work(), asyncio.Event()
    reached = asyncio.Event()

    async def run(_resources: Resources) -> None:
        work.count += 1
        if work.count == 3:
            reached.set()

    jobs = asyncio.create_task(run_jobs(resources, stop, [Tick("often", 0.05, run, is_shared=True)]))
    await asyncio.wait_for(reached.wait(), 60)
    stop.set()
    await asyncio.wait_for(jobs, 60)
    after = work.count
    await asyncio.sleep(0.2)
    assert work.count == after


async def test_a_tick_that_wakes_late_is_run_all_the_same(resources: Resources) -> None:
    ran, stop = asyncio.Event(), asyncio.Event()

    async def note(_: Resources) -> None:
        ran.set()

    jobs = asyncio.create_task(run_jobs(resources, stop, [Tick("late", 6, note, is_shared=True)]))
    await asyncio.sleep(0)
    # The loop is busy past the slot's begin, for longer than the second that APScheduler forgives by default.
    slot = (time.time() // 6 + 1) * 6
    time.sleep(slot + LATENESS.total_seconds() + 1.3 - time.time())  # noqa: ASYNC251 - blocking is the point
    # The next slot comes no sooner than in four seconds.
    async with asyncio.timeout(4):
        await ran.wait()
    stop.set()
    await jobs


async def test_what_is_under_way_is_finished_before_the_end(resources: Resources) -> None:
    begun, may_end, stop, finished = asyncio.Event(), asyncio.Event(), asyncio.Event(), []

    async def run(_resources: Resources) -> None:
        begun.set()
        await may_end.wait()
        finished.append(True)

    jobs = asyncio.create_task(run_jobs(resources, stop, [Tick("slow", 0.05, run, is_shared=True)]))
    await asyncio.wait_for(begun.wait(), 60)
    stop.set()
    await asyncio.sleep(0.05)
    assert not jobs.done()
    may_end.set()
    await asyncio.wait_for(jobs, 60)
    assert finished == [True]


async def test_a_slow_tick_never_overlaps_itself(resources: Resources) -> None:
    stop, running, most = asyncio.Event(), 0, 0
    twice = asyncio.Event()

    async def run(_resources: Resources) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.12)
        running -= 1
        twice.set()

    jobs = asyncio.create_task(run_jobs(resources, stop, [Tick("slow", 0.05, run, is_shared=True)]))
    await asyncio.wait_for(twice.wait(), 60)
    await asyncio.sleep(0.3)
    stop.set()
    await jobs
    assert most == 1


@pytest.mark.parametrize(
    ("moment", "seconds", "slot"),
    [
        ("2026-03-02T15:00:00+00:00", 3600, "2026-03-02T15:00:00+00:00"),
        ("2026-03-02T15:59:59.999999+00:00", 3600, "2026-03-02T15:00:00+00:00"),
        ("2026-03-02T09:30:00-06:00", 3600, "2026-03-02T15:00:00+00:00"),
        ("2026-03-02T15:00:07+00:00", 5, "2026-03-02T15:00:05+00:00"),
        ("2026-03-02T15:00:00.750000+00:00", 0.5, "2026-03-02T15:00:00.500000+00:00"),
    ],
)
def test_slots_are_counted_from_the_epoch(moment: str, seconds: float, slot: str) -> None:
    found = job_slots.slot_at(datetime.fromisoformat(moment), timedelta(seconds=seconds))
    assert found == datetime.fromisoformat(slot)


def test_ticks_have_names_of_their_own() -> None:
    names = [tick.name for tick in TICKS]
    assert len(set(names)) == len(names)


async def test_old_slots_and_answers_are_dropped(resources: Resources, clock: FrozenClock) -> None:
    [housekeeping] = [tick for tick in TICKS if tick.name == "housekeeping"]
    await run_tick(resources, Tick("count", 60, Work().run))
    async with resources.unit_of_work() as uow:
        assert await uow.idempotency.claim("user:1", "key", b"f", clock.now())
    clock.advance(timedelta(days=11))
    assert await run_tick(resources, housekeeping) == "done"
    async with resources.unit_of_work() as uow:
        # Both can be claimed again because nothing of them is left.
        assert await uow.idempotency.claim("user:1", "key", b"f", clock.now())
        assert await uow.job_slots.claim(
            "count", job_slots.slot_at(clock.now() - timedelta(days=11), timedelta(minutes=1)), clock.now()
        )
