"""The kinds of ticket, the statuses they go through, and how each status looks (spec: product.md section 3)."""

from enum import StrEnum


class TicketKind(StrEnum):
    """What a ticket is for; decides which steps exist."""

    CORRECTIVE = "corrective"
    SUPPORT = "support"
    TASK = "task"


class Status(StrEnum):
    """Where a ticket stands. Written by the steps of the workflow and by nothing else."""

    SEND_LATER = "send_later"
    NEW = "new"
    OPEN = "open"
    PENDING_CORRECTION = "pending_correction"
    COMMENT_ADDED = "comment_added"
    PENDING_VERIFICATION = "pending_verification"
    CLOSED = "closed"


class Resolution(StrEnum):
    """How a closed ticket ended: what was asked is done, or it is no longer asked."""

    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"


_COLORS = {
    Status.SEND_LATER: "purple",
    Status.NEW: "green",
    Status.OPEN: "teal",
    Status.PENDING_CORRECTION: "red",
    Status.COMMENT_ADDED: "blue",
    Status.PENDING_VERIFICATION: "yellow",
    Status.CLOSED: "grey",
}

_LABELS = {
    TicketKind.CORRECTIVE: {
        Status.SEND_LATER: "Send Later",
        Status.PENDING_CORRECTION: "Pending Correction",
        Status.COMMENT_ADDED: "Comment Added",
        Status.PENDING_VERIFICATION: "Pending Verification",
        Status.CLOSED: "Closed",
    },
    # The status exists for support so that it can be shown, though no step leads a support ticket into it.
    TicketKind.SUPPORT: {
        Status.SEND_LATER: "Send Later",
        Status.NEW: "New",
        Status.OPEN: "Open",
        Status.COMMENT_ADDED: "Comment Added",
        Status.PENDING_VERIFICATION: "To Be Checked",
        Status.CLOSED: "Closed",
    },
    TicketKind.TASK: {
        Status.SEND_LATER: "Draft",
        Status.OPEN: "Open",
        Status.COMMENT_ADDED: "Comment Added",
        Status.CLOSED: "Closed",
    },
}


# In which recipients may be asked again. A support ticket waits for the desk.
_WAITING = {
    TicketKind.CORRECTIVE: frozenset({Status.PENDING_CORRECTION}),
    TicketKind.SUPPORT: frozenset[Status](),
    TicketKind.TASK: frozenset({Status.OPEN, Status.COMMENT_ADDED}),
}


def is_waiting_for_recipient(kind: TicketKind, status: Status) -> bool:
    """Tell whether reminders may go out about a ticket of ``kind`` in ``status``.

    A task waits for each of its addressees, also while one of them has commented (spec: product.md section 6).
    """
    return status in _WAITING[kind]


def statuses(kind: TicketKind) -> tuple[Status, ...]:
    """Return the statuses that tickets of ``kind`` can show, in the order of a ticket's life."""
    return tuple(_LABELS[kind])


def label(kind: TicketKind, status: Status) -> str:
    """Return what people read for ``status``; ``KeyError`` for a status that ``kind`` does not have."""
    return _LABELS[kind][status]


def color(status: Status) -> str:
    """Return the colour name of ``status``: purple, green, teal, red, blue, yellow or grey."""
    return _COLORS[status]
