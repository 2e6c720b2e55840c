"""Whom a task is written to, and what it asks, as staff name them (spec: product.md section 6)."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from ticketdesk.domain.tasks import MAX_ADDRESSEES, MAX_COMPILATIONS, MAX_PARTS
from ticketdesk.domain.tickets import Priority
from ticketdesk.schemas.base import Address, Input, Line, OptionalParagraph, Schema
from ticketdesk.schemas.keywords import given, never, without
from ticketdesk.schemas.values import CalendarDate


class AddresseeInput(Input):
    """A person a task is written to: a user, a contact, or whoever has an address; exactly one of the three."""

    user_id: UUID | None = None
    contact_id: UUID | None = None
    email: Address | None = Field(None, description="a known address is that person; another one makes a new contact")
    name: Line | None = Field(None, description="of whoever has the address, if they are new")
    questionnaire_ids: Annotated[list[UUID], Field(max_length=MAX_PARTS)] | None = Field(
        None, description="their part of the task's compilations; `null`: all, none: what others delegate to them"
    )

    model_config = {
        "json_schema_extra": never(
            without("user_id", "contact_id", "email"),
            [given("user_id"), given("contact_id")],
            [given("user_id"), given("email")],
            [given("contact_id"), given("email")],
        )
    }


Addressees = Annotated[list[AddresseeInput], Field(max_length=MAX_ADDRESSEES)]
CompilationIds = Annotated[list[UUID], Field(max_length=MAX_COMPILATIONS)]


class TaskFields(Input):
    """What a new task says beside what it asks. Somebody who is named twice is one addressee with both parts."""

    title: Line
    description: OptionalParagraph = Field("", description="instructions for the addressees")
    addressees: Addressees = Field([], description="at least one of a task that is sent")
    due_on: CalendarDate | None = None
    priority: Priority = Priority.NORMAL
    send: Literal["now", "later"] = "later"


class CompilationTicketCreate(TaskFields):
    """A task that asks one compilation, held back as a draft or sent at once."""


class TicketCompilation(Schema):
    """A compilation that a task asks, and its revision from the sending on."""

    id: UUID
    name: str
    revision: int | None
