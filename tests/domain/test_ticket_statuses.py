import pytest

from ticketdesk.domain.ticket_workflow import Status, TicketKind, color, label, statuses

# status: colour, then the label of a corrective, support and task ticket.
SPECIFIED = {
    Status.SEND_LATER: ("purple", "Send Later", "Send Later", "Draft"),
    Status.NEW: ("green", None, "New", None),
    Status.OPEN: ("teal", None, "Open", "Open"),
    Status.PENDING_CORRECTION: ("red", "Pending Correction", None, None),
    Status.COMMENT_ADDED: ("blue", "Comment Added", "Comment Added", "Comment Added"),
    Status.PENDING_VERIFICATION: ("yellow", "Pending Verification", "To Be Checked", None),
    Status.CLOSED: ("grey", "Closed", "Closed", "Closed"),
}


@pytest.mark.parametrize("status", Status)
def test_colours_and_labels_are_those_of_the_specification(status: Status) -> None:
    name, *labels = SPECIFIED[status]
    assert color(status) == name
    for kind, expected in zip(TicketKind, labels, strict=True):
        assert (label(kind, status) if status in statuses(kind) else None) == expected


def test_a_status_that_a_kind_lacks_has_no_label() -> None:
    with pytest.raises(KeyError):
        label(TicketKind.CORRECTIVE, Status.NEW)
