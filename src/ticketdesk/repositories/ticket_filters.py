"""The filter of ticket lists and counts as SQL: each parameter in one place."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BindParameter,
    ColumnElement,
    Uuid,
    and_,
    any_,
    intersect,
    literal,
    literal_column,
    not_,
    or_,
    select,
)

from ticketdesk.domain.actors import Actor
from ticketdesk.domain.attention import BY_STATUS, AttentionReason
from ticketdesk.domain.ticket_workflow import Status
from ticketdesk.models.tickets import ticket_violation_categories, tickets
from ticketdesk.repositories.id_arrays import one_of_found
from ticketdesk.repositories.ticket_words import contains
from ticketdesk.repositories.visibility import visible_to
from ticketdesk.schemas.tickets import TicketQuery

Condition = ColumnElement[bool]

# The parameters that name somebody, with their columns; most telling first: few tickets have a checker.
PEOPLE = {"checker_id": "checker_id", "assignee_id": "assignee_id", "created_by": "created_by_id"}
_TWO = 2
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
    flags = _flag(needs_attention(), query.needs_attention)
    return [*narrowed(query, actor), *_in_statuses(query), *flags, *_words(query)]


def narrowed(query: TicketQuery, actor: Actor) -> list[Condition]:
    """Return the conditions of ``matching`` but those of words, status and attention."""
    is_there = tickets.c.archived_at.is_not(None) if query.archived else tickets.c.archived_at.is_(None)
    return [visible_to(actor), is_there, *asked(query, actor), *_categories(query)]


def asked(query: TicketQuery, actor: Actor) -> list[Condition]:
    """Return the conditions on kind, people and times, which a ticket answers by itself."""
    conditions = _any_of(tickets.c.kind, query.kind)
    conditions += _person(tickets.c.assignee_id, query.assignee_id, actor)
    conditions += _person(tickets.c.checker_id, query.checker_id, actor)
    conditions += _person(tickets.c.created_by_id, query.created_by, actor)
    conditions += _equal(tickets.c.contact_id, query.contact_id) + _equal(tickets.c.account_id, query.account_id)
    conditions += _between(tickets.c.created_at, query.created_after, query.created_before)
    return conditions + _between(tickets.c.updated_at, query.updated_since, None)


def of_everybody_named(query: TicketQuery, actor: Actor) -> list[Condition]:
    """Return the condition for the tickets of everybody named, if two are: whose ids indexes alone tell.

    To look at each ticket of one of them costs a hundred times as much where they share few.
    """
    own = tickets.alias("own")
    is_there = and_(own.c.deleted_at.is_(None), own.c.archived_at.is_(None))
    named = [(column, getattr(query, name)) for name, column in PEOPLE.items()]
    of_each = [
        select(own.c.id).where(is_there, *_person(own.c[column], value, actor))
        for column, value in named
        if value is not None and not is_nobody(value)
    ]
    if len(of_each) < _TWO or query.archived:
        return []
    return [one_of_found(tickets.c.id, select(intersect(*of_each).subquery().c.id))]


def is_nobody(person: object) -> bool:
    """Tell whether ``person``, or a placeholder for one, is the word ``none``."""
    return isinstance(person, str) and person == "none"


def in_categories(query: TicketQuery) -> Condition:
    """Return the condition that a row of ``ticket_violation_categories`` names one of the categories asked for."""
    ids: Any = query.violation_category_id
    wanted = ids if isinstance(ids, BindParameter) else literal(ids, ARRAY(Uuid))
    return ticket_violation_categories.c.violation_category_id == any_(wanted)


def is_given(value: object) -> bool:
    """Tell whether a parameter, or a placeholder for its values, narrows anything."""
    return value is not None and value != []


def statuses(query: TicketQuery) -> list[Status]:
    """Return the statuses that ``status`` and ``open`` leave."""
    named = [status for status in Status if not query.status or status in query.status]
    return [status for status in named if query.open is None or (status not in NOT_OPEN) is query.open]


def with_status(query: TicketQuery, status: Status) -> list[Condition] | None:
    """Return what ``matching`` asks of status and attention for a ticket in ``status``; ``None``: it cannot match.

    The status is written into the statement, so that the planner knows how many there are of it.
    """
    in_status = tickets.c.status == _literal(status)
    if query.needs_attention is None or query.archived:
        # Archived tickets never need attention.
        return None if query.archived and query.needs_attention else [in_status]
    if status in BY_STATUS:
        return [in_status] if query.needs_attention else None
    asked = [ATTENTION[AttentionReason.DELIVERY_FAILED]]
    if status is Status.NEW:
        asked.append(tickets.c.assignee_id.is_(None))
    return [in_status, *_flag(or_(*asked), query.needs_attention)]


def _in_statuses(query: TicketQuery) -> list[Condition]:
    # Written out even if it is every status, for the indexes begin with it.
    return [tickets.c.status.in_([_literal(status) for status in statuses(query)])]


def _literal(choice: StrEnum) -> ColumnElement[str]:
    return literal_column(f"'{choice.value}'")


def _flag(condition: Condition, is_wanted: bool | None) -> list[Condition]:
    if is_wanted is None:
        return []
    return [condition if is_wanted else not_(condition)]


def _any_of(column: ColumnElement[Any], values: Sequence[StrEnum]) -> list[Condition]:
    return [column.in_([_literal(value) for value in values])] if values else []


def _equal(column: ColumnElement[Any], value: UUID | None) -> list[Condition]:
    return [] if value is None else [column == value]


def _person(column: ColumnElement[Any], value: UUID | str | None, actor: Actor) -> list[Condition]:
    if value is None:
        return []
    if isinstance(value, str):
        return [column.is_(None) if value == "none" else column == actor.user_id]
    return [column == value]


def _between(column: ColumnElement[Any], after: datetime | None, before: datetime | None) -> list[Condition]:
    since = [] if after is None else [column >= after]
    return since if before is None else [*since, column < before]


def _categories(query: TicketQuery) -> list[Condition]:
    chosen = select(ticket_violation_categories.c.ticket_id).where(in_categories(query))
    return [tickets.c.id.in_(chosen)] if is_given(query.violation_category_id) else []


def _words(query: TicketQuery) -> list[Condition]:
    return [contains(query.q)] if query.q is not None else []
