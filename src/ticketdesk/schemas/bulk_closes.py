"""Closing many tickets at once."""

from ticketdesk.domain.ticket_workflow import Action, Resolution
from ticketdesk.schemas.base import Input, LongLine, OptionalParagraph
from ticketdesk.schemas.bulk import TicketIds
from ticketdesk.schemas.tickets import TransitionInput


class BulkClose(Input):
    """The tickets, and what is said to each of them."""

    ticket_ids: TicketIds
    reason: LongLine | None = None
    resolution: Resolution | None = None
    comment: OptionalParagraph | None = None

    @property
    def step(self) -> TransitionInput:
        """The step that is taken with each ticket."""
        said = {"comment": self.comment, "reason": self.reason, "resolution": self.resolution}
        return TransitionInput(action=Action.CLOSE, **said)
