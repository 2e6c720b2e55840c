"""Tickets as their recipients see them: smaller shapes of their own, so that nothing of the desk's inside slips in."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, ConfigDict, Field

from ticketdesk.domain.monitored_items import ItemKind
from ticketdesk.domain.ticket_workflow import Action, Status, TicketKind
from ticketdesk.domain.tickets import ActionSource
from ticketdesk.schemas.attachments import AttachmentIds
from ticketdesk.schemas.base import Input, Line, OptionalParagraph, PageSchema, Paragraph, Schema
from ticketdesk.schemas.keywords import never, without


class PortalTicketSummary(Schema):
    """One of the recipient's tickets in their list."""

    id: UUID
    number: int
    title: str
    status: Status
    status_label: str
    status_color: str
    created_at: AwareDatetime
    sent_at: AwareDatetime
    updated_at: AwareDatetime
    closed_at: AwareDatetime | None
    due_on: date | None = Field(description="until when a task is asked for")
    open_action_count: int


class PortalTicketPage(PageSchema[PortalTicketSummary]):
    """One page of the recipient's tickets, oldest first, closed ones included."""


class PortalAction(Schema):
    """One line of what is asked."""

    id: UUID
    position: int
    text: str
    note: str | None
    source: ActionSource
    is_done: bool
    done_at: AwareDatetime | None


class PortalCategory(Schema):
    """A violation category and the regulation it stands for."""

    id: UUID
    name: str
    regulation: str


class PortalAlert(Schema):
    """What a monitor objected to."""

    code: str
    text: str
    regulation: str


class PortalItem(Schema):
    """The post or profile as it was captured."""

    kind: ItemKind
    platform: str
    url: str | None
    captured_text: str
    captured_at: AwareDatetime
    alerts: list[PortalAlert]


class PortalAuthor(Schema):
    """Who wrote a comment."""

    name: str
    side: Literal["staff", "recipient"]


class PortalComment(Schema):
    """A public comment."""

    id: UUID
    body: str
    author: PortalAuthor
    created_at: AwareDatetime


class PortalSender(Schema):
    """Who asks or answers: a person of the desk, and their team."""

    name: str
    team: str | None


class PortalChoice(Schema):
    """A category or product that a request can be for."""

    id: UUID
    name: str


class PortalChoicePage(PageSchema[PortalChoice]):
    """One page of what a request can be for, oldest first."""


class PortalTicket(PortalTicketSummary):
    """A ticket in full, as its recipient sees it. ``version`` is also its ``ETag``."""

    kind: TicketKind
    description: str
    item: PortalItem | None
    requested_actions: list[PortalAction]
    violation_categories: list[PortalCategory]
    comments: list[PortalComment]
    category: PortalChoice | None
    product: PortalChoice | None
    sender: PortalSender | None = Field(description="who asks or answers; null while nobody of the desk does")
    allowed_actions: list[Action]
    version: int


class PortalTicketCreate(Input):
    """A request of the caller's own, for a category, a product or both."""

    title: Line
    description: OptionalParagraph = ""
    category_id: UUID | None = None
    product_id: UUID | None = None

    model_config = ConfigDict(json_schema_extra=never(without("category_id", "product_id")))


class PortalCommentCreate(Input):
    """Words to add for the desk to read."""

    body: Paragraph
    attachment_ids: AttachmentIds = []


class PortalTransition(Input):
    """Saying that all is done, or closing a task or opening it again for everybody on it; with words if any."""

    action: Literal[Action.COMPLETE, Action.CLOSE, Action.REOPEN]
    comment: OptionalParagraph | None = None
