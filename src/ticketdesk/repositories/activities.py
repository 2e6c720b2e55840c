"""The append-only record of each ticket; the database refuses every change to a row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Select, Text, case, cast, select

from ticketdesk.domain.activities import Entry, Sealed
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.models.tickets import activities, tickets
from ticketdesk.repositories.base import Repository
from ticketdesk.repositories.keyset import collect, one_page
from ticketdesk.repositories.statements import Row
from ticketdesk.repositories.visibility import visible_to
from ticketdesk.schemas.activities import Activity

_a = activities.c
_TICKETS_AT_ONCE = 500
# An altered row may hold what no driver can read: such a time is left out, and such facts are taken apart one by one.
_READABLE = _a.occurred_at.between(datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC))
_STORED = (
    *(column for column in _a if column.name not in {"occurred_at", "facts"}),
    case((_READABLE, _a.occurred_at)).label("occurred_at"),
    cast(_a.facts, Text).label("facts"),
)


def _activity(row: Row) -> Activity:
    return Activity.model_validate(
        {
            "id": row["id"],
            "seq": row["seq"],
            "at": row["occurred_at"],
            "actor": {"kind": row["actor_kind"], "id": row["actor_id"], "name": row["actor_name"]},
            "kind": row["kind"],
            "facts": row["facts"],
            "hash": row["hash"].hex(),
        }
    )


def _sealed(row: Row) -> Sealed:
    entry = Entry(
        row["id"],
        row["ticket_id"],
        row["seq"],
        row["occurred_at"],
        row["actor_kind"],
        row["actor_id"],
        row["actor_name"],
        row["kind"],
        _facts(row["facts"]),
    )
    return Sealed(entry, row["previous_hash"], row["hash"])


def _facts(stored: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = orjson.loads(stored)
    except orjson.JSONDecodeError:
        return None
    return found


def _row(sealed: Sealed) -> dict[str, Any]:
    entry = sealed.entry
    return {
        "id": entry.id,
        "ticket_id": entry.ticket_id,
        "seq": entry.seq,
        "occurred_at": entry.occurred_at,
        "actor_kind": entry.actor_kind,
        "actor_id": entry.actor_id,
        "actor_name": entry.actor_name,
        "kind": entry.kind,
        "facts": entry.facts,
        "previous_hash": sealed.previous_hash,
        "hash": sealed.hash,
    }


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain of a ticket ends, as the ticket itself keeps it."""

    ticket_id: UUID
    number: int
    seq: int
    hash: bytes


class ActivityRepository(Repository):
    """Writes need the ticket's lock, which orders the entries; ``(ticket_id, seq)`` is unique besides."""

    async def add(self, *sealed: Sealed) -> None:
        """Append entries, those of one ticket in their order."""
        self._insert_soon(activities, *(_row(each) for each in sealed))

    async def page(self, ticket_id: UUID, request: PageRequest, actor: Actor) -> Page[Activity]:
        """Return entries of a ticket that ``actor`` may see, oldest first."""
        rows = await self._all(one_page(self._of(ticket_id, actor), _a.occurred_at, _a.id, request))
        return collect(rows, request, _activity, "occurred_at")

    def _of(self, ticket_id: UUID, actor: Actor) -> Select[Any]:
        return (
            select(activities)
            .join(tickets, tickets.c.id == _a.ticket_id)
            .where(_a.ticket_id == ticket_id, visible_to(actor))
        )

    async def head(self, ticket_id: UUID) -> Head:
        """Return the end of the chain that one ticket keeps; the ticket must exist."""
        columns = (tickets.c.id, tickets.c.number, tickets.c.activity_seq, tickets.c.activity_hash)
        row = await self._only(select(*columns).where(tickets.c.id == ticket_id))
        return Head(*row.values())

    async def heads(self, after: UUID | None) -> list[Head]:
        """Return the next tickets by id, deleted ones included, with the end of the chain that each one keeps."""
        columns = (tickets.c.id, tickets.c.number, tickets.c.activity_seq, tickets.c.activity_hash)
        statement = select(*columns).order_by(tickets.c.id).limit(_TICKETS_AT_ONCE)
        rows = await self._all(statement.where(tickets.c.id > after) if after else statement)
        return [Head(*row.values()) for row in rows]

    async def chains(self, heads: Sequence[Head]) -> dict[UUID, list[Sealed]]:
        """Return the stored entries of these tickets, each in the order of ``seq``; ``None`` for what is unreadable."""
        ids = [head.ticket_id for head in heads]
        found: dict[UUID, list[Sealed]] = {ticket_id: [] for ticket_id in ids}
        for row in await self._all(select(*_STORED).where(_a.ticket_id.in_(ids)).order_by(_a.ticket_id, _a.seq)):
            found[row["ticket_id"]].append(_sealed(row))
        return found
