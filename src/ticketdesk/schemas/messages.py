"""Outbound messages with their delivery, as staff see them."""

from uuid import UUID

from pydantic import AwareDatetime, Field

from ticketdesk.domain.messages import MessageState, Purpose
from ticketdesk.schemas.base import Input, PageSchema, Schema


class MessageSender(Schema):
    """In whose name the message went out."""

    name: str
    team: str | None


class MessageTicket(Schema):
    """A ticket that the message lists; ``is_included`` is false once it was left out because it no longer waited."""

    id: UUID
    number: int
    title: str
    is_included: bool


class Message(Schema):
    """One message to one contact or user. `text` is what was said, without the secret part of the links."""

    id: UUID
    purpose: Purpose
    state: MessageState
    contact_id: UUID | None
    user_id: UUID | None = Field(description="one of the staff, whom the mail tells of their work")
    recipient_name: str
    address: str
    sender: MessageSender
    dispatch_id: UUID | None
    tickets: list[MessageTicket]
    subject: str | None = Field(description="null until it was first tried")
    text: str | None
    internet_message_id: str | None = Field(description="the mail's `Message-ID` header, the same for every attempt")
    attempts: int
    smtp_code: int | None
    last_error: str | None
    created_at: AwareDatetime
    due_at: AwareDatetime
    sent_at: AwareDatetime | None
    finished_at: AwareDatetime | None


class MessagePage(PageSchema[Message]):
    """One page of messages."""


class MessageQuery(Input):
    """What a list of messages is narrowed by; a parameter given several times means any of its values."""

    state: list[MessageState] = []
    purpose: list[Purpose] = []
    contact_id: list[UUID] = []
    user_id: list[UUID] = []
    ticket_id: list[UUID] = []
    dispatch_id: list[UUID] = []

    model_config = {"extra": "ignore"}
