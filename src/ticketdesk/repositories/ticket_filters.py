"""The filter of ticket lists and counts as SQL: each parameter in one place."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, not_, or_, select

from ticketdesk.domain.actors import Actor
from ticketdesk.domain.attention import BY_STATUS, AttentionReason
from ticketdesk.domain.ticket_workflow import Status
from ticketdesk.models.contacts import contacts
from ticketdesk.models.tickets import ticket_violation_categories, tickets
from ticketdesk.repositories.visibility import visible_to
from ticketdesk.schemas.tickets import TicketQuery

Condition = ColumnElement[bool]

NOT_OPEN = (Status.SEND_LATER, Status.CLOSED)

# ``domain/attention.py`` as SQL; a test compares the two over every combination of facts.
ATTENTION: dict[AttentionReason, Condition] = {
    reason: tickets.c.status == status for status, reason in BY_STATUS.items()
}
ATTENTION |= {
    AttentionReason.UNASSIGNED: and_(tickets.c.status == Status.NEW, tickets.c.assignee_id.is_(None)),
    AttentionReason.DELIVERY_FAILED: tickets.c.delivery_failure.is_not(None),
}


def needs_attention() -> Condition:
    """Return the condition for any reason at all."""
    return and_(tickets.c.archived_at.is_(None), or_(*ATTENTION.values()))


def matching(query: TicketQuery, actor: Actor) -> list[Condition]:
    """Return the conditions of every parameter that was given, and of what ``actor`` may see."""
    conditions = [
        visible_to(actor),
        tickets.c.archived_at.is_not(None) if query.archived else tickets.c.archived_at.is_(None),
    ]
    conditions += _any_of(tickets.c.kind, query.kind) + _any_of(tickets.c.status, query.status)
    conditions += _person(tickets.c.assignee_id, query.assignee_id, actor)
    conditions += _person(tickets.c.checker_id, query.checker_id, actor)
    conditions += _person(tickets.c.created_by_id, query.created_by, actor)
    conditions += _equal(tickets.c.contact_id, query.contact_id) + _equal(tickets.c.account_id, query.account_id)
    conditions += _between(tickets.c.created_at, query.created_after, query.created_before)
    conditions += _between(tickets.c.updated_at, query.updated_since, None)
    return conditions + _flags(query) + _categories(query) + _words(query)


def statuses(query: TicketQuery) -> list[Status]:
    """Return the statuses that ``status`` and ``open`` leave."""
    named = [status for status in Status if not query.status or status in query.status]
    return [status for status in named if query.open is None or (status not in NOT_OPEN) is query.open]


def _any_of(column: ColumnElement[Any], values: list[Any]) -> list[Condition]:
    return [column.in_(values)] if values else []


def _equal(column: ColumnElement[Any], value: UUID | None) -> list[Condition]:
    return [column == value] if value else []


def _person(column: ColumnElement[Any], value: UUID | str | None, actor: Actor) -> list[Condition]:
    if value is None:
        return []
    if value == "none":
        return [column.is_(None)]
    return [column == (actor.user_id if value == "me" else value)]


def _between(column: ColumnElement[Any], after: datetime | None, before: datetime | None) -> list[Condition]:
    return ([column >= after] if after else []) + ([column < before] if before else [])


def _flags(query: TicketQuery) -> list[Condition]:
    flags = [(query.open, tickets.c.status.not_in(NOT_OPEN)), (query.needs_attention, needs_attention())]
    return [condition if wanted else not_(condition) for wanted, condition in flags if wanted is not None]


def _categories(query: TicketQuery) -> list[Condition]:
    wanted = ticket_violation_categories.c.violation_category_id.in_(query.violation_category_id)
    chosen = select(ticket_violation_categories.c.ticket_id).where(wanted)
    return [tickets.c.id.in_(chosen)] if query.violation_category_id else []


def _words(query: TicketQuery) -> list[Condition]:
    if query.q is None:
        return []
    named = select(contacts.c.id).where(contacts.c.search.op("@@")(func.websearch_to_tsquery("simple", query.q)))
    written = tickets.c.search.op("@@")(func.websearch_to_tsquery("english", query.q))
    # The number that people read in mail subjects finds the ticket as well.
    digits = query.q.lstrip("#")
    number = [tickets.c.number == int(digits)] if digits.isdecimal() and digits.isascii() and len(digits) <= 15 else []
    return [or_(written, tickets.c.contact_id.in_(named), *number)]
