"""What may be done to a task that its addressees are answering (spec: product.md section 6)."""

from ticketdesk.domain.errors import Conflict
from ticketdesk.domain.ticket_workflow import Status, TicketFacts, TicketKind, require_not_archived


def require_asked(ticket: TicketFacts) -> None:
    """Raise ``Conflict`` unless ``ticket`` is a task that was sent and is open.

    The codes are ``not_a_task``, ``ticket_archived``, ``not_sent`` and ``ticket_closed``.
    """
    if ticket.kind is not TicketKind.TASK:
        raise Conflict("Only task tickets have this.", code="not_a_task")
    require_not_archived(ticket)
    if ticket.status is Status.SEND_LATER:
        raise Conflict("The ticket has not been sent yet.", code="not_sent")
    if ticket.status is Status.CLOSED:
        raise Conflict("The ticket is closed; reopen it first.", code="ticket_closed")
