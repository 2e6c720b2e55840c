"""Drop what was only kept for a while."""

import structlog

from ticketdesk.bootstrap import Resources
from ticketdesk.services import idempotency, job_slots

log = structlog.get_logger(__name__)


async def forget_expired(resources: Resources) -> None:
    """Delete remembered answers after 24 hours and slots of ticks after two days."""
    async with resources.unit_of_work() as uow:
        keys, slots = await idempotency.forget_expired(uow), await job_slots.forget_old(uow)
    log.info("housekeeping", idempotency_keys=keys, job_slots=slots)
