"""Which rows an actor may know of: the one place that decides it (spec: architecture.md, Visibility)."""

from enum import Enum
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Uuid,
    and_,
    bindparam,
    exists,
    false,
    literal,
    literal_column,
    not_,
    or_,
    select,
    true,
)

from ticketdesk.domain.actors import Actor, Side
from ticketdesk.domain.permissions import Permission
from ticketdesk.domain.ticket_workflow import Status
from ticketdesk.models.answers import delegations
from ticketdesk.models.task_contents import recipient_questionnaires, ticket_questionnaires, ticket_questions
from ticketdesk.models.tickets import ticket_recipients, tickets


class Audience(Enum):
    """Who is asking, as far as it decides which tickets there are."""

    SYSTEM = "system"
    DESK = "desk"
    RECIPIENT = "recipient"
    NOBODY = "nobody"


# Whose tickets an ``Audience.RECIPIENT`` sees, in statements that are compiled before anybody asks.
READER = bindparam("reader_id", type_=Uuid)
_q = ticket_questions.c
# Under names of their own, so that a statement may have these tables itself.
_READER = ticket_recipients.alias("reader")
_PART = recipient_questionnaires.alias("part")
_ASKED = ticket_questionnaires.alias("asked")
_GIVEN = delegations.alias("given")
_reader, _part, _asked, _given = _READER.c, _PART.c, _ASKED.c, _GIVEN.c


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


def visible_questions(reader: ColumnElement[UUID | None] = READER) -> ColumnElement[bool]:
    """Return the condition under which a row of ``ticket_questions`` exists for a recipient.

    They see those of a ticket they see that are asked of them. Staff, who see all of a ticket, need no such condition.
    """
    theirs = select(tickets.c.id).where(visible_in(Audience.RECIPIENT, reader)).correlate(None)
    return and_(_q.ticket_id.in_(theirs), asked_of(reader))


def asked_of(reader: ColumnElement[UUID | None]) -> ColumnElement[bool]:
    """Return the condition under which a row of ``ticket_questions`` is asked of a recipient of its ticket.

    It is still asked, and is in all questionnaires or in theirs, as the ticket says of them, or somebody delegated it
    to them. ``reader`` may be a column of the statement around it.
    """
    is_theirs = and_(_given.to_contact_id == reader, _given.ended_at.is_(None))
    is_given = exists().where(_given.ticket_question_id == _q.id, is_theirs).correlate_except(_GIVEN)
    return and_(_q.withdrawn_at.is_(None), or_(_is_of_part(reader), is_given))


def _is_of_part(reader: ColumnElement[UUID | None]) -> ColumnElement[bool]:
    parts = (
        select(_asked.id)
        .where(_asked.ticket_id == _part.ticket_id, _asked.questionnaire_id == _part.questionnaire_id)
        .where(_part.ticket_id == _q.ticket_id, _part.contact_id == reader)
        .correlate_except(_ASKED, _PART)
    )
    is_in_part = or_(_reader.has_all_questionnaires, _q.ticket_questionnaire_id.in_(parts))
    is_self = and_(_reader.ticket_id == _q.ticket_id, _reader.contact_id == reader)
    return exists().where(is_self, is_in_part).correlate_except(_READER)


def sees_every_ticket(actor: Actor) -> bool:
    """Tell whether ``visible_to`` leaves out nothing but deleted tickets."""
    return audience_of(actor) is Audience.DESK
