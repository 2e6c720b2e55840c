"""Tickets with a past, written straight into the tables: reports look back on what no clock of a test lived through."""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import Table, insert

from ticketdesk.bootstrap import Resources
from ticketdesk.models.catalogue import categories
from ticketdesk.models.checks import end_of_day_breaches, rework_entries
from ticketdesk.models.messages import message_tickets, messages
from ticketdesk.models.monitored_items import violation_categories
from ticketdesk.models.tickets import ticket_violation_categories, tickets
from ticketdesk.repositories.base import new_id

_NUMBERS = count(1)


async def write(resources: Resources, table: Table, *rows: dict[str, Any]) -> None:
    """Insert rows."""
    async with resources.engine.begin() as connection:
        await connection.execute(insert(table), list(rows))


async def create_violation_category(resources: Resources, name: str) -> UUID:
    """Write a violation category and return its id."""
    return await _named(resources, violation_categories, name, regulation="12 CFR 1")


async def create_category(resources: Resources, name: str) -> UUID:
    """Write a category of support tickets and return its id."""
    return await _named(resources, categories, name)


async def _named(resources: Resources, table: Table, name: str, **fields: Any) -> UUID:
    row_id, now = new_id(), resources.clock.now()
    times = {"created_at": now, "updated_at": now}
    await write(resources, table, {"id": row_id, "name": name, **times, **fields})
    return row_id


async def past_ticket(resources: Resources, created_at: datetime, *violations: UUID, **columns: Any) -> UUID:
    """Write a corrective ticket, closed as completed if ``closed_at`` is given, and return its id."""
    ticket_id = new_id()
    is_closed = columns.get("closed_at") is not None
    row = {
        "id": ticket_id,
        "kind": "corrective",
        "title": "Correct the yield claim",
        "status": "closed" if is_closed else "pending_correction",
        "resolution": "completed" if is_closed else None,
        "created_at": created_at,
        "updated_at": created_at,
        "last_update_at": created_at,
        "last_update_by": "Staff",
        "last_update_kind": "created",
        "activity_hash": bytes(32),
    }
    await write(resources, tickets, row | columns)
    links = [{"ticket_id": ticket_id, "violation_category_id": category} for category in violations]
    if links:
        await write(resources, ticket_violation_categories, *links)
    return ticket_id


async def rework(resources: Resources, ticket_id: UUID, at: datetime, cause: str, **people: UUID | None) -> None:
    """Write an entry of the rework ledger."""
    row = {"id": new_id(), "ticket_id": ticket_id, "cause": cause, "reason": "Not done", "created_at": at}
    await write(resources, rework_entries, row | people)


async def breach(resources: Resources, ticket_id: UUID, day: date, waited: timedelta, **columns: Any) -> None:
    """Write that a ticket was unchecked at the end of ``day``, ``waited`` after its completion."""
    now = resources.clock.now()
    row = {"id": new_id(), "day": day, "ticket_id": ticket_id, "status": "pending_verification"}
    times = {"recorded_at": now, "completed_at": now - waited}
    await write(resources, end_of_day_breaches, row | times | columns)


def entry(ticket_id: UUID, at: datetime, kind: str, seq: int, **facts: Any) -> dict[str, Any]:
    """Return an entry of the record of a ticket; its hashes prove nothing."""
    return {
        "id": new_id(),
        "ticket_id": ticket_id,
        "seq": seq,
        "occurred_at": at,
        "actor_kind": "user",
        "actor_name": "Staff",
        "kind": kind,
        "facts": facts,
        "previous_hash": bytes(32),
        "hash": bytes(32),
    }


async def reminder(
    resources: Resources, contact_id: UUID, at: datetime, *ticket_ids: UUID, state: str = "sent"
) -> None:
    """Write one reminder to a contact about tickets."""
    message_id = new_id()
    address = f"{next(_NUMBERS)}@brightpath.example"
    row = {
        "id": message_id,
        "purpose": "reminder",
        "state": state,
        "contact_id": contact_id,
        "recipient_name": "Anna Berg",
        "address": address,
        "address_key": address,
        "sender_name": "Staff",
        "due_at": at,
        "created_at": at,
        "sent_at": at if state == "sent" else None,
    }
    await write(resources, messages, row)
    links = [{"message_id": message_id, "ticket_id": one, "position": n} for n, one in enumerate(ticket_ids)]
    await write(resources, message_tickets, *links)
