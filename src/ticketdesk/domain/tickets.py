"""Small vocabularies of a ticket that are not its workflow."""

from enum import StrEnum


class Priority(StrEnum):
    """How urgent the desk holds a ticket to be; work lists stay oldest first all the same."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class Visibility(StrEnum):
    """Who sees a comment: all, or staff only."""

    PUBLIC = "public"
    INTERNAL = "internal"


class ActionSource(StrEnum):
    """Where a requested action came from: a person, or an alert of the monitored item."""

    MANUAL = "manual"
    ALERT = "alert"


class Origin(StrEnum):
    """How a ticket came in: by staff, by its contact in the portal, by an account's sign-up, or by mail."""

    STAFF = "staff"
    PORTAL = "portal"
    SIGN_UP = "sign_up"
    EMAIL = "email"


class Speaker(StrEnum):
    """Whose public words are the newest on a ticket."""

    STAFF = "staff"
    RECIPIENT = "recipient"
