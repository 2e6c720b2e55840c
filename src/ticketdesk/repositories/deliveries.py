"""Messages as the worker needs them: claimed under a lease, begun, settled (spec: architecture.md, Side effects)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, insert, or_, select, update

from ticketdesk.domain.messages import MessageState, Purpose
from ticketdesk.models.messages import message_tickets, messages
from ticketdesk.models.tickets import requested_actions, tickets
from ticketdesk.models.users import portal_links
from ticketdesk.repositories.base import Repository, new_id

_m = messages.c
_mt = message_tickets.c
UNDER_WAY = (MessageState.QUEUED, MessageState.SENDING)


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that this worker may send while its lease lasts; the token fences off whoever held it before."""

    id: UUID
    lease_token: UUID


@dataclass(frozen=True, slots=True)
class DeliveryRecord:
    """A claimed message under a lock."""

    id: UUID
    purpose: Purpose
    contact_id: UUID
    recipient_name: str
    address: str
    dispatch_id: UUID | None
    sender_name: str
    sender_team: str | None
    facts: dict[str, Any]
    link_id: UUID | None
    message_id: str | None
    attempts: int
    created_at: datetime
    # The tickets it lists, in its order, and those that its mail really spoke of.
    listed: list[UUID]
    included: list[UUID]


@dataclass(frozen=True, slots=True)
class TicketText:
    """What a mail says of a ticket."""

    id: UUID
    number: int
    title: str
    description: str
    kind: str
    status: str
    item_url: str | None
    requested_actions: tuple[str, ...]


def _tickets(*conditions: ColumnElement[bool]) -> ColumnElement[list[UUID]]:
    ordered = select(_mt.ticket_id).where(_mt.message_id == _m.id, *conditions).order_by(_mt.position)
    return func.array(ordered.correlate(messages).scalar_subquery())


_RECORD = [
    *(_m[name] for name in DeliveryRecord.__slots__ if name in _m),
    _tickets().label("listed"),
    _tickets(_mt.is_included).label("included"),
]


class DeliveryRepository(Repository):
    """The worker's SQL. Who finds a claim no longer theirs gets ``None`` and leaves the message alone."""

    async def claim(self, now: datetime, leased_until: datetime, limit: int) -> list[Claim]:
        """Lease up to ``limit`` due messages, oldest first, that no live worker holds."""
        token = new_id()
        due = (
            select(_m.id)
            .where(_m.state.in_(UNDER_WAY), _m.due_at <= now)
            .where(or_(_m.leased_until.is_(None), _m.leased_until < now))
            .order_by(_m.due_at, _m.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        leased = update(messages).where(_m.id.in_(due)).values(lease_token=token, leased_until=leased_until)
        rows = await self._all(leased.returning(_m.id))
        return [Claim(row["id"], token) for row in sorted(rows, key=lambda row: row["id"])]

    async def renew(self, claims: Collection[Claim], leased_until: datetime) -> None:
        """Prolong the leases of messages that are not yet settled."""
        ids, tokens = [claim.id for claim in claims], {claim.lease_token for claim in claims}
        held = and_(_m.id.in_(ids), _m.lease_token.in_(tokens))
        await self._execute(update(messages).where(held).values(leased_until=leased_until))

    async def lock(self, claim: Claim) -> DeliveryRecord | None:
        """Return the message locked, ``None`` if another worker has taken it over."""
        statement = select(*_RECORD).where(_m.id == claim.id, _m.lease_token == claim.lease_token)
        row = await self._one(statement.with_for_update())
        return DeliveryRecord(**dict(row) | {"purpose": Purpose(row["purpose"])}) if row else None

    async def texts(self, ticket_ids: Sequence[UUID]) -> list[TicketText]:
        """Return what a mail says of each ticket, in the order of ``ticket_ids``."""
        action = requested_actions.c
        lines = (
            select(func.coalesce(func.array_agg(action.text).aggregate_order_by(action.position), []))
            .where(action.ticket_id == tickets.c.id, action.done_at.is_(None))
            .scalar_subquery()
        )
        statement = select(
            tickets.c.id,
            tickets.c.number,
            tickets.c.title,
            tickets.c.description,
            tickets.c.kind,
            tickets.c.status,
            tickets.c.item["url"].astext.label("item_url"),
            lines.label("requested_actions"),
        ).where(tickets.c.id.in_(ticket_ids))
        found = {
            row["id"]: TicketText(**dict(row) | {"requested_actions": tuple(row["requested_actions"])})
            for row in await self._all(statement)
        }
        return [found[ticket_id] for ticket_id in ticket_ids]

    async def earlier_ids(self, ticket_id: UUID, before: datetime) -> list[str]:
        """Return the Message-IDs of the mails sent about a ticket so far, oldest first, for the thread."""
        statement = (
            select(_m.message_id)
            .join(message_tickets, _mt.message_id == _m.id)
            .where(_mt.ticket_id == ticket_id, _mt.is_included, _m.state == MessageState.SENT, _m.created_at <= before)
            .order_by(_m.sent_at, _m.id)
        )
        return [row["message_id"] for row in await self._all(statement)]

    async def add_link(self, contact_id: UUID, now: datetime, expires_at: datetime) -> UUID:
        """Insert the row that a link's token names and that revokes it."""
        link_id = new_id()
        row = {"id": link_id, "contact_id": contact_id, "created_at": now, "expires_at": expires_at}
        await self._execute(insert(portal_links).values(row))
        return link_id

    async def begin(self, message: DeliveryRecord, included: Sequence[UUID], **rendered: Any) -> None:
        """Note that the mail goes on the wire now, with what it says and about which tickets."""
        await self._execute(
            update(messages)
            .where(_m.id == message.id)
            .values(state=MessageState.SENDING, attempts=_m.attempts + 1, **rendered)
        )
        if list(included) != message.included:
            changed = update(message_tickets).where(_mt.message_id == message.id)
            await self._execute(changed.values(is_included=_mt.ticket_id.in_(included)))

    async def settle(self, message_id: UUID, state: MessageState, **values: Any) -> None:
        """Give the lease back with the outcome."""
        await self._execute(
            update(messages)
            .where(_m.id == message_id)
            .values(state=state, lease_token=None, leased_until=None, **values)
        )

    async def reaches_elsewhere(self, message: DeliveryRecord, ticket_id: UUID) -> bool:
        """Tell whether another address of the ticket got this mail or still may: one made at the same moment."""
        others = (
            select(_m.id)
            .join(message_tickets, _mt.message_id == _m.id)
            .where(_mt.ticket_id == ticket_id, _m.id != message.id, _m.purpose == message.purpose)
            .where(_m.created_at == message.created_at, _m.state.in_((*UNDER_WAY, MessageState.SENT)))
        )
        return bool(await self._scalar(select(exists(others))))
