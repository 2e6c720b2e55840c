"""What counters tell tickets apart by."""

from ticketdesk.models.tickets import tickets

_t = tickets.c
TRAITS = ("kind", "status", "is_archived", "is_assigned", "has_failed")
OF_A_TICKET = (
    _t.kind,
    _t.status,
    _t.archived_at.is_not(None).label("is_archived"),
    _t.assignee_id.is_not(None).label("is_assigned"),
    _t.delivery_failure.is_not(None).label("has_failed"),
)
