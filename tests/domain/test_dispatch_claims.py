from dataclasses import replace
from uuid import UUID

import pytest

from ticketdesk.domain.dispatch_claims import Claimable, SkipReason, obstacle
from ticketdesk.domain.ticket_workflow import Status, TicketFacts, TicketKind

HELD = Claimable(UUID(int=1), TicketFacts(TicketKind.CORRECTIVE, Status.SEND_LATER))
OTHER = UUID(int=9)


def test_a_held_ticket_can_be_claimed() -> None:
    assert obstacle(HELD) is None


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.SEND_LATER])
def test_what_is_not_held_cannot(status: Status) -> None:
    assert obstacle(replace(HELD, facts=replace(HELD.facts, status=status))) is SkipReason.NOT_HELD


def test_the_draft_of_a_task_is_not_sent_by_a_dispatch() -> None:
    assert obstacle(replace(HELD, facts=replace(HELD.facts, kind=TicketKind.TASK))) is SkipReason.NOT_HELD


@pytest.mark.parametrize(
    ("ticket", "reason"),
    [
        (replace(HELD, facts=replace(HELD.facts, is_archived=True)), SkipReason.ARCHIVED),
        (replace(HELD, dispatch_id=OTHER), SkipReason.ALREADY_DISPATCHED),
        (replace(HELD, has_recipient=False), SkipReason.NO_RECIPIENT),
        (replace(HELD, has_recipient=False, dispatch_id=OTHER), SkipReason.ALREADY_DISPATCHED),
    ],
)
def test_why_a_held_ticket_is_skipped(ticket: Claimable, reason: SkipReason) -> None:
    assert obstacle(ticket) is reason
