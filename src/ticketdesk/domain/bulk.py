"""One request over many things: what became of each of them."""

from enum import StrEnum


class BulkOutcome(StrEnum):
    """What became of one item: it was changed, what was asked held already, or a rule refused it."""

    CLOSED = "closed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
