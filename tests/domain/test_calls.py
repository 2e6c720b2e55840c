"""When a call may end, and what it takes to excuse a ticket."""

from itertools import product
from uuid import uuid4

import pytest

from ticketdesk.domain.calls import (
    CallOutcome,
    WorksheetLine,
    require_all_touched,
    require_reason,
    require_under_way,
)
from ticketdesk.domain.errors import Conflict, InvalidInput
from ticketdesk.domain.ticket_statuses import Status


def line(
    number: int, status: Status = Status.OPEN, outcome: CallOutcome | None = None, *, is_archived: bool = False
) -> WorksheetLine:
    return WorksheetLine(uuid4(), number, status, is_archived, outcome)


@pytest.mark.parametrize(
    ("status", "outcome", "is_archived"), list(product(Status, (None, *CallOutcome), (False, True)))
)
def test_a_ticket_holds_the_call_up_until_it_is_touched_or_over(
    status: Status, outcome: CallOutcome | None, is_archived: bool
) -> None:
    expected = outcome is None and status is not Status.CLOSED and not is_archived
    assert line(1, status, outcome, is_archived=is_archived).is_untouched is expected


def test_the_refusal_names_each_untouched_ticket() -> None:
    left = [line(7), line(9, Status.NEW)]
    with pytest.raises(Conflict) as refusal:
        require_all_touched([left[0], line(8, outcome=CallOutcome.NOTED), left[1]])
    assert refusal.value.code == "tickets_untouched"
    assert refusal.value.detail == "Neither noted nor excused yet: #7, #9."
    assert refusal.value.facts["tickets"] == [{"ticket_id": str(one.ticket_id), "number": one.number} for one in left]
    require_all_touched([])


@pytest.mark.parametrize("text", [None, "", "  "])
def test_only_an_excuse_needs_words(text: str | None) -> None:
    require_reason(CallOutcome.NOTED, text)
    require_reason(CallOutcome.EXCUSED, "He has to leave")
    with pytest.raises(InvalidInput) as refusal:
        require_reason(CallOutcome.EXCUSED, text)
    assert (refusal.value.errors[0].pointer, refusal.value.errors[0].code) == ("/text", "reason_required")


def test_a_completed_call_is_over() -> None:
    require_under_way(is_completed=False)
    with pytest.raises(Conflict):
        require_under_way(is_completed=True)
