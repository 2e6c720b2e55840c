"""The activity report of a ticket: what proves that it was asked, chased and done."""

from pydantic import AwareDatetime, Field

from ticketdesk.schemas.activities import Activity
from ticketdesk.schemas.attachments import Attachment
from ticketdesk.schemas.base import Schema
from ticketdesk.schemas.comments import Comment
from ticketdesk.schemas.messages import Message
from ticketdesk.schemas.tickets import Ticket


class TicketTurnaround(Schema):
    """How long the ticket waited for whom until it was closed, or until now, and how often words were answered."""

    staff_hours: float
    client_hours: float
    check_hours: float = Field(description="completed, and neither closed nor asked for again")
    round_trips: int


class TicketReport(Schema):
    """A ticket with its whole record, every comment, every message and every file by its hash."""

    generated_at: AwareDatetime
    is_intact: bool = Field(description="whether the chain of hashes was whole when this was made")
    ticket: Ticket
    turnaround: TicketTurnaround
    activity: list[Activity]
    comments: list[Comment]
    messages: list[Message]
    attachments: list[Attachment]
