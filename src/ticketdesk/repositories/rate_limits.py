"""Counts of requests by subject and window."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, delete
from sqlalchemy.dialects.postgresql import insert

from ticketdesk.models.rate_limits import rate_limits
from ticketdesk.repositories.base import Repository

_counted = rate_limits.c


@dataclass(frozen=True, slots=True)
class Window:
    """How many requests of a subject came in its window, which ends at ``ends_at``."""

    used: int
    ends_at: datetime


class RateLimitRepository(Repository):
    """The row of a subject is what concurrent requests wait for: none is lost, none is counted twice."""

    async def count(self, subject: bytes, now: datetime, next_end: datetime) -> Window:
        """Count one request of ``subject`` and return its window; one that is over gives way to one to ``next_end``.

        One statement, exact however many processes run it at once, provided that its transaction commits.
        """
        first = insert(rate_limits).values(subject=subject, used=1, ends_at=next_end)
        is_over = _counted.ends_at <= now
        statement = first.on_conflict_do_update(
            index_elements=["subject"],
            set_={
                "used": case((is_over, 1), else_=_counted.used + 1),
                "ends_at": case((is_over, first.excluded.ends_at), else_=_counted.ends_at),
            },
        ).returning(_counted.used, _counted.ends_at)
        row = await self._only(statement)
        return Window(row["used"], row["ends_at"])

    async def forget_before(self, moment: datetime) -> int:
        """Delete windows that ended before ``moment`` and return how many there were."""
        return await self._execute(delete(rate_limits).where(_counted.ends_at < moment))
