"""Messages about several tickets at once: whom they go to, and many rows in few statements."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from ticketdesk.domain.messages import MessageState
from ticketdesk.models.contacts import contacts
from ticketdesk.models.messages import message_tickets, messages
from ticketdesk.models.tickets import ticket_recipients, tickets
from ticketdesk.repositories.base import Repository, new_id
from ticketdesk.repositories.id_arrays import one_of_ids


@dataclass(frozen=True, slots=True)
class TicketRecipient:
    """A person on a ticket, with the address used for them on this ticket."""

    ticket_id: UUID
    contact_id: UUID
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message to one address about ``ticket_ids``, in this order; ``values`` are its other columns."""

    contact_id: UUID
    recipient_name: str
    address: str
    address_key: str
    ticket_ids: tuple[UUID, ...]
    values: dict[str, Any]


class MessageBatchRepository(Repository):
    """The statements do not grow with the number of tickets."""

    async def recipients(self, ticket_ids: Sequence[UUID]) -> list[TicketRecipient]:
        """Return the recipients of the tickets, those of the oldest ticket first."""
        r, t = ticket_recipients.c, tickets.c
        rows = await self._all(
            select(r.ticket_id, r.contact_id, contacts.c.name, r.address)
            .join(contacts, contacts.c.id == r.contact_id)
            .join(tickets, t.id == r.ticket_id)
            .where(one_of_ids(r.ticket_id, ticket_ids))
            .order_by(t.created_at, t.id, r.position)
        )
        return [TicketRecipient(**row) for row in rows]

    async def add(self, batch: Iterable[NewMessage], now: datetime) -> int:
        """Queue the messages and return how many there are."""
        added = [(new_id(), message) for message in batch]
        if added:
            await self._insert(messages, *(_row(message_id, message, now) for message_id, message in added))
            lines = (
                {"message_id": message_id, "ticket_id": ticket_id, "position": position}
                for message_id, message in added
                for position, ticket_id in enumerate(message.ticket_ids)
            )
            await self._insert(message_tickets, *lines)
        return len(added)


def _row(message_id: UUID, message: NewMessage, now: datetime) -> dict[str, Any]:
    return {
        "id": message_id,
        "state": MessageState.QUEUED,
        "contact_id": message.contact_id,
        "recipient_name": message.recipient_name,
        "address": message.address,
        "address_key": message.address_key,
        "due_at": now,
        "created_at": now,
        **message.values,
    }
