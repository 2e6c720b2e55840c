"""Events on their way to subscribers: written with the change, claimed under a lease (spec: architecture.md)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select, update

from ticketdesk.domain.events import Event
from ticketdesk.models.outbox import outbox
from ticketdesk.repositories.base import Repository, new_id


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """One event for one subscriber, claimed: ``lease_token`` proves that the claim is still ours."""

    id: UUID
    event: str
    payload: dict[str, Any]
    subscriber: str
    attempts: int
    lease_token: UUID


class OutboxRepository(Repository):
    """Claims use ``FOR UPDATE SKIP LOCKED`` and a fencing token; an attempt counts from the moment it starts."""

    async def add(self, event: Event, subscribers: Sequence[str], now: datetime) -> None:
        """Write one row per subscriber; none for an event that nobody follows."""
        shared = {"event": type(event).__name__, "payload": event.payload(), "created_at": now, "due_at": now}
        rows = (shared | {"id": new_id(), "subscriber": subscriber} for subscriber in subscribers)
        self._insert_soon(outbox, *rows)

    async def claim(self, now: datetime, lease: timedelta, limit: int) -> list[OutboxItem]:
        """Take up to ``limit`` due rows, oldest first, that no live worker holds."""
        token = new_id()
        free = or_(outbox.c.leased_until.is_(None), outbox.c.leased_until < now)
        due = (
            select(outbox.c.id)
            .where(outbox.c.done_at.is_(None), outbox.c.parked_at.is_(None), outbox.c.due_at <= now, free)
            .order_by(outbox.c.due_at, outbox.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        rows = await self._all(
            update(outbox)
            .where(outbox.c.id.in_(due))
            .values(lease_token=token, leased_until=now + lease, attempts=outbox.c.attempts + 1)
            .returning(
                outbox.c.id,
                outbox.c.event,
                outbox.c.payload,
                outbox.c.subscriber,
                outbox.c.attempts,
                outbox.c.lease_token,
            )
        )
        return sorted((OutboxItem(**row) for row in rows), key=lambda item: item.id)

    async def finish(self, item: OutboxItem, now: datetime) -> bool:
        """Mark the row done if the claim is still ours; false means that another worker has taken it over."""
        return await self._settle(item, done_at=now, last_error=None)

    async def postpone(self, item: OutboxItem, due_at: datetime, error: str) -> bool:
        """Give the row back for a later try."""
        return await self._settle(item, due_at=due_at, last_error=error)

    async def park(self, item: OutboxItem, now: datetime, error: str) -> bool:
        """Set the row aside for people: it failed too often."""
        return await self._settle(item, parked_at=now, last_error=error)

    async def _settle(self, item: OutboxItem, **values: Any) -> bool:
        ours = and_(outbox.c.id == item.id, outbox.c.lease_token == item.lease_token)
        return bool(
            await self._execute(update(outbox).where(ours).values(lease_token=None, leased_until=None, **values))
        )
