"""How support tickets find the one who works them (spec: product.md section 5, assignment)."""

from enum import StrEnum


class AssignmentMode(StrEnum):
    """How the tickets of a category are given out: to whoever has the fewest, to a fixed place, or by a lead."""

    LEAST_LOADED = "least_loaded"
    ROUTED = "routed"
    MANUAL = "manual"


class AssignmentCause(StrEnum):
    """Why somebody became the assignee, or why that was tried."""

    CREATED = "created"
    FREED = "freed"
    AUTOMATIC = "automatic"
    ASSIGNED = "assigned"
    TAKEN = "taken"
    HANDED_OVER = "handed_over"
    TRANSFERRED = "transferred"
    RETURNED = "returned"


class HandoverState(StrEnum):
    """Where a request to take a ticket over stands; all but ``pending`` are final."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
