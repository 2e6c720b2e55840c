"""Outbound messages: written in the transaction that caused them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    exists,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    update,
)

from ticketdesk.domain.actors import Actor
from ticketdesk.domain.messages import MessageState, Purpose
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.domain.permissions import Role
from ticketdesk.models.messages import message_tickets, messages
from ticketdesk.models.tickets import tickets
from ticketdesk.models.users import users
from ticketdesk.repositories.base import Repository, new_id
from ticketdesk.repositories.id_arrays import one_of_named
from ticketdesk.repositories.keyset import collect, one_page
from ticketdesk.repositories.statements import Row, Statement
from ticketdesk.repositories.visibility import sees_every_ticket, visible_to
from ticketdesk.schemas.messages import Message, MessageQuery

_m = messages.c
_mt = message_tickets.c


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a message goes to, and where: a contact, or one of the staff."""

    name: str
    address: str
    address_key: str
    contact_id: UUID | None = None
    user_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A user as mail would reach them; ``contact_id`` is who they are outside. Guests are written to as contacts."""

    user_id: UUID
    name: str
    address: str
    contact_id: UUID | None
    is_reachable: bool

    @property
    def addressee(self) -> Addressee:
        """Whom a message to them goes to."""
        return Addressee(self.name, self.address, self.address, user_id=self.user_id)


def _tickets(actor: Actor) -> ScalarSelect[Any]:
    """Return the tickets of a message that ``actor`` may see; one that was deleted before it was sent is not named."""
    ticket = func.json_build_object(
        literal("id"), tickets.c.id, literal("number"), tickets.c.number, literal("title"), tickets.c.title,
        literal("is_included"), _mt.is_included,
    )  # fmt: skip
    return (
        select(func.coalesce(func.json_agg(ticket).aggregate_order_by(_mt.position), func.json_build_array()))
        .select_from(message_tickets.join(tickets, tickets.c.id == _mt.ticket_id))
        .where(_mt.message_id == _m.id, visible_to(actor))
        .correlate(messages)
        .scalar_subquery()
    )


_COLUMNS = (
    *(_m[name] for name in Message.model_fields if name in _m),
    _m.text_body.label("text"),
    _m.message_id.label("internet_message_id"),
    _m.sender_name,
    _m.sender_team,
)


def _view(actor: Actor) -> Select[Any]:
    """Return the messages about tickets that ``actor`` may see, and to whoever sees them all the invitations too."""
    return select(*_COLUMNS, _tickets(actor).label("tickets")).where(_about_visible(actor))


def _message(row: Row) -> Message:
    return Message.model_validate(dict(row) | {"sender": {"name": row["sender_name"], "team": row["sender_team"]}})


_ON_THE_WIRE = (
    select(_mt.ticket_id)
    .join(messages, _m.id == _mt.message_id)
    .where(_mt.ticket_id == bindparam("ticket_id"), _mt.is_included)
    .where(_m.state == literal_column(f"'{MessageState.SENDING}'"))
)
_IS_ON_THE_WIRE = Statement(select(exists(_ON_THE_WIRE)))
_u = users.c
_STAFF = Statement(
    select(_u.name, _u.email.label("address"), _u.email.label("address_key"), _u.id.label("user_id")).where(
        _u.id == bindparam("user_id"), _u.is_active, _u.role != literal_column(f"'{Role.GUEST}'")
    )
)

_PEOPLE = Statement(
    select(
        _u.id.label("user_id"),
        _u.name,
        _u.email.label("address"),
        _u.contact_id,
        and_(_u.is_active, _u.role != literal_column(f"'{Role.GUEST}'")).label("is_reachable"),
    )
    .where(one_of_named(_u.id, "user_ids"))
    .order_by(_u.id)
)


class MessageRepository(Repository):
    """All SQL of messages but that of the worker, which is in ``deliveries``."""

    async def add(
        self,
        purpose: Purpose,
        addressee: Addressee,
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
            "contact_id": addressee.contact_id,
            "user_id": addressee.user_id,
            "recipient_name": addressee.name,
            "address": addressee.address,
            "address_key": addressee.address_key,
            "due_at": now,
            "created_at": now,
        }
        lines = (
            {"message_id": message_id, "ticket_id": ticket_id, "position": position}
            for position, ticket_id in enumerate(ticket_ids)
        )
        self._insert_soon(messages, row | values)
        self._insert_soon(message_tickets, *lines)
        return message_id

    async def staff(self, user_id: UUID) -> Addressee | None:
        """Return an active user as mail reaches them; ``None`` for guests too, who are written to as contacts."""
        row = await self._one(_STAFF, user_id=user_id)
        return Addressee(**row) if row else None

    async def people(self, user_ids: Collection[UUID]) -> list[Person]:
        """Return the users, in the order of their ids; those who left and guests as not reachable."""
        return [Person(**row) for row in await self._all(_PEOPLE, user_ids=list(user_ids))]

    async def is_being_sent(self, ticket_id: UUID) -> bool:
        """Tell whether a mail that lists the ticket is on the wire at this moment."""
        return bool(await self._scalar(_IS_ON_THE_WIRE, ticket_id=ticket_id))

    async def get(self, message_id: UUID, actor: Actor) -> Message | None:
        """Return a message about tickets that ``actor`` may see, or an invitation; ``None`` for every other one."""
        row = await self._one(_view(actor).where(_m.id == message_id))
        return _message(row) if row else None

    async def page(self, query: MessageQuery, request: PageRequest, actor: Actor) -> Page[Message]:
        """Return a page of the messages that match ``query``, oldest first unless asked otherwise."""
        statement = _view(actor).where(*_matching(query))
        return collect(await self._all(one_page(statement, _m.created_at, _m.id, request)), request, _message)

    async def requeue(self, message_id: UUID, now: datetime) -> bool:
        """Put a failed message back into the queue; false if it is not failed, or belongs to a dispatch."""
        failed = and_(_m.id == message_id, _m.state == MessageState.FAILED, _m.dispatch_id.is_(None))
        again = {"state": MessageState.QUEUED, "attempts": 0, "due_at": now, "finished_at": None}
        return bool(await self._execute(update(messages).where(failed).values(again)))


def _about_visible(actor: Actor) -> ColumnElement[bool]:
    seen = select(_mt.message_id).join(tickets, tickets.c.id == _mt.ticket_id).where(visible_to(actor))
    if not sees_every_ticket(actor):
        return _m.id.in_(seen)
    # Nearly every message is: each of the list is looked at. With IN or EXISTS PostgreSQL would gather all ids first.
    one = select(true()).select_from(message_tickets.join(tickets, tickets.c.id == _mt.ticket_id))
    is_seen = one.where(_mt.message_id == _m.id, visible_to(actor)).limit(1).correlate(messages).scalar_subquery()
    return or_(func.coalesce(is_seen, false()), _m.purpose == Purpose.INVITATION)


def _matching(query: MessageQuery) -> list[ColumnElement[bool]]:
    of_ticket = _m.id.in_(select(_mt.message_id).where(_mt.ticket_id.in_(query.ticket_id)))
    given = [
        (query.state, _m.state.in_(query.state)),
        (query.purpose, _m.purpose.in_(query.purpose)),
        (query.contact_id, _m.contact_id.in_(query.contact_id)),
        (query.user_id, _m.user_id.in_(query.user_id)),
        (query.dispatch_id, _m.dispatch_id.in_(query.dispatch_id)),
        (query.ticket_id, of_ticket),
    ]
    return [condition for value, condition in given if value]
