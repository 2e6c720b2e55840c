"""How much is open about a contact."""

from dataclasses import dataclass

from sqlalchemy import func, select

from ticketdesk.domain.actors import Actor
from ticketdesk.models.tickets import requested_actions, tickets
from ticketdesk.repositories.base import Repository
from ticketdesk.repositories.ticket_filters import matching
from ticketdesk.schemas.tickets import TicketQuery


@dataclass(frozen=True, slots=True)
class CardCounts:
    """Tickets that match, and their requested actions that are not ticked."""

    tickets: int
    open_actions: int


class ContactCardRepository(Repository):
    """Counts alone: the tickets themselves come from ``ticket_views``."""

    async def counts(self, query: TicketQuery, actor: Actor) -> CardCounts:
        """Count what matches ``query``."""
        found = select(tickets.c.id).where(*matching(query, actor)).cte("found")
        undone = select(func.count()).select_from(
            requested_actions.join(found, found.c.id == requested_actions.c.ticket_id)
        )
        row = await self._one(
            select(
                select(func.count()).select_from(found).scalar_subquery().label("tickets"),
                undone.where(requested_actions.c.done_at.is_(None)).scalar_subquery().label("open_actions"),
            )
        )
        assert row is not None  # noqa: S101 - counting always gives a row
        return CardCounts(**row)
