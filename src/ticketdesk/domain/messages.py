"""The life of one outbound message, and when it is tried again (spec: product.md section 7)."""

from datetime import timedelta
from enum import StrEnum


class MessageState(StrEnum):
    """Where a message is. ``queued`` and ``sending`` are under way, the others are final."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    BOUNCED = "bounced"
    SUPPRESSED = "suppressed"
    CANCELLED = "cancelled"


class Purpose(StrEnum):
    """Why a recipient is written to; picks the template."""

    ASSIGNMENT = "assignment"
    REPLY = "reply"
    RETURN = "return"
    CLOSE = "close"
    REOPEN = "reopen"
    REMINDER = "reminder"


MAX_ATTEMPTS = 8
# A worker renews its lease while it sends; one that died is replaced within this time (spec: quality.md, reliability).
LEASE = timedelta(seconds=4)
_FIRST_DELAY = timedelta(seconds=30)
_LONGEST_DELAY = timedelta(hours=4)


def next_delay(attempts: int) -> timedelta | None:
    """Return how long to wait after the ``attempts``-th deferred try (1-based), ``None`` when it was the last one.

    Doubles from 30 seconds up to 4 hours (RFC 5321 section 4.5.4.1 asks for a growing interval).
    """
    if attempts >= MAX_ATTEMPTS:
        return None
    return min(_FIRST_DELAY * 2 ** (attempts - 1), _LONGEST_DELAY)
