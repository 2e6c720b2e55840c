"""Which tickets wait for the person they are assigned to, rather than for the other side or for a check."""

from collections.abc import Mapping

from ticketdesk.domain.ticket_statuses import Status, TicketKind

AWAITS_ASSIGNEE: Mapping[TicketKind, tuple[Status, ...]] = {
    TicketKind.SUPPORT: (Status.NEW, Status.OPEN, Status.COMMENT_ADDED),
    TicketKind.CORRECTIVE: (Status.COMMENT_ADDED, Status.PENDING_VERIFICATION),
    TicketKind.TASK: (Status.COMMENT_ADDED,),
}


def kinds_awaiting(status: Status) -> tuple[TicketKind, ...]:
    """Return the kinds whose tickets wait for their assignee in ``status``."""
    return tuple(kind for kind, statuses in AWAITS_ASSIGNEE.items() if status in statuses)
