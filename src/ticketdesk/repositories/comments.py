"""Comments: write-once, and internal ones for staff alone."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, insert, literal_column, select, true

from ticketdesk.domain.actors import Actor, Side
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.domain.tickets import Visibility
from ticketdesk.models.tickets import comments, tickets
from ticketdesk.repositories.base import Repository, new_id
from ticketdesk.repositories.keyset import collect, one_page
from ticketdesk.repositories.statements import Row, Statement
from ticketdesk.repositories.visibility import visible_to
from ticketdesk.schemas.comments import Comment

_c = comments.c
_INSERT = Statement(
    insert(comments).returning(comments),
    ("id", "ticket_id", "user_id", "contact_id", "author_name", "author_side", "visibility", "body", "created_at"),
)


def readable_by(actor: Actor) -> ColumnElement[bool]:
    """Return the condition under which ``actor`` may read a comment of a ticket they see."""
    return readable_outside() if actor.side is Side.RECIPIENT else true()


def readable_outside() -> ColumnElement[bool]:
    """Return the condition under which a comment may leave the desk."""
    return _c.visibility == literal_column(f"'{Visibility.PUBLIC}'")


def _comment(row: Row) -> Comment:
    author = {"name": row["author_name"], "side": row["author_side"]}
    return Comment.model_validate(
        {
            "id": row["id"],
            "author": author,
            "visibility": row["visibility"],
            "body": row["body"],
            "created_at": row["created_at"],
        }
    )


class CommentRepository(Repository):
    """All SQL of comments."""

    async def add(self, ticket_id: UUID, actor: Actor, body: str, visibility: Visibility, now: datetime) -> Comment:
        """Insert a comment of ``actor``'s and return it."""
        values = {
            "id": new_id(),
            "ticket_id": ticket_id,
            "user_id": actor.user_id,
            "contact_id": actor.contact_id,
            "author_name": actor.name,
            "author_side": "recipient" if actor.side is Side.RECIPIENT else "staff",
            "visibility": visibility,
            "body": body,
            "created_at": now,
        }
        return _comment(await self._only(_INSERT, **values))

    async def page(self, ticket_id: UUID, request: PageRequest, actor: Actor) -> Page[Comment]:
        """Return a page of what ``actor`` may read on a ticket, oldest first."""
        statement = (
            select(comments)
            .join(tickets, tickets.c.id == _c.ticket_id)
            .where(and_(_c.ticket_id == ticket_id, visible_to(actor), readable_by(actor)))
        )
        rows = await self._all(one_page(statement, _c.created_at, _c.id, request))
        return collect(rows, request, _comment)

    async def bodies(self, comment_ids: list[UUID]) -> dict[UUID, str]:
        """Return the words of public comments, for mails that carry them."""
        statement = select(_c.id, _c.body).where(_c.id.in_(comment_ids), _c.visibility == Visibility.PUBLIC)
        return {row["id"]: row["body"] for row in await self._all(statement)}
