"""A contact with what is open about them, as a front end shows it beside a name."""

from uuid import UUID

from pydantic import AwareDatetime, Field

from ticketdesk.domain.ticket_workflow import Action, Status
from ticketdesk.schemas.base import Schema
from ticketdesk.schemas.contacts import Contact
from ticketdesk.schemas.tickets import LastUpdate


class CardTicket(Schema):
    """A ticket on a card."""

    id: UUID
    number: int
    title: str
    status: Status
    status_label: str
    status_color: str
    created_at: AwareDatetime
    open_action_count: int
    last_update: LastUpdate
    allowed_actions: list[Action]


class ContactCard(Schema):
    """A contact's open and held tickets, oldest first; the counts are exact where a list ends early."""

    contact: Contact
    open_ticket_count: int = Field(description="neither closed nor held")
    open_action_count: int = Field(description="requested actions not ticked yet, on open tickets")
    held_ticket_count: int
    tickets: list[CardTicket] = Field(description="the open ones, at most 200")
    held_tickets: list[CardTicket] = Field(description="written, but not sent yet; at most 200")
