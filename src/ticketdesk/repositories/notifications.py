"""What staff are told: one row per user and cause."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert

from ticketdesk.domain.notifications import NotificationKind
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.domain.permissions import Role
from ticketdesk.domain.ticket_workflow import Audience, TicketKind
from ticketdesk.models.catalogue import categories
from ticketdesk.models.notifications import notifications
from ticketdesk.models.tickets import tickets
from ticketdesk.models.users import team_members, users
from ticketdesk.repositories.base import Repository, new_id
from ticketdesk.repositories.keyset import collect, one_page
from ticketdesk.repositories.statements import Row
from ticketdesk.schemas.notifications import Notification, NotificationTicket

_IS_ASSIGNEE = users.c.id == tickets.c.assignee_id
_LEFT_TO_LEADS = and_(tickets.c.checker_id.is_(None), tickets.c.checker_team_id.is_(None))
_LEADS_ALL = users.c.role.in_([Role.LEAD, Role.ADMIN])
_leads = users.alias("leads")
_HAS_LEAD = exists().where(
    team_members.c.team_id == categories.c.team_id,
    team_members.c.user_id == _leads.c.id,
    _leads.c.role == Role.LEAD,
    _leads.c.is_active,
)


def _is_in(team_id: ColumnElement[UUID | None]) -> ColumnElement[bool]:
    return exists().where(team_members.c.team_id == team_id, team_members.c.user_id == users.c.id)


_HEARS: Mapping[Audience, ColumnElement[bool]] = {
    # Where nobody works it: whoever made it, and for support the leads of those who will.
    Audience.STAFF: or_(
        _IS_ASSIGNEE,
        users.c.id == tickets.c.created_by_id,
        and_(
            tickets.c.kind == TicketKind.SUPPORT,
            users.c.role == Role.LEAD,
            or_(categories.c.team_id.is_(None), _is_in(categories.c.team_id)),
        ),
    ),
    Audience.ASSIGNEE: _IS_ASSIGNEE,
    Audience.CHECKER: or_(
        users.c.id == tickets.c.checker_id,
        _is_in(tickets.c.checker_team_id),
        and_(_LEFT_TO_LEADS, _LEADS_ALL),
    ),
    Audience.LEADS: or_(
        and_(users.c.role == Role.LEAD, _is_in(categories.c.team_id)),
        and_(not_(_HAS_LEAD), _LEADS_ALL),
    ),
}


@dataclass(frozen=True, slots=True)
class TicketNews:
    """A ticket as it is spoken of, and the active users who have to know."""

    number: int
    title: str
    user_ids: Sequence[UUID]


class NotificationsRepository(Repository):
    """Everybody reads and marks their own only."""

    async def ticket_news(self, ticket_id: UUID, audience: Audience) -> TicketNews | None:
        """Return whom of ``audience`` to tell of a ticket; where somebody works it, ``staff`` is that person alone."""
        source = tickets.outerjoin(categories, categories.c.id == tickets.c.category_id)
        source = source.outerjoin(users, and_(users.c.is_active, _HEARS[audience]))
        statement = select(tickets.c.number, tickets.c.title, users.c.id, _IS_ASSIGNEE.label("is_assignee"))
        rows = await self._all(statement.select_from(source).where(tickets.c.id == ticket_id))
        if not rows:
            return None
        working = [row["id"] for row in rows if row["is_assignee"]]
        told = working if audience is Audience.STAFF and working else [row["id"] for row in rows if row["id"]]
        return TicketNews(rows[0]["number"], rows[0]["title"], told)

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
