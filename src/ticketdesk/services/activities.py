"""Every change of a ticket becomes an entry of its record, chained to the one before (spec: product.md section 9)."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from ticketdesk.domain.activities import ActivityKind, Broken, Entry, Sealed, as_json, entry_hash, verify
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.errors import NotFound
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.repositories.base import new_id
from ticketdesk.repositories.tickets import TicketRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.activities import Activity


async def record(uow: UnitOfWork, ticket: TicketRecord, actor: Actor, kind: ActivityKind, **facts: Any) -> TicketRecord:
    """Append an entry and return the ticket as it has to be saved: end of chain and last update moved on.

    The caller holds the ticket's lock. Facts that are ``None`` are left out.
    """
    after, sealed = seal(ticket, actor, kind, uow.now(), facts)
    await uow.activities.add(sealed)
    return after


def seal(
    ticket: TicketRecord, actor: Actor, kind: ActivityKind, now: datetime, facts: Mapping[str, Any]
) -> tuple[TicketRecord, Sealed]:
    """Return the ticket with its record moved on by one entry, and that entry, which has to be added then."""
    actor_kind, actor_id = actor.person
    entry = Entry(
        new_id(),
        ticket.id,
        ticket.activity_seq + 1,
        now,
        actor_kind.value,
        str(actor_id) if actor_id else None,
        actor.name,
        kind.value,
        {name: as_json(value) for name, value in facts.items() if value is not None},
    )
    sealed = Sealed(entry, ticket.activity_hash, entry_hash(ticket.activity_hash, entry))
    after = ticket.with_columns(
        activity_seq=entry.seq,
        activity_hash=sealed.hash,
        updated_at=now,
        last_update_at=now,
        last_update_by=actor.name,
        last_update_kind=kind.value,
    )
    return after, sealed


async def page(uow: UnitOfWork, actor: Actor, ticket_id: UUID, request: PageRequest) -> Page[Activity]:
    """Return a page of a ticket's record, oldest first; raises ``NotFound``."""
    if await uow.tickets.find(ticket_id, actor) is None:
        raise NotFound("Ticket")
    return await uow.activities.page(ticket_id, request, actor)


@dataclass(frozen=True, slots=True)
class BrokenChain:
    """A ticket whose record was tampered with, and the first entry that shows it."""

    ticket_id: UUID
    number: int
    broken: Broken


async def verify_all(uow: UnitOfWork) -> AsyncIterator[tuple[UUID, BrokenChain | None]]:
    """Check the record of every ticket, deleted ones included; yields each with what is wrong, or ``None``."""
    after: UUID | None = None
    while heads := await uow.activities.heads(after):
        chains = await uow.activities.chains(heads)
        for head in heads:
            broken = verify(chains[head.ticket_id], head.seq, head.hash)
            yield head.ticket_id, BrokenChain(head.ticket_id, head.number, broken) if broken else None
        after = heads[-1].ticket_id
