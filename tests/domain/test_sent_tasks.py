import pytest

from ticketdesk.domain.errors import Conflict
from ticketdesk.domain.sent_tasks import require_asked
from ticketdesk.domain.ticket_workflow import Status, TicketFacts, TicketKind

T = TicketKind.TASK


@pytest.mark.parametrize("status", [Status.OPEN, Status.COMMENT_ADDED])
def test_an_open_task_is_being_answered(status: Status) -> None:
    require_asked(TicketFacts(T, status))


@pytest.mark.parametrize(
    ("ticket", "code"),
    [
        (TicketFacts(TicketKind.CORRECTIVE, Status.PENDING_CORRECTION), "not_a_task"),
        (TicketFacts(TicketKind.SUPPORT, Status.OPEN, is_archived=True), "not_a_task"),
        (TicketFacts(T, Status.OPEN, is_archived=True), "ticket_archived"),
        (TicketFacts(T, Status.SEND_LATER), "not_sent"),
        (TicketFacts(T, Status.CLOSED), "ticket_closed"),
    ],
)
def test_why_another_ticket_is_not(ticket: TicketFacts, code: str) -> None:
    with pytest.raises(Conflict) as refusal:
        require_asked(ticket)
    assert refusal.value.code == code
