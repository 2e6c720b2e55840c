"""Tickets as staff see and write them (spec: api.md, Ticket, staff view)."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, Field, StrictBool
from typing_extensions import TypeAliasType

from ticketdesk.domain.attention import AttentionReason
from ticketdesk.domain.monitored_items import ItemKind
from ticketdesk.domain.reminders import NoReminder
from ticketdesk.domain.ticket_workflow import Action, Resolution, Status, TicketKind
from ticketdesk.domain.tickets import ActionSource, Origin, Priority, Speaker
from ticketdesk.schemas.base import Address, Input, Line, LongLine, Moment, OptionalParagraph, PageSchema, Schema, Tag
from ticketdesk.schemas.patches import Patch, unchanged
from ticketdesk.schemas.tasks import Addressees, CompilationIds, TicketCompilation
from ticketdesk.schemas.values import CalendarDate

MAX_REQUESTED_ACTIONS = 100

# Named, so that generated clients name it too.
PersonWord = TypeAliasType("PersonWord", Literal["me", "none"])


def _once_each(tags: list[str]) -> list[str]:
    return list(dict.fromkeys(tags))


class Named(Schema):
    """A reference to something with a name."""

    id: UUID
    name: str


class TicketContact(Schema):
    """The person a ticket is about; ``email`` is the primary address, ``null`` where none is known."""

    id: UUID
    name: str
    email: str | None


class TicketRecipient(Schema):
    """A person the ticket is written to, with the address used and when they last looked for the first time.

    Of a task, those who do not have all questionnaires have these, and what others delegate to them.
    """

    contact_id: UUID
    name: str
    email: str
    viewed_at: AwareDatetime | None
    has_all_questionnaires: bool
    questionnaire_ids: list[UUID]


class RequestedAction(Schema):
    """One line of what is asked."""

    id: UUID
    position: int
    text: str
    note: str | None
    source: ActionSource
    is_done: bool
    done_at: AwareDatetime | None
    done_by: str | None


class TicketViolationCategory(Schema):
    """A violation category on a ticket, with the regulation it stands for."""

    id: UUID
    name: str
    regulation: str


class ItemAlert(Schema):
    """What a monitor objected to in a profile."""

    code: str
    text: str
    regulation: str


class ItemSnapshot(Schema):
    """The monitored item as it was when the ticket was made; the live one may have changed since."""

    id: UUID
    kind: ItemKind
    platform: str
    url: str | None
    captured_text: str
    captured_at: AwareDatetime
    alerts: list[ItemAlert]


class Attention(Schema):
    """Whether staff have to look at the ticket, and every reason why."""

    needed: bool
    reasons: list[AttentionReason]


class LastUpdate(Schema):
    """Who did what last."""

    at: AwareDatetime
    by: str
    kind: str


class TicketSummary(Schema):
    """A ticket in a list."""

    id: UUID
    number: int
    kind: TicketKind
    title: str
    status: Status
    status_label: str
    status_color: str
    priority: Priority
    contact: TicketContact | None
    account: Named | None
    category: Named | None
    product: Named | None
    tags: list[str]
    assignee: Named | None
    created_at: AwareDatetime
    updated_at: AwareDatetime
    sent_at: AwareDatetime | None
    completed_at: AwareDatetime | None
    closed_at: AwareDatetime | None
    resolution: Resolution | None
    rework_count: int
    archived: bool
    attention: Attention
    last_update: LastUpdate
    next_reminder_at: AwareDatetime | None
    due_on: date | None = Field(description="until when the answers to a task are asked for")
    open_action_count: int
    allowed_actions: list[Action]
    version: int


class Ticket(TicketSummary):
    """A ticket in full, as staff see it. ``version`` is also its ``ETag``."""

    description: str
    recipients: list[TicketRecipient]
    requested_actions: list[RequestedAction]
    violation_categories: list[TicketViolationCategory]
    item: ItemSnapshot | None
    origin: Origin
    outreach_required: bool = Field(description="staff are to reach out to the contact by themselves")
    newest_words_by: Speaker | None = Field(description="whose words are the newest that both sides see")
    first_response_at: AwareDatetime | None = Field(description="when staff first wrote something public")
    checker: Named | None
    checker_team: Named | None = Field(description="anybody of this team may check, where no single person does")
    worked_by: Named | None
    requires_check: bool
    created_by: Named | None
    verified_by: Named | None
    verified_at: AwareDatetime | None
    evidence: str | None
    no_reminder_reason: NoReminder | None = Field(description="why `next_reminder_at` is null")
    notifications_sent: int
    last_sent_at: AwareDatetime | None
    delivery_failure: str | None = Field(description="the reason why the last message reached no address")
    dispatch_id: UUID | None = Field(description="the dispatch that is about to send this held ticket")
    compilations: list[TicketCompilation] = Field(description="what a task asks")
    sendings: int = Field(description="how often a task was sent")
    last_sending_at: AwareDatetime | None


class TicketPage(PageSchema[TicketSummary]):
    """One page of tickets, oldest first unless sorted otherwise."""


class RequestedActionInput(Input):
    """One line of what is asked; ``source`` says whether an alert or a person asks."""

    text: LongLine
    note: LongLine | None = None
    source: ActionSource = ActionSource.MANUAL


class RecipientInput(Input):
    """A person to write to, by address; resolves to a known contact or creates one."""

    name: Line
    email: Address


RequestedActions = Annotated[list[RequestedActionInput], Field(max_length=MAX_REQUESTED_ACTIONS)]
CategoryIds = Annotated[list[UUID], Field(max_length=50)]

Tags = Annotated[list[Tag], Field(max_length=20), AfterValidator(_once_each)]


class TicketPatch(Patch):
    """A merge-patch (RFC 7396). Title, description, requested actions and recipient only while the ticket is held.

    Tags, category, product and ``outreach_required`` are of support tickets, violation categories of corrective ones.
    Of a task, addressees and compilations only while it is a draft, each list as a whole, and ``due_on`` at any time.
    """

    title: Line = unchanged()
    description: OptionalParagraph = unchanged()
    requested_actions: RequestedActions = unchanged()
    contact_id: UUID = unchanged()
    recipient: RecipientInput = unchanged()
    violation_category_ids: CategoryIds = unchanged()
    priority: Priority = unchanged()
    tags: Tags = unchanged()
    category_id: UUID | None = unchanged()
    product_id: UUID | None = unchanged()
    outreach_required: StrictBool = unchanged()
    addressees: Addressees = unchanged()
    compilation_ids: CompilationIds = unchanged()
    due_on: CalendarDate | None = unchanged()


class TransitionInput(Input):
    """A step to take. ``comment`` is posted with it and visible to all; ``reason`` is for the record and the mail."""

    action: Literal[Action.SEND, Action.START, Action.COMPLETE, Action.RETURN, Action.CLOSE, Action.REOPEN]
    comment: OptionalParagraph | None = None
    reason: LongLine | None = None
    resolution: Resolution | None = None
    evidence: OptionalParagraph | None = None


class RequestedActionPatch(Input):
    """Tick or untick one line."""

    is_done: StrictBool


class TicketQuery(Input):
    """What a list of tickets is narrowed by; a parameter given several times means any of its values."""

    kind: list[TicketKind] = []
    status: list[Status] = []
    needs_attention: bool | None = None
    assignee_id: list[UUID | PersonWord] = Field([], description="ids of users, `me` or `none`")
    checker_id: list[UUID | PersonWord] = []
    checker_team_id: list[UUID] = []
    to_check: bool | None = Field(
        None, description="true: those that wait for your check, as the checker or as one of the checking team"
    )
    created_by: list[UUID | Literal["me"]] = []
    contact_id: list[UUID] = Field([], description="whom a ticket is about: of a task the first addressee")
    account_id: list[UUID] = []
    violation_category_id: list[UUID] = []
    category_id: list[UUID] = []
    product_id: list[UUID] = []
    tag: list[Tag] = []
    origin: list[Origin] = []
    outreach_required: bool | None = None
    question: bool | None = Field(
        None, description="true: open support tickets whose newest public words are the client's; false: the others"
    )
    archived: bool = Field(False, description="archived tickets instead of the others")
    created_after: Moment | None = None
    created_before: Moment | None = None
    updated_since: Moment | None = None
    closed_after: Moment | None = None
    closed_before: Moment | None = None
    open: bool | None = Field(None, description="true: neither closed nor held; false: closed or held")
    q: Line | None = Field(None, description="words in title, description or the contact's name")
    person: Line | None = Field(
        None, description="beginnings of words in the contact's name or addresses, or a part of the assignee's name"
    )

    model_config = {"extra": "ignore"}


class TicketCounts(Schema):
    """How many tickets match, by status and by reason for attention."""

    by_status: dict[Status, int]
    needs_attention: dict[Literal["total"] | AttentionReason, int]
