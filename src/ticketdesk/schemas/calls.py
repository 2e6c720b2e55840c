"""Calls with clients, and the worksheet that each one goes through."""

from uuid import UUID

from pydantic import AwareDatetime, ConfigDict, Field

from ticketdesk.domain.calls import CallOutcome
from ticketdesk.domain.ticket_workflow import Status, TicketKind
from ticketdesk.schemas.base import Input, OptionalParagraph, PageSchema, Paragraph, Schema
from ticketdesk.schemas.keywords import never, without
from ticketdesk.schemas.tickets import Named


class CallTicket(Schema):
    """A ticket on the worksheet as it is now, and what became of it in the call; no ``outcome``: not touched yet."""

    ticket_id: UUID
    number: int
    kind: TicketKind
    title: str
    status: Status
    status_label: str
    status_color: str
    contact: Named | None
    assignee: Named | None
    outcome: CallOutcome | None
    text: str = Field(description="what was noted, or why the ticket was not spoken of")
    touched_by: Named | None
    touched_at: AwareDatetime | None


class CallSummary(Schema):
    """A call in a list."""

    id: UUID
    contact: Named
    account: Named
    started_by: Named
    started_at: AwareDatetime
    completed_by: Named | None
    completed_at: AwareDatetime | None
    summary: str
    version: int


class Call(CallSummary):
    """A call with its worksheet, oldest ticket first. ``version`` is also part of its ``ETag``."""

    tickets: list[CallTicket]


class CallPage(PageSchema[CallSummary]):
    """One page of calls, newest first."""


class CallQuery(Input):
    """What a list of calls is narrowed by; a parameter given several times means any of its values."""

    contact_id: list[UUID] = []
    account_id: list[UUID] = []
    completed: bool | None = None

    model_config = {"extra": "ignore"}


class CallCreate(Input):
    """Whom the call is with; their account's open tickets become the worksheet."""

    contact_id: UUID


class CallTicketInput(Input):
    """What became of a ticket in the call; to excuse it takes a reason."""

    outcome: CallOutcome
    text: Paragraph | None = None

    model_config = ConfigDict(
        json_schema_extra=never([{"properties": {"outcome": {"const": CallOutcome.EXCUSED.value}}}, without("text")])
    )


class CallCompletion(Input):
    """What the call came to."""

    summary: OptionalParagraph = ""
