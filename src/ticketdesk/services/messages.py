"""Mail to recipients as rows: queued in the transaction that causes it, sent by the worker (see ``deliveries``)."""

from uuid import UUID

from ticketdesk.domain.actors import Actor
from ticketdesk.domain.messages import Purpose
from ticketdesk.repositories.tickets import TicketRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork


async def post(
    uow: UnitOfWork,
    ticket: TicketRecord,
    purpose: Purpose,
    sender: Actor,
    *,
    comment_id: UUID | None = None,
    reason: str | None = None,
) -> None:
    """Queue one message to each recipient of ``ticket``; it carries the comment's words and the reason."""
    facts = {"comment_id": str(comment_id) if comment_id else None, "reason": reason}
    recipients = await uow.tickets.recipients([ticket.id])
    for recipient in recipients.get(ticket.id, []):
        await uow.messages.add(
            purpose,
            recipient,
            [ticket.id],
            uow.now(),
            sender_name=sender.name,
            sender_team=sender.team,
            facts={name: value for name, value in facts.items() if value is not None},
        )
