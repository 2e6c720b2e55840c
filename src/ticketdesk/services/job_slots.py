"""One slot of a tick runs once, however many replicas there are (spec: architecture.md, Side effects)."""

from datetime import UTC, datetime, timedelta

from ticketdesk.repositories.unit_of_work import UnitOfWork

# Long enough that no replica, however late, can take an old slot again: those of days are made up for within a week.
KEPT = timedelta(days=10)


def slot_at(moment: datetime, interval: timedelta) -> datetime:
    """Return the start of the slot that ``moment`` lies in.

    Slots are counted in UTC from the epoch, so that all replicas agree on them and no clock change of any zone skips
    or doubles one.
    """
    return datetime.fromtimestamp(moment.timestamp() // interval.total_seconds() * interval.total_seconds(), UTC)


async def claim(uow: UnitOfWork, job: str, interval: timedelta) -> bool:
    """Take the present slot of ``job``; false when another replica has it."""
    return await uow.job_slots.claim(job, slot_at(uow.now(), interval), uow.now())


async def forget_old(uow: UnitOfWork) -> int:
    """Drop claims that nobody can contest any more and return how many."""
    return await uow.job_slots.forget_before(uow.now() - KEPT)
