"""The filter of ticket lists and counts as SQL: each parameter in one place."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Text,
    Uuid,
    and_,
    any_,
    false,
    func,
    intersect,
    literal,
    literal_column,
    not_,
    or_,
    select,
)

from ticketdesk.domain.actors import Actor
from ticketdesk.domain.attention import BY_STATUS
from ticketdesk.domain.ticket_workflow import Status, TicketKind
from ticketdesk.models.tickets import ticket_violation_categories, tickets
from ticketdesk.models.users import team_members
from ticketdesk.repositories.id_arrays import one_of_found
from ticketdesk.repositories.ticket_attention import needs_attention, needs_attention_in
from ticketdesk.repositories.ticket_words import contains, named_alike
from ticketdesk.repositories.visibility import visible_to
from ticketdesk.schemas.tickets import TicketQuery

Condition = ColumnElement[bool]

# The parameters that say whose a ticket is, each with its column, which an index begins with before the status; most
# telling first: few tickets have a checker, and the catalogue is longer than the list of the staff.
OWNERS = {
    "checker_id": "checker_id",
    "checker_team_id": "checker_team_id",
    "product_id": "product_id",
    "category_id": "category_id",
    "assignee_id": "assignee_id",
    "created_by": "created_by_id",
}
# Pairs of owners that one index holds, so that it alone answers for both.
_BESIDE = ({"category_id", "assignee_id"}, {"assignee_id", "created_by"})
NOT_OPEN = (Status.SEND_LATER, Status.CLOSED)
# What waits for a check: completed, and commented on since.
TO_CHECK = (Status.PENDING_VERIFICATION, Status.COMMENT_ADDED)


def matching(query: TicketQuery, actor: Actor) -> list[Condition]:
    """Return the conditions of every parameter that was given, and of what ``actor`` may see."""
    flags = _flag(needs_attention(), query.needs_attention)
    return [*narrowed(query, actor), *_in_statuses(query), *flags, *_words(query)]


def narrowed(query: TicketQuery, actor: Actor) -> list[Condition]:
    """Return the conditions of ``matching`` but those of words, status and attention."""
    is_there = tickets.c.archived_at.is_not(None) if query.archived else tickets.c.archived_at.is_(None)
    return [visible_to(actor), is_there, *asked(query, actor), *_categories(query)]


def asked(query: TicketQuery, actor: Actor) -> list[Condition]:
    """Return the conditions on kind, people, routing and times, which a ticket answers by itself."""
    conditions = _any_of(tickets.c.kind, query.kind) + _any_of(tickets.c.origin, query.origin)
    for name, column in OWNERS.items():
        conditions += _owner(tickets.c[column], getattr(query, name), actor)
    for name in ("contact_id", "account_id"):
        conditions += _owner(tickets.c[name], getattr(query, name), actor)
    conditions += _tagged(query) + _flags(query, actor)
    conditions += _between(tickets.c.created_at, query.created_after, query.created_before)
    conditions += _between(tickets.c.closed_at, query.closed_after, query.closed_before)
    return conditions + _between(tickets.c.updated_at, query.updated_since, None)


def of_all_owners(query: TicketQuery, actor: Actor) -> list[Condition]:
    """Return the condition that a ticket is of every owner named, if two or more are, to be answered by indexes alone.

    To look at each ticket of one owner instead costs a hundred times as much where the two have few in common.
    """
    own = tickets.alias("own")
    is_there = and_(own.c.deleted_at.is_(None), own.c.archived_at.is_(None))
    named = [(column, getattr(query, name)) for name, column in OWNERS.items()]
    of_each = [
        select(own.c.id).where(is_there, *_owner(own.c[column], value, actor))
        for column, value in named
        if is_given(value) and not is_nobody(value)
    ]
    if len(of_each) < 2 or query.archived or are_beside(query):
        return []
    return [one_of_found(tickets.c.id, select(intersect(*of_each).subquery().c.id))]


def are_beside(query: TicketQuery) -> bool:
    """Tell whether exactly two single owners are named, and one index has both."""
    named = {name: value for name in OWNERS if is_given(value := getattr(query, name))}
    return set(named) in _BESIDE and not query.archived and not any(are_several(value) for value in named.values())


def is_nobody(owner: object) -> bool:
    """Tell whether ``owner``, or a placeholder for one, is the word ``none`` alone."""
    return isinstance(owner, list) and owner == ["none"]


def are_several(owner: object) -> bool:
    """Tell whether ``owner``, or a placeholder for one, stands for more than one: no index has them in one order."""
    return isinstance(owner, list) and len(owner) > 1


def known(owners: Iterable[Any], actor: Actor) -> list[Any]:
    """Return the owners that are meant, each once; ``me`` is whoever asks, and ``none`` stays."""
    return [*dict.fromkeys(actor.user_id if owner == "me" else owner for owner in owners)]


def in_categories(query: TicketQuery) -> Condition:
    """Return the condition that a row of ``ticket_violation_categories`` names one of the categories asked for."""
    ids: Any = query.violation_category_id
    wanted = ids if isinstance(ids, ColumnElement) else literal(ids, ARRAY(Uuid))
    return ticket_violation_categories.c.violation_category_id == any_(wanted)


def is_given(value: object) -> bool:
    """Tell whether a parameter, or a placeholder for its values, narrows anything."""
    return value is not None and value != []


def statuses(query: TicketQuery) -> list[Status]:
    """Return the statuses that ``status`` and ``open`` leave."""
    named = [status for status in Status if not query.status or status in query.status]
    possible = [status for status in named if query.open is None or (status not in NOT_OPEN) is query.open]
    if query.to_check:
        possible = [status for status in possible if status in TO_CHECK]
    if query.question:
        possible = [status for status in possible if status not in NOT_OPEN]
    is_by_end = query.closed_after is not None or query.closed_before is not None
    return [status for status in possible if status is Status.CLOSED or not is_by_end]


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
    return [in_status, *_flag(needs_attention_in(status), query.needs_attention)]


def _in_statuses(query: TicketQuery) -> list[Condition]:
    # Written out even if it is every status, for the indexes begin with it.
    named = [_literal(status) for status in statuses(query)]
    return [tickets.c.status.in_(named) if named else false()]


def _literal(choice: StrEnum) -> ColumnElement[str]:
    return literal_column(f"'{choice.value}'")


def _flag(condition: Condition, is_wanted: bool | None) -> list[Condition]:
    if is_wanted is None:
        return []
    return [condition if is_wanted else not_(condition)]


def is_question() -> Condition:
    """Return the condition that a ticket is open and its newest public words are the client's."""
    is_open = tickets.c.status.not_in([_literal(status) for status in NOT_OPEN])
    is_theirs = tickets.c.newest_words_by == literal_column("'recipient'")
    return and_(tickets.c.kind == _literal(TicketKind.SUPPORT), is_open, is_theirs)


