"""The rows that belong to a ticket: requested actions and violation categories."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update

from ticketdesk.models.tickets import requested_actions, ticket_violation_categories
from ticketdesk.repositories.base import Repository, new_id
from ticketdesk.schemas.tickets import RequestedAction, RequestedActionInput

_a = requested_actions.c


def _actions(ticket_id: UUID, lines: Sequence[RequestedActionInput]) -> list[dict[str, Any]]:
    return [
        {
            "id": new_id(),
            "ticket_id": ticket_id,
            "position": position,
            "text": line.text,
            "note": line.note,
            "source": line.source,
        }
        for position, line in enumerate(lines, 1)
    ]


def _links(ticket_id: UUID, category_ids: Sequence[UUID]) -> list[dict[str, Any]]:
    return [{"ticket_id": ticket_id, "violation_category_id": one} for one in dict.fromkeys(category_ids)]


class TicketContentRepository(Repository):
    """Writes need the ticket's lock; the database refuses them for what was sent."""

    async def set_actions(self, ticket_id: UUID, lines: Sequence[RequestedActionInput]) -> None:
        """Make ``lines`` the requested actions of a ticket, in this order."""
        await self._execute(delete(requested_actions).where(_a.ticket_id == ticket_id))
        await self._insert(requested_actions, *_actions(ticket_id, lines))

    def add_actions(self, ticket_id: UUID, lines: Sequence[RequestedActionInput]) -> None:
        """Give a ticket that is about to be written its requested actions, in this order."""
        self._insert_soon(requested_actions, *_actions(ticket_id, lines))

    async def set_categories(self, ticket_id: UUID, category_ids: Sequence[UUID]) -> None:
        """Make ``category_ids`` the violation categories of a ticket."""
        links = ticket_violation_categories
        await self._execute(delete(links).where(links.c.ticket_id == ticket_id))
        # At once and not together with a change of the ticket: the triggers of each count what they find of the other.
        await self._insert(links, *_links(ticket_id, category_ids))

    def add_categories(self, ticket_id: UUID, category_ids: Sequence[UUID]) -> None:
        """Give a ticket that is about to be written its violation categories."""
        self._insert_soon(ticket_violation_categories, *_links(ticket_id, category_ids))

    async def action(self, ticket_id: UUID, action_id: UUID) -> RequestedAction | None:
        """Return one line of a ticket, ``None`` if the ticket has no such line."""
        row = await self._one(select(requested_actions).where(_a.id == action_id, _a.ticket_id == ticket_id))
        if row is None:
            return None
        shown = {name: row[name] for name in ("id", "position", "text", "note", "source", "done_at", "done_by")}
        return RequestedAction.model_validate(shown | {"is_done": row["done_at"] is not None})

    async def tick(self, action_id: UUID, done_at: datetime | None, done_by: str | None) -> None:
        """Mark a line done by ``done_by``, or not done with ``None``."""
        await self._execute(
            update(requested_actions).where(_a.id == action_id).values(done_at=done_at, done_by=done_by)
        )
