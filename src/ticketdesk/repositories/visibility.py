"""Which rows an actor may know of: the one place that decides it (spec: architecture.md, Visibility)."""

from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, and_, false, literal, literal_column, select, true

from ticketdesk.domain.actors import Actor, Side
from ticketdesk.domain.permissions import Permission
from ticketdesk.domain.ticket_workflow import Status
from ticketdesk.models.tickets import ticket_recipients, tickets


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Return the condition under which a row of ``tickets`` exists for ``actor``.

    Staff and auditors see every ticket that is not deleted, a recipient those written to them once they were sent,
    the system all of them. Everybody else sees none.
    """
    if actor.side is Side.SYSTEM:
        return true()
    if actor.side is Side.RECIPIENT:
        return written_to(literal(actor.contact_id, Uuid))
    if Permission.TICKETS_READ not in actor.permissions:
        return false()
    return tickets.c.deleted_at.is_(None)


def written_to(contact_id: ColumnElement[UUID | None]) -> ColumnElement[bool]:
    """Return the condition under which a row of ``tickets`` exists for a contact."""
    return and_(
        tickets.c.deleted_at.is_(None),
        tickets.c.sent_at.is_not(None),
        tickets.c.status != literal_column(f"'{Status.SEND_LATER}'"),
        tickets.c.id.in_(select(ticket_recipients.c.ticket_id).where(ticket_recipients.c.contact_id == contact_id)),
    )


def sees_every_ticket(actor: Actor) -> bool:
    """Tell whether ``visible_to`` leaves out nothing but deleted tickets."""
    return actor.side is Side.STAFF and Permission.TICKETS_READ in actor.permissions
