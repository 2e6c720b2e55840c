"""Outbound messages: written in the transaction that caused them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, insert, select

from ticketdesk.domain.messages import MessageState, Purpose
from ticketdesk.models.messages import message_tickets, messages
from ticketdesk.repositories.base import Repository, new_id
from ticketdesk.repositories.tickets import RecipientRecord

_m = messages.c


class MessageRepository(Repository):
    """All SQL of messages but that of the worker, which is in ``deliveries``."""

    async def add(
        self,
        purpose: Purpose,
        recipient: RecipientRecord,
        ticket_ids: Sequence[UUID],
        now: datetime,
        **values: Any,
    ) -> UUID:
        """Queue one message about ``ticket_ids``, in this order, to one person; returns its id."""
        message_id = new_id()
        row = {
            "id": message_id,
            "purpose": purpose,
            "state": MessageState.QUEUED,
            "contact_id": recipient.contact_id,
            "recipient_name": recipient.name,
            "address": recipient.address,
            "address_key": recipient.address_key,
            "due_at": now,
            "created_at": now,
        }
        await self._execute(insert(messages).values(row | values))
        listed = [
            {"message_id": message_id, "ticket_id": ticket_id, "position": position}
            for position, ticket_id in enumerate(ticket_ids)
        ]
        await self._execute(insert(message_tickets), listed)
        return message_id

    async def is_being_sent(self, ticket_id: UUID) -> bool:
        """Tell whether a mail that lists the ticket is on the wire at this moment."""
        on_the_wire = (
            select(message_tickets.c.ticket_id)
            .join(messages, _m.id == message_tickets.c.message_id)
            .where(message_tickets.c.ticket_id == ticket_id, message_tickets.c.is_included)
            .where(_m.state == MessageState.SENDING)
        )
        return bool(await self._scalar(select(exists(on_the_wire))))
