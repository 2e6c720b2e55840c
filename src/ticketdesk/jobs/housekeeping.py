"""Drop what was only kept for a while."""

from datetime import datetime, timedelta

import structlog

from ticketdesk.bootstrap import Resources
from ticketdesk.services import idempotency, job_slots, password_resets, rate_limits, sessions, sign_ins, stored_files

# No upload takes that long; what is older was broken off.
UNFINISHED_KEPT = timedelta(days=1)

log = structlog.get_logger(__name__)


async def forget_expired(resources: Resources) -> None:
    """Delete answers after 24 hours, slots of ticks after two days, sessions, resets, counts and failures once over.

    What uploads that broke off or were refused left behind goes after a day.
    """
    before = resources.clock.now() - UNFINISHED_KEPT
    unfinished = await resources.storage.forget_unfinished(before)
    unused = await _forget_unused_files(resources, before)
    async with resources.unit_of_work() as uow:
        log.info(
            "housekeeping",
            idempotency_keys=await idempotency.forget_expired(uow),
            job_slots=await job_slots.forget_old(uow),
            password_resets=await password_resets.forget_ended(uow),
            rate_limits=await rate_limits.forget_ended(uow),
            sessions=await sessions.forget_ended(uow),
            sign_in_failures=await sign_ins.forget_failures(uow),
            unfinished_uploads=unfinished,
            unused_files=unused,
        )


async def _forget_unused_files(resources: Resources, before: datetime) -> int:
    removed = 0
    async for digests in resources.storage.kept_before(before):
        async with resources.unit_of_work() as uow:
            removed += await stored_files.forget_unused(uow, resources.storage, digests)
    return removed
