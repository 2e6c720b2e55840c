"""How many tickets match, by status and by reason for attention."""

from typing import Any

from sqlalchemy import Select, func, select

from ticketdesk.domain.actors import Actor
from ticketdesk.domain.attention import AttentionReason
from ticketdesk.domain.ticket_workflow import Status
from ticketdesk.models.tickets import tickets
from ticketdesk.repositories.base import Repository
from ticketdesk.repositories.ticket_filters import ATTENTION, matching, needs_attention
from ticketdesk.schemas.tickets import TicketCounts, TicketQuery


class TicketCounterRepository(Repository):
    """Counts for ``GET /tickets/counts``; what is counted always passes ``visible_to``."""

    async def counts(self, query: TicketQuery, actor: Actor) -> TicketCounts:
        """Count what matches by status and by reason for attention."""
        attention = [func.count().filter(condition).label(reason) for reason, condition in ATTENTION.items()]
        statement: Select[Any] = (
            select(
                tickets.c.status,
                func.count().label("in_status"),
                func.count().filter(needs_attention()).label("total"),
                *attention,
            )
            .where(*matching(query, actor))
            .group_by(tickets.c.status)
        )
        rows = await self._all(statement)
        by_status = dict.fromkeys(Status, 0) | {Status(row["status"]): row["in_status"] for row in rows}
        needed = {name: sum(row[name] for row in rows) for name in ("total", *ATTENTION)}
        return TicketCounts(by_status=by_status, needs_attention=dict.fromkeys(AttentionReason, 0) | needed)