def waits_for_check_of(user_id: Any) -> Condition:
    """Return the condition that a completed ticket waits for this user, as its checker or as one of the team.

    The two alternatives are looked up in an index each.
    """
    teams = select(team_members.c.team_id).where(team_members.c.user_id == user_id)
    return waits_for_check_by(or_(tickets.c.checker_id == user_id, one_of_found(tickets.c.checker_team_id, teams)))


def waits_for_check_by(is_theirs: Condition) -> Condition:
    """Return the condition that a completed ticket waits for a check by whoever ``is_theirs`` names."""
    return and_(
        is_theirs,
        tickets.c.status.in_([_literal(status) for status in TO_CHECK]),
        tickets.c.completed_at.is_not(None),
    )


def _flags(query: TicketQuery, actor: Actor) -> list[Condition]:
    """Return the conditions of what is asked with yes or no."""
    conditions = _flag(tickets.c.outreach_required, query.outreach_required)
    conditions += _known_flag(is_question(), query.question)
    return conditions + (_known_flag(waits_for_check_of(actor.user_id), query.to_check))


def _known_flag(condition: Condition, is_wanted: bool | None) -> list[Condition]:
    """Return as ``_flag`` does, for a condition that is unknown where a column is null: such a ticket has it not."""
    return _flag(condition if is_wanted else func.coalesce(condition, false()), is_wanted)


def has_tags() -> Condition:
    """Return the condition of the indexes of tagged tickets: that there is any tag."""
    return tickets.c.tags != literal_column("'{}'")


def _tagged(query: TicketQuery) -> list[Condition]:
    return [_tags_overlap(query.tag), has_tags()] if is_given(query.tag) else []


def _tags_overlap(tags: Any) -> Condition:
    wanted = tags if isinstance(tags, ColumnElement) else literal(tags, ARRAY(Text))
    return tickets.c.tags.bool_op("&&")(wanted)


def _any_of(column: ColumnElement[Any], values: Sequence[StrEnum]) -> list[Condition]:
    return [column.in_([_literal(value) for value in values])] if values else []


def _owner(column: ColumnElement[Any], value: Any, actor: Actor) -> list[Condition]:
    if not is_given(value):
        return []
    if isinstance(value, ColumnElement):
        return [column == value]
    ids = [owner for owner in known(value, actor) if owner != "none"]
    is_theirs = [column == (any_(literal(ids, ARRAY(Uuid))) if len(ids) > 1 else ids[0])] if ids else []
    return [or_(*is_theirs, *([column.is_(None)] if "none" in value else []))]


def _between(column: ColumnElement[Any], after: datetime | None, before: datetime | None) -> list[Condition]:
    since = [] if after is None else [column >= after]
    return since if before is None else [*since, column < before]


def _categories(query: TicketQuery) -> list[Condition]:
    chosen = select(ticket_violation_categories.c.ticket_id).where(in_categories(query))
    return [tickets.c.id.in_(chosen)] if is_given(query.violation_category_id) else []


def _words(query: TicketQuery) -> list[Condition]:
    words = [contains(query.q)] if query.q is not None else []
    return words if query.person is None else [*words, named_alike(query.person)]
