"""What counters tell tickets apart by.

``is_assigned`` is true of a ticket that somebody has, and of one that waits for nobody.
"""

from sqlalchemy import ColumnElement, and_, literal_column, not_, or_

from ticketdesk.domain.ticket_statuses import Status
from ticketdesk.models.tickets import tickets

_t = tickets.c
_NEW: ColumnElement[str] = literal_column(f"'{Status.NEW}'")
TRAITS = ("kind", "status", "is_archived", "is_assigned", "has_failed")
OF_A_TICKET = (
    _t.kind,
    _t.status,
    _t.archived_at.is_not(None).label("is_archived"),
    or_(_t.assignee_id.is_not(None), and_(_t.status != _NEW, not_(_t.had_nobody_eligible))).label("is_assigned"),
    _t.delivery_failure.is_not(None).label("has_failed"),
)
