"""Whose turn it is. One letter an hour: what happens at its start; a dot is an hour in which nothing does.

``n`` created, ``s`` sent, ``c`` the client's words, ``r`` the staff's, ``d`` completed, ``b`` returned, ``x`` closed,
``o`` reopened, ``i`` an internal note.
"""

from datetime import UTC, datetime, timedelta

import pytest

from ticketdesk.domain.activities import ActivityKind
from ticketdesk.domain.ticket_statuses import TicketKind
from ticketdesk.domain.turnarounds import measure

KINDS = {
    "n": ActivityKind.CREATED,
    "s": ActivityKind.SENT,
    "c": ActivityKind.COMMENTED,
    "r": ActivityKind.REPLIED,
    "d": ActivityKind.COMPLETED,
    "b": ActivityKind.RETURNED,
    "x": ActivityKind.CLOSED,
    "o": ActivityKind.REOPENED,
    "i": ActivityKind.NOTED,
}
START, HOUR = datetime(2026, 3, 2, tzinfo=UTC), timedelta(hours=1)


@pytest.mark.parametrize(
    ("kind", "story", "staff", "client", "check", "round_trips"),
    [
        # A client asks, is answered, asks again twice, and it is done.
        (TicketKind.SUPPORT, "n..r.c.c.dx", 7, 2, 1, 2),
        # Closed without a check; what staff say afterwards takes nobody's time.
        (TicketKind.SUPPORT, "n.x.r.", 2, 0, 0, 1),
        # Returned by the checker: the staff's turn again.
        (TicketKind.SUPPORT, "n.d..b.d.x", 4, 0, 5, 1),
        # A question while it waits for its check does not undo the completion.
        (TicketKind.SUPPORT, "n.d.c.r..x", 4, 0, 5, 2),
        # The client comes back to a closed one.
        (TicketKind.SUPPORT, "n.d.x...c..r.x", 5, 2, 2, 2),
        (TicketKind.SUPPORT, "n.x...o..x", 5, 0, 0, 1),
        # Internal words are nobody's.
        (TicketKind.SUPPORT, "n.i.i.r.i.x", 6, 4, 0, 1),
        # Asked by staff: the client's turn until it is completed.
        (TicketKind.CORRECTIVE, "s....d.x", 0, 5, 2, 0),
        (TicketKind.CORRECTIVE, "n.c..r.d.x", 3, 4, 2, 1),
        (TicketKind.CORRECTIVE, "n.d.b..d.x", 0, 5, 4, 0),
        # Who comments on what they had completed takes that back.
        (TicketKind.CORRECTIVE, "n.d.c.r..d.x", 2, 5, 4, 1),
        (TicketKind.CORRECTIVE, "n.c.x", 2, 2, 0, 1),
        (TicketKind.TASK, "n..c.r.x..o.x", 2, 7, 0, 1),
        # Open tickets are measured up to now.
        (TicketKind.SUPPORT, "n...", 4, 0, 0, 0),
        (TicketKind.SUPPORT, "", 0, 0, 0, 0),
    ],
)
def test_every_hour_is_of_one_side(
    kind: TicketKind, story: str, staff: int, client: int, check: int, round_trips: int
) -> None:
    entries = [(KINDS[letter], START + hour * HOUR) for hour, letter in enumerate(story) if letter != "."]
    found = measure(kind, entries, START + len(story) * HOUR)
    hours = (found.staff / HOUR, found.client / HOUR, found.check / HOUR)
    assert (*hours, found.round_trips) == (staff, client, check, round_trips)
