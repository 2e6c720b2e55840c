"""Whose turn it was on a ticket, and how often words went to and fro (spec: product.md section 5, turnaround).

The public entries of the record decide, in their order:

* What asks for the work (a ticket that reaches whoever works it, a return, a reopening) makes it the turn of the side
  that works: staff for a support ticket, the client for the others.
* After the client's words it is the staff's turn, after the staff's words the client's.
* A completion ends both turns: until the ticket is closed or asked for again, it is being checked. Staff's words leave
  it so while the completion stands; the client's words take a completion of their own back.
* A closed ticket is nobody's turn, whatever staff still say.

A round trip is the client's words, however many in a row, with what answers them: words of the staff, their completion,
or the closing. Opening a support ticket is the client's first word.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ticketdesk.domain.activities import ActivityKind
from ticketdesk.domain.ticket_statuses import TicketKind

_K = ActivityKind
ASKING = frozenset({_K.CREATED, _K.SENT, _K.RETURNED, _K.REOPENED})
DECISIVE = ASKING | {_K.COMMENTED, _K.REPLIED, _K.COMPLETED, _K.CLOSED}


class Turn(StrEnum):
    """Whom a ticket waits for."""

    STAFF = "staff"
    CLIENT = "client"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class Rules:
    """What differs by kind: who ``works`` the ticket, which entries ask and answer, and which void a completion."""

    works: Turn
    questions: frozenset[ActivityKind]
    answers: frozenset[ActivityKind]
    voiding: frozenset[ActivityKind]


_OUTSIDE = Rules(
    works=Turn.CLIENT,
    questions=frozenset({_K.COMMENTED}),
    answers=frozenset({_K.REPLIED, _K.CLOSED}),
    voiding=ASKING | {_K.COMMENTED, _K.CLOSED},
)
_INSIDE = Rules(
    works=Turn.STAFF,
    questions=frozenset({_K.COMMENTED, _K.CREATED}),
    answers=frozenset({_K.REPLIED, _K.CLOSED, _K.COMPLETED}),
    voiding=ASKING | {_K.CLOSED},
)


def rules_of(kind: TicketKind) -> Rules:
    """Return the rules for tickets of ``kind``."""
    return _INSIDE if kind is TicketKind.SUPPORT else _OUTSIDE


@dataclass(frozen=True, slots=True)
class Turnaround:
    """How long a ticket waited for each side and for its check, and how often words went to and fro."""

    staff: timedelta = timedelta()
    client: timedelta = timedelta()
    check: timedelta = timedelta()
    round_trips: int = 0


def measure(kind: TicketKind, entries: Iterable[tuple[ActivityKind, datetime]], until: datetime) -> Turnaround:
    """Return what the record says: ``entries`` in their order, without the creation of a ticket that was held.

    An open ticket is measured up to ``until``.
    """
    rules = rules_of(kind)
    waited = dict.fromkeys(Turn, timedelta())
    turn: Turn | None = None
    since, round_trips = until, 0
    is_asked, is_completed, is_closed = False, False, False
    for entry, at in entries:
        if entry not in DECISIVE:
            continue
        if turn is not None:
            waited[turn] += at - since
        round_trips += is_asked and entry in rules.answers
        is_asked = (is_asked or entry in rules.questions) and entry not in rules.answers
        is_completed = entry is _K.COMPLETED or (is_completed and entry not in rules.voiding)
        is_closed = entry is _K.CLOSED or (is_closed and entry is _K.REPLIED)
        turn, since = _turn(rules, entry, is_completed=is_completed, is_closed=is_closed), at
    if turn is not None:
        waited[turn] += until - since
    return Turnaround(waited[Turn.STAFF], waited[Turn.CLIENT], waited[Turn.CHECK], round_trips)


def _turn(rules: Rules, entry: ActivityKind, *, is_completed: bool, is_closed: bool) -> Turn | None:
    """Return whose turn it is after ``entry``; the flags hold after it, too."""
    if is_closed:
        return None
    if entry in ASKING:
        return rules.works
    if entry is _K.COMMENTED:
        return Turn.STAFF
    return Turn.CHECK if is_completed else Turn.CLIENT
