"""The slots of the ticks: whoever inserts one runs it."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from ticketdesk.models.outbox import job_slots
from ticketdesk.repositories.base import Repository


class JobSlotsRepository(Repository):
    """The primary key decides between replicas."""

    async def claim(self, job: str, slot: datetime, now: datetime) -> bool:
        """Take the slot; false when somebody has it."""
        row = {"job": job, "slot": slot, "claimed_at": now}
        return bool(await self._execute(insert(job_slots).values(row).on_conflict_do_nothing()))

    async def forget_before(self, moment: datetime) -> int:
        """Delete claims older than ``moment`` and return how many there were."""
        return await self._execute(delete(job_slots).where(job_slots.c.claimed_at < moment))
