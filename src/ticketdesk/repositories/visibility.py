"""Which rows an actor may know of: the one place that decides it (spec: architecture.md, Visibility)."""

from enum import Enum
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, and_, bindparam, false, literal, literal_column, not_, select, true

from ticketdesk.domain.actors import Actor, Side
from ticketdesk.domain.permissions import Permission
from ticketdesk.domain.ticket_workflow import Status
from ticketdesk.models.tickets import ticket_recipients, tickets


class Audience(Enum):
    """Who is asking, as far as it decides which tickets there are."""

    SYSTEM = "system"
    DESK = "desk"
    RECIPIENT = "recipient"
    NOBODY = "nobody"


# Whose tickets an ``Audience.RECIPIENT`` sees, in statements that are compiled before anybody asks.
READER = bindparam("reader_id", type_=Uuid)


def audience_of(actor: Actor) -> Audience:
    """Return what kind of reader ``actor`` is."""
    if actor.side is Side.SYSTEM:
        return Audience.SYSTEM
    if actor.side is Side.RECIPIENT:
        return Audience.RECIPIENT
    return Audience.DESK if Permission.TICKETS_READ in actor.permissions else Audience.NOBODY


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Return the condition under which a row of ``tickets`` exists for ``actor``."""
    return visible_in(audience_of(actor), literal(actor.contact_id, Uuid))


def visible_in(audience: Audience, reader: ColumnElement[UUID | None] = READER) -> ColumnElement[bool]:
    """Return the condition under which a row of ``tickets`` exists for an audience.

    Staff and auditors see every ticket that is not deleted, a recipient those written to them once they were sent,
    the system all of them. Everybody else sees none.
    """
    if audience is Audience.SYSTEM:
        return true()
    if audience is Audience.NOBODY:
        return false()
    is_there = tickets.c.deleted_at.is_(None)
    return is_there if audience is Audience.DESK else and_(is_there, *_written_to(reader))


def _written_to(reader: ColumnElement[UUID | None]) -> list[ColumnElement[bool]]:
    theirs = select(ticket_recipients.c.ticket_id).where(ticket_recipients.c.contact_id == reader)
    is_held = tickets.c.status == literal_column(f"'{Status.SEND_LATER}'")
    return [tickets.c.sent_at.is_not(None), not_(is_held), tickets.c.id.in_(theirs)]


def sees_every_ticket(actor: Actor) -> bool:
    """Tell whether ``visible_to`` leaves out nothing but deleted tickets."""
    return audience_of(actor) is Audience.DESK
