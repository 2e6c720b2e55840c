"""Tickets as the rules need them: read under a lock, changed as a value, written back as a difference."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, literal_column, select, update

from ticketdesk.domain.activities import GENESIS
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.ticket_workflow import Resolution, Status, TicketFacts, TicketKind
from ticketdesk.models.contacts import contacts
from ticketdesk.models.tickets import ticket_recipients, tickets
from ticketdesk.repositories.base import Repository, new_id
from ticketdesk.repositories.statements import Row
from ticketdesk.repositories.visibility import visible_to


@dataclass(frozen=True, slots=True)
class TicketRecord:
    """The columns of a ticket that steps read and write; times are aware UTC."""

    id: UUID
    number: int
    kind: TicketKind
    title: str
    description: str
    status: Status
    priority: str
    contact_id: UUID | None
    account_id: UUID | None
    assignee_id: UUID | None
    checker_id: UUID | None
    worked_by_id: UUID | None
    requires_check: bool
    created_by_id: UUID | None
    created_at: datetime
    updated_at: datetime
    sent_at: datetime | None
    pending_since: datetime | None
    completed_at: datetime | None
    closed_at: datetime | None
    resolution: Resolution | None
    verified_by_id: UUID | None
    verified_at: datetime | None
    evidence: str | None
    rework_count: int
    archived_at: datetime | None
    deleted_at: datetime | None
    last_update_at: datetime
    last_update_by: str
    last_update_kind: str
    reminder_every_days: int | None
    reminder_is_paused: bool
    reminders_sent: int
    next_reminder_at: datetime | None
    reminder_stopped_by: str | None
    notifications_sent: int
    last_sent_at: datetime | None
    delivery_failure: str | None
    dispatch_id: UUID | None
    version: int
    activity_seq: int
    activity_hash: bytes

    @property
    def facts(self) -> TicketFacts:
        """What the workflow asks about this ticket."""
        return TicketFacts(
            self.kind, self.status, self.archived_at is not None, self.requires_check, self.completed_at is not None
        )


@dataclass(frozen=True, slots=True)
class RecipientRecord:
    """A person on a ticket, the address used for them, and its normalised form."""

    contact_id: UUID
    name: str
    address: str
    address_key: str


_FIELDS = tuple(field.name for field in fields(TicketRecord))
COLUMNS = tuple(tickets.c[name] for name in _FIELDS)


def _record(row: Row) -> TicketRecord:
    values = dict(row)
    values["kind"], values["status"] = TicketKind(values["kind"]), Status(values["status"])
    values["resolution"] = Resolution(values["resolution"]) if values["resolution"] else None
    return TicketRecord(**values)


class TicketRepository(Repository):
    """Locks are taken in the order of ids, so that two requests over the same tickets never wait for each other."""

    async def lock(self, ticket_id: UUID, actor: Actor) -> TicketRecord | None:
        """Return the ticket if ``actor`` may see it, locked until the transaction ends."""
        found = await self.lock_all([ticket_id], actor)
        return found[0] if found else None

    async def lock_all(self, ticket_ids: Sequence[UUID], actor: Actor) -> list[TicketRecord]:
        """Return those of the tickets that ``actor`` may see, locked, in the order of their ids."""
        rows = await self._all(
            select(*COLUMNS)
            .where(tickets.c.id.in_(ticket_ids), visible_to(actor))
            .order_by(tickets.c.id)
            .with_for_update(of=tickets)
        )
        return [_record(row) for row in rows]

    async def find(self, ticket_id: UUID, actor: Actor) -> TicketRecord | None:
        """Return the ticket if ``actor`` may see it, without a lock."""
        row = await self._one(select(*COLUMNS).where(tickets.c.id == ticket_id, visible_to(actor)))
        return _record(row) if row else None

    async def add(self, values: Mapping[str, Any], now: datetime, by: str) -> TicketRecord:
        """Insert a ticket made at ``now`` and return it; its record of activity is still empty."""
        row = {
            "id": new_id(),
            "created_at": now,
            "updated_at": now,
            "last_update_at": now,
            "last_update_by": by,
            "last_update_kind": "created",
            "activity_hash": GENESIS,
        } | dict(values)
        return _record(await self._only(insert(tickets).values(row).returning(*COLUMNS)))

    async def save(self, before: TicketRecord, after: TicketRecord) -> TicketRecord:
        """Write what differs and return the ticket as it is now; the version grows with every change."""
        old, new = asdict(before), asdict(after)
        changed = {name: value for name, value in new.items() if value != old[name]}
        if not changed:
            return after
        statement = update(tickets).where(tickets.c.id == before.id)
        grown = changed | {"version": literal_column("version + 1")}
        return _record(await self._only(statement.values(**grown).returning(*COLUMNS)))

    async def recipients(self, ticket_ids: Sequence[UUID]) -> dict[UUID, list[RecipientRecord]]:
        """Return the recipients of each ticket in their order."""
        rows = await self._all(
            select(ticket_recipients, contacts.c.name)
            .join(contacts, contacts.c.id == ticket_recipients.c.contact_id)
            .where(ticket_recipients.c.ticket_id.in_(ticket_ids))
            .order_by(ticket_recipients.c.ticket_id, ticket_recipients.c.position)
        )
        found: dict[UUID, list[RecipientRecord]] = {}
        for row in rows:
            record = RecipientRecord(row["contact_id"], row["name"], row["address"], row["address_key"])
            found.setdefault(row["ticket_id"], []).append(record)
        return found

    async def set_recipients(self, ticket_id: UUID, people: Sequence[RecipientRecord]) -> None:
        """Make ``people`` the recipients of a ticket, in this order."""
        await self._execute(ticket_recipients.delete().where(ticket_recipients.c.ticket_id == ticket_id))
        rows = [
            {
                "ticket_id": ticket_id,
                "contact_id": person.contact_id,
                "address": person.address,
                "address_key": person.address_key,
                "position": position,
            }
            for position, person in enumerate(people)
        ]
        if rows:
            await self._execute(insert(ticket_recipients), rows)
