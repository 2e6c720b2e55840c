"""Outreach is an activity of its own, and what a ticket that requires it waits for (spec: product.md section 5)."""

from typing import Any
from uuid import UUID

from ticketdesk.domain.activities import ActivityKind
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.calls import OutreachChannel
from ticketdesk.domain.ticket_workflow import require_not_archived
from ticketdesk.domain.versions import Expected
from ticketdesk.repositories.tickets import TicketRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.outreach import OutreachInput
from ticketdesk.services import activities, steps


async def post(uow: UnitOfWork, actor: Actor, ticket_id: UUID, data: OutreachInput, expected: Expected = None) -> None:
    """Record that the client was reached; the ticket requires no outreach any more.

    Raises ``NotFound``, ``StaleVersion``, ``Conflict`` (``ticket_archived``).
    """
    ticket = await steps.lock(uow, actor, ticket_id, expected)
    require_not_archived(ticket.facts)
    await record(uow, actor, ticket, data.channel, note=data.note)


async def record(uow: UnitOfWork, actor: Actor, ticket: TicketRecord, channel: OutreachChannel, **facts: Any) -> None:
    """Write the entry and what follows from it; the caller holds the ticket's lock."""
    reached = ticket.with_columns(outreach_required=False)
    after = await activities.record(uow, reached, actor, ActivityKind.OUTREACH, channel=channel, **facts)
    await uow.tickets.save(ticket, after)
