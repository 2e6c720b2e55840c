"""What staff are told: one row per user and cause."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select, true, update
from sqlalchemy.dialects.postgresql import insert

from ticketdesk.domain.notifications import NotificationKind
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.models.notifications import notifications
from ticketdesk.models.tickets import tickets
from ticketdesk.models.users import users
from ticketdesk.repositories.base import Repository, new_id
from ticketdesk.repositories.keyset import collect, one_page
from ticketdesk.repositories.statements import Row
from ticketdesk.schemas.notifications import Notification, NotificationTicket


@dataclass(frozen=True, slots=True)
class TicketNews:
    """A ticket as it is spoken of, and the user who has to know; ``None`` where nobody active is left."""

    number: int
    title: str
    user_id: UUID | None


class NotificationsRepository(Repository):
    """Everybody reads and marks their own only."""

    async def ticket_news(self, ticket_id: UUID) -> TicketNews | None:
        """Return whom to tell of a ticket: its assignee, else its creator, if they are still active."""
        assignee, creator = users.alias(), users.alias()
        source = tickets.outerjoin(assignee, and_(assignee.c.id == tickets.c.assignee_id, assignee.c.is_active))
        source = source.outerjoin(creator, and_(creator.c.id == tickets.c.created_by_id, creator.c.is_active))
        told = func.coalesce(assignee.c.id, creator.c.id).label("user_id")
        statement = select(tickets.c.number, tickets.c.title, told).select_from(source)
        row = await self._one(statement.where(tickets.c.id == ticket_id))
        return TicketNews(**row) if row else None

    async def add(
        self,
        user_ids: Collection[UUID],
        ticket_id: UUID,
        kind: NotificationKind,
        text: str,
        source_id: str,
        now: datetime,
    ) -> int:
        """Insert one row per user and return how many were new: the same cause is told once."""
        shared = {"ticket_id": ticket_id, "kind": kind, "text": text, "source_id": source_id, "created_at": now}
        rows = [shared | {"id": new_id(), "user_id": user_id} for user_id in sorted(user_ids)]
        return await self._execute(insert(notifications).values(rows).on_conflict_do_nothing()) if rows else 0

    async def list(self, user_id: UUID, request: PageRequest, *, is_unread_only: bool) -> Page[Notification]:
        """Return a page of a user's notifications."""
        columns = notifications.c
        statement = (
            select(notifications, tickets.c.number, tickets.c.title)
            .join(tickets, tickets.c.id == columns.ticket_id)
            .where(columns.user_id == user_id, columns.read_at.is_(None) if is_unread_only else true())
        )
        rows = await self._all(one_page(statement, columns.created_at, columns.id, request))
        return collect(rows, request, _notification)

    async def count_unread(self, user_id: UUID) -> int:
        """Return how many notifications a user has not read."""
        statement = select(func.count()).select_from(notifications)
        return int(await self._scalar(statement.where(notifications.c.user_id == user_id, _UNREAD)))

    async def mark_read(self, user_id: UUID, ids: Collection[UUID] | None, now: datetime) -> int:
        """Mark those of ``ids`` (``None``: all) that are the user's and unread; return how many."""
        wanted = notifications.c.id.in_(ids) if ids is not None else true()
        statement = update(notifications).where(notifications.c.user_id == user_id, _UNREAD, wanted)
        return await self._execute(statement.values(read_at=now))


_UNREAD: ColumnElement[bool] = notifications.c.read_at.is_(None)


def _notification(row: Row) -> Notification:
    return Notification.model_construct(
        id=row["id"],
        kind=NotificationKind(row["kind"]),
        text=row["text"],
        ticket=NotificationTicket.model_construct(id=row["ticket_id"], number=row["number"], title=row["title"]),
        created_at=row["created_at"],
        read_at=row["read_at"],
    )
