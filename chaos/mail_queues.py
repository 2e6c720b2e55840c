"""Many messages to send at once, each about a ticket and to an address of its own."""

from dataclasses import fields
from uuid import UUID

from sqlalchemy import insert, select
from tests.factories.tickets import create_ticket

from chaos.desks import Desk
from ticketdesk.models.messages import message_tickets, messages
from ticketdesk.models.tickets import ticket_recipients, tickets
from ticketdesk.repositories.base import new_id
from ticketdesk.repositories.tickets import TicketRecord


def address_of(index: int) -> str:
    """Return the address that the message of that index goes to, and no other."""
    return f"anna{index}@many.example"


async def queue_messages(desk: Desk, count: int) -> None:
    """Queue ``count`` messages that are due; their tickets are written at once, like one that the API created."""
    async with desk.client() as staff:
        like = await create_ticket(staff)
    names = [field.name for field in fields(TicketRecord) if field.name not in {"id", "number"}]
    async with desk.resources.engine.begin() as connection:
        found = await connection.execute(select(*(tickets.c[name] for name in names)).where(tickets.c.id == like["id"]))
        row = dict(found.mappings().one())
        made = [{**row, "id": new_id(), "activity_seq": 0, "activity_hash": bytes(32)} for _ in range(count)]
        queued = [_message(index, row["contact_id"], row["created_at"]) for index in range(count)]
        listed = [
            {"message_id": message["id"], "ticket_id": ticket["id"], "position": 0}
            for message, ticket in zip(queued, made, strict=True)
        ]
        await connection.execute(insert(tickets), made)
        await connection.execute(insert(ticket_recipients), [_recipient(index, row) for index, row in enumerate(made)])
        await connection.execute(insert(messages), queued)
        await connection.execute(insert(message_tickets), listed)


def _recipient(index: int, ticket: dict[str, object]) -> dict[str, object]:
    """Return whom the ticket was sent to: a mail that nobody is asked by any more would be cancelled."""
    return {
        "ticket_id": ticket["id"],
        "contact_id": ticket["contact_id"],
        "address": address_of(index),
        "address_key": address_of(index),
    }


def _message(index: int, contact_id: UUID, due_at: object) -> dict[str, object]:
    return {
        "id": new_id(),
        "purpose": "reply",
        "state": "queued",
        "contact_id": contact_id,
        "recipient_name": "Anna",
        "address": address_of(index),
        "address_key": address_of(index),
        "sender_name": "Ann",
        "facts": {},
        "due_at": due_at,
        "created_at": due_at,
    }
