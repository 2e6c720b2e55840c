"""The append-only record of a ticket: the kinds of its entries."""

from enum import StrEnum


class ActivityKind(StrEnum):
    """What an entry of the record says happened to the ticket."""

    CREATED = "created"
    EDITED = "edited"
    DELETED = "deleted"
    SENT = "sent"
    VIEWED = "viewed"
    REMINDED = "reminded"
    REMINDER_CHANGED = "reminder_changed"
    COMMENTED = "commented"
    REPLIED = "replied"
    NOTED = "noted"
    ACTION_TICKED = "action_ticked"
    ACTION_UNTICKED = "action_unticked"
    STARTED = "started"
    ASSIGNED = "assigned"
    COMPLETED = "completed"
    RETURNED = "returned"
    CLOSED = "closed"
    REOPENED = "reopened"
    ARCHIVED = "archived"
    REACTIVATED = "reactivated"
    MESSAGE_SENT = "message_sent"
    MESSAGE_FAILED = "message_failed"
    MESSAGE_CANCELLED = "message_cancelled"
