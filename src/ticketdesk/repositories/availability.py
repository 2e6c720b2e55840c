"""Who is away, until when, and when they work."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update

from ticketdesk.domain.availability import Availability
from ticketdesk.models.users import users
from ticketdesk.repositories.base import Repository
from ticketdesk.repositories.statements import Row
from ticketdesk.schemas.availability import WorkingHours

COLUMNS = (users.c.is_away, users.c.away_until, users.c.working_hours)


def availability_of(row: Row) -> Availability:
    """Return what a row with ``COLUMNS`` says, as the rules take it."""
    hours = working_hours_of(row)
    return Availability(row["is_away"], row["away_until"], None if hours is None else hours.rule)


def working_hours_of(row: Row) -> WorkingHours | None:
    """Return the hours of their own that somebody has."""
    hours = row["working_hours"]
    return None if hours is None else WorkingHours.model_validate(hours)


class AvailabilityRepository(Repository):
    """Columns of users that they change themselves."""

    async def save(self, user_id: UUID, values: dict[str, Any], now: datetime) -> None:
        """Update columns of a user whom this transaction has locked."""
        await self._execute(update(users).where(users.c.id == user_id).values(**values, updated_at=now))

    async def bring_back(self, now: datetime) -> Sequence[UUID]:
        """End every absence whose time has come, and return whose it was."""
        is_over = (users.c.is_away, users.c.away_until <= now)
        back = {"is_away": False, "away_until": None, "updated_at": now}
        rows = await self._all(update(users).where(*is_over).values(back).returning(users.c.id))
        return [row["id"] for row in rows]
