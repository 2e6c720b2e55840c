"""One act of sending held tickets (spec: product.md section 4)."""

from enum import StrEnum


class DispatchState(StrEnum):
    """Where a dispatch is: waiting for its time, under way, or with every message accepted or refused."""

    SCHEDULED = "scheduled"
    SENDING = "sending"
    DONE = "done"
