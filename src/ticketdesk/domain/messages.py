"""The life of one outbound message, and when it is tried again (spec: product.md section 7)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from ticketdesk.domain.ticket_statuses import Status, TicketKind, is_waiting_for_recipient


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
    """Why somebody is written to; picks the template.

    ``assigned`` and ``digest`` go to staff, who need no link with a token. ``invitation`` and ``password_reset`` are
    about no ticket, and are sent only as long as the link in them leads somewhere.
    """

    ASSIGNMENT = "assignment"
    REPLY = "reply"
    RETURN = "return"
    CLOSE = "close"
    REOPEN = "reopen"
    REMINDER = "reminder"
    ASSIGNED = "assigned"
    DIGEST = "digest"
    DELEGATION = "delegation"
    INVITATION = "invitation"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - why somebody is written to, no secret


MAX_ATTEMPTS = 8
# A worker renews its lease while it sends. One that died is replaced after this time, and then the next worker still
# has its own mails to finish: both together stay below the 5 seconds of quality.md (Reliability).
LEASE = timedelta(seconds=2)
# For about so long a worker takes mails ahead. Meanwhile it does not look for what a dead one has left, and the tickets
# of the mails cannot be changed.
AHEAD = timedelta(seconds=0.25)
# Enough to share what is read and noted once for all.
MOST_AHEAD = 50
_FIRST_DELAY = timedelta(seconds=30)
_LONGEST_DELAY = timedelta(hours=4)


def next_delay(attempts: int) -> timedelta | None:
    """Return how long to wait after the ``attempts``-th deferred try (1-based), ``None`` when it was the last one.

    Doubles from 30 seconds up to 4 hours (RFC 5321 section 4.5.4.1 asks for a growing interval).
    """
    if attempts >= MAX_ATTEMPTS:
        return None
    return min(_FIRST_DELAY * (1 << (attempts - 1)), _LONGEST_DELAY)


def take_ahead(sent: int, took: timedelta) -> int:
    """Return how many mails to take ahead, where the last ``sent`` ones took so long; at least one."""
    return max(1, min(MOST_AHEAD, int(sent * (AHEAD / took)))) if took else MOST_AHEAD


@dataclass(frozen=True, slots=True)
class Asked:
    """What decides, of a message, which tickets it is still about; ``created_at`` is in UTC.

    ``contact_id`` is whom it goes to, ``None`` for staff.
    """

    purpose: Purpose
    created_at: datetime
    dispatch_id: UUID | None = None
    contact_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """What decides, of a ticket that a message lists, whether the message is still about it."""

    status: Status
    is_archived: bool = False
    is_deleted: bool = False
    is_paused: bool = False
    dispatch_id: UUID | None = None
    pending_since: datetime | None = None
    kind: TicketKind = TicketKind.CORRECTIVE
    recipient_ids: frozenset[UUID] = frozenset()


def is_still_wanted(message: Asked, ticket: Listed) -> bool:
    """Tell whether ``message``, about to be sent, should still speak of ``ticket``.

    Nobody is told of a ticket that was deleted, or that they were taken off. A dispatch leaves out what is no longer
    held for it; a reminder leaves out what no longer waits for the recipient, or waits anew since it was planned. Every
    other message tells of something that has happened, so it goes out.
    """
    is_off = message.contact_id is not None and message.contact_id not in ticket.recipient_ids
    if ticket.is_deleted or is_off:
        return False
    if message.dispatch_id:
        is_held = ticket.status is Status.SEND_LATER and not ticket.is_archived
        return is_held and ticket.dispatch_id == message.dispatch_id
    if message.purpose is not Purpose.REMINDER:
        return True
    is_armed = ticket.pending_since is not None and ticket.pending_since <= message.created_at
    is_waiting = is_waiting_for_recipient(ticket.kind, ticket.status)
    return is_armed and is_waiting and not (ticket.is_archived or ticket.is_paused)
