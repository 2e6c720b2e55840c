"""The activity report of a ticket: what proves that it was asked, chased and done."""

from pydantic import AwareDatetime, Field

from ticketdesk.schemas.activities import Activity
from ticketdesk.schemas.attachments import Attachment
from ticketdesk.schemas.base import Schema
from ticketdesk.schemas.comments import Comment
from ticketdesk.schemas.messages import Message
from ticketdesk.schemas.tickets import Ticket


class TicketReport(Schema):
    """A ticket with its whole record, every comment, every message and every file by its hash."""

    generated_at: AwareDatetime
    is_intact: bool = Field(description="whether the chain of hashes was whole when this was made")
    ticket: Ticket
    activity: list[Activity]
    comments: list[Comment]
    messages: list[Message]
    attachments: list[Attachment]
