"""Which tickets need attention, as SQL: ``domain/attention.py`` for many rows at once.

A test compares the two over every combination of facts.
"""

from sqlalchemy import ColumnElement, and_, or_

from ticketdesk.domain.attention import BY_STATUS, AttentionReason
from ticketdesk.domain.ticket_statuses import Status
from ticketdesk.models.tickets import tickets

Condition = ColumnElement[bool]

_t = tickets.c
ATTENTION: dict[AttentionReason, Condition] = {reason: _t.status == status for status, reason in BY_STATUS.items()}
ATTENTION |= {
    AttentionReason.UNASSIGNED: and_(
        or_(_t.status == Status.NEW, and_(_t.had_nobody_eligible, _t.status != Status.CLOSED)),
        _t.assignee_id.is_(None),
    ),
    AttentionReason.DELIVERY_FAILED: _t.delivery_failure.is_not(None),
}


def needs_attention() -> Condition:
    """Return the condition for any reason at all."""
    return and_(_t.archived_at.is_(None), or_(*ATTENTION.values()))


def needs_attention_in(status: Status) -> Condition:
    """Return what is left to ask of a ticket in ``status``, none of ``BY_STATUS``, that is not archived."""
    asked = [ATTENTION[AttentionReason.DELIVERY_FAILED]]
    if status is Status.NEW:
        asked.append(_t.assignee_id.is_(None))
    elif status is not Status.CLOSED:
        asked.append(and_(_t.had_nobody_eligible, _t.assignee_id.is_(None)))
    return or_(*asked)
