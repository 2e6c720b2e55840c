"""Tickets as the rules need them: read under a lock, changed as a value, written back as a difference."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, literal_column, select, update

from ticketdesk.domain.activities import GENESIS
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.ticket_workflow import Resolution, Status, TicketFacts, TicketKind
from ticketdesk.domain.tickets import Origin
from ticketdesk.models.contacts import contacts
from ticketdesk.models.tickets import ticket_recipients, tickets
from ticketdesk.repositories.base import Repository, new_id
from ticketdesk.repositories.id_arrays import OfIds
from ticketdesk.repositories.row_arrays import gather, update_of_all
from ticketdesk.repositories.statements import Row, Statement
from ticketdesk.repositories.visibility import Audience, audience_of, visible_in


@dataclass(frozen=True, kw_only=True)
class TicketRecord:
    """The columns of a ticket that steps read and write; times are aware UTC. The defaults are those of a new one."""

    id: UUID = field(default_factory=new_id)
    number: int = 0  # given by the database
    kind: TicketKind
    title: str
    description: str
    status: Status
    priority: str
    contact_id: UUID | None = None
    account_id: UUID | None = None
    assignee_id: UUID | None = None
    checker_id: UUID | None = None
    checker_team_id: UUID | None = None
    worked_by_id: UUID | None = None
    category_id: UUID | None = None
    product_id: UUID | None = None
    tags: Sequence[str] = ()
    origin: str = Origin.STAFF
    outreach_required: bool = False
    newest_words_by: str | None = None
    first_response_at: datetime | None = None
    had_nobody_eligible: bool = False
    requires_check: bool = False
    created_by_id: UUID | None = None
    created_at: datetime
    updated_at: datetime
    sent_at: datetime | None = None
    pending_since: datetime | None = None
    completed_at: datetime | None = None
    closed_at: datetime | None = None
    resolution: Resolution | None = None
    verified_by_id: UUID | None = None
    verified_at: datetime | None = None
    evidence: str | None = None
    rework_count: int = 0
    archived_at: datetime | None = None
    deleted_at: datetime | None = None
    last_update_at: datetime
    last_update_by: str
    last_update_kind: str
    reminder_every_days: int | None = None
    reminder_is_paused: bool = False
    reminders_sent: int = 0
    next_reminder_at: datetime | None = None
    reminder_stopped_by: str | None = None
    notifications_sent: int = 0
    last_sent_at: datetime | None = None
    delivery_failure: str | None = None
    dispatch_id: UUID | None = None
    due_on: date | None = None
    sendings: int = 0
    last_sending_at: datetime | None = None
    version: int = 1
    activity_seq: int = 0
    activity_hash: bytes = GENESIS

    @property
    def facts(self) -> TicketFacts:
        """What the workflow asks about this ticket."""
        return TicketFacts(
            self.kind, self.status, self.archived_at is not None, self.requires_check, self.completed_at is not None
        )

    def with_columns(self, **columns: Any) -> "TicketRecord":
        """Return this ticket with other values in ``columns``; raises ``TypeError`` for what is no column.

        A step changes a ticket several times over, and ``dataclasses.replace`` hands over each of 55 fields each time,
        at twenty times the cost.
        """
        if not columns.keys() <= self.__dict__.keys():
            raise TypeError(f"A ticket has no {columns.keys() - self.__dict__.keys()}.")
        return _made_of(self.__dict__, columns)


def _made_of(*columns: Mapping[str, Any]) -> TicketRecord:
    """Return the ticket with ``columns``, which are all of them; later ones go before earlier ones."""
    made = object.__new__(TicketRecord)
    for some in columns:
        made.__dict__.update(some)
    return made


@dataclass(frozen=True, slots=True)
class RecipientRecord:
    """A person on a ticket, the address used for them, and its normalised form.

    Whoever does not have all questionnaires of a task has rows of their own (see ``task_recipients``).
    """

    contact_id: UUID
    name: str
    address: str
    address_key: str
    has_all_questionnaires: bool = True


_FIELDS = tuple(each.name for each in fields(TicketRecord))
_OF_RECIPIENT = tuple(each.name for each in fields(RecipientRecord))
_values_of = attrgetter(*_FIELDS)
COLUMNS = tuple(tickets.c[name] for name in _FIELDS)


_INSERT = Statement(
    insert(tickets).returning(tickets.c.number),
    [*(name for name in _FIELDS if name != "number"), "monitored_item_id", "item"],
)
_CHANGE = update(tickets).values(version=literal_column("tickets.version + 1"))
_UPDATE = _CHANGE.where(tickets.c.id == bindparam("ticket_id")).returning(tickets.c.version)
_RECIPIENTS = OfIds(
    select(ticket_recipients, contacts.c.name)
    .join(contacts, contacts.c.id == ticket_recipients.c.contact_id)
    .order_by(ticket_recipients.c.ticket_id, ticket_recipients.c.position),
    ticket_recipients.c.ticket_id,
)


@lru_cache(256)
def _updating(names: tuple[str, ...]) -> Statement:
    return Statement(_UPDATE, names)


@lru_cache(256)
def _updating_all(names: tuple[str, ...]) -> Statement:
    return update_of_all(tickets, _CHANGE, "id", names)


@cache
def _reading(audience: Audience) -> Statement:
    return Statement(select(*COLUMNS).where(tickets.c.id == bindparam("ticket_id"), visible_in(audience)))


@cache
def _locking(audience: Audience) -> OfIds:
    wanted = select(*COLUMNS).where(visible_in(audience)).order_by(tickets.c.id)
    return OfIds(wanted.with_for_update(of=tickets), tickets.c.id)


def record_of(row: Row) -> TicketRecord:
    """Return the ticket of a row that has ``COLUMNS``."""
    values = dict(row)
    values["kind"], values["status"] = TicketKind(values["kind"]), Status(values["status"])
    values["resolution"] = Resolution(values["resolution"]) if values["resolution"] else None
    return _made_of(values)


def changed_columns(before: TicketRecord, after: TicketRecord) -> dict[str, Any]:
    """Return the columns in which ``after`` differs, with their new values."""
    pairs = zip(_FIELDS, _values_of(before), _values_of(after), strict=True)
    return {name: new for name, old, new in pairs if new != old}


class TicketRepository(Repository):
    """Locks are taken in the order of ids, so that two requests over the same tickets never wait for each other."""

    async def lock(self, ticket_id: UUID, actor: Actor) -> TicketRecord | None:
        """Return the ticket if ``actor`` may see it, locked until the transaction ends."""
        found = await self.lock_all([ticket_id], actor)
        return found[0] if found else None

    async def lock_all(self, ticket_ids: Sequence[UUID], actor: Actor) -> list[TicketRecord]:
        """Return those of the tickets that ``actor`` may see, locked, in the order of their ids."""
        statement, values = _locking(audience_of(actor)).given(ticket_ids)
        rows = await self._all(statement, **values, reader_id=actor.contact_id)
        return [record_of(row) for row in rows]

    async def find(self, ticket_id: UUID, actor: Actor) -> TicketRecord | None:
        """Return the ticket if ``actor`` may see it, without a lock."""
        row = await self._one(_reading(audience_of(actor)), ticket_id=ticket_id, reader_id=actor.contact_id)
        return record_of(row) if row else None

    async def add(self, ticket: TicketRecord, *, monitored_item_id: UUID | None, item: Any) -> TicketRecord:
        """Insert a ticket, with what it keeps of a monitored item, and return it with the number it got."""
        values = zip(_FIELDS, _values_of(ticket), strict=True)
        row = await self._only(_INSERT, **dict(values), monitored_item_id=monitored_item_id, item=item)
        return ticket.with_columns(number=row["number"])

    async def save(self, before: TicketRecord, after: TicketRecord) -> TicketRecord:
        """Write what differs and return the ticket as it is now; the version grows with every change."""
        changed = changed_columns(before, after)
        if not changed:
            return after
        row = await self._only(_updating(tuple(changed)), **changed, ticket_id=before.id)
        return after.with_columns(version=row["version"])

    async def save_all(self, pairs: Iterable[tuple[TicketRecord, TicketRecord]]) -> None:
        """Write what differs between the two of each pair, as ``save`` does; a statement for each set of columns."""
        rows: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for before, after in pairs:
            if changed := changed_columns(before, after):
                rows.setdefault(tuple(changed), []).append(changed | {"id": before.id})
        for names, changes in rows.items():
            await self._execute(_updating_all(names), **gather(changes))

    async def recipients(self, ticket_ids: Sequence[UUID]) -> dict[UUID, list[RecipientRecord]]:
        """Return the recipients of each ticket in their order."""
        statement, values = _RECIPIENTS.given(ticket_ids)
        rows = await self._all(statement, **values)
        found: dict[UUID, list[RecipientRecord]] = {}
        for row in rows:
            record = RecipientRecord(*(row[name] for name in _OF_RECIPIENT))
            found.setdefault(row["ticket_id"], []).append(record)
        return found

    async def set_recipients(self, ticket_id: UUID, people: Sequence[RecipientRecord]) -> None:
        """Make ``people`` the recipients of a ticket, in this order."""
        await self._execute(ticket_recipients.delete().where(ticket_recipients.c.ticket_id == ticket_id))
        self.add_recipients(ticket_id, people)

    def add_recipients(self, ticket_id: UUID, people: Sequence[RecipientRecord], first: int = 0) -> None:
        """Add ``people`` to the recipients of a ticket, in this order from the position ``first`` on."""
        rows = (
            {
                "ticket_id": ticket_id,
                "contact_id": person.contact_id,
                "address": person.address,
                "address_key": person.address_key,
                "position": position,
                "has_all_questionnaires": person.has_all_questionnaires,
            }
            for position, person in enumerate(people, first)
        )
        self._insert_soon(ticket_recipients, *rows)
