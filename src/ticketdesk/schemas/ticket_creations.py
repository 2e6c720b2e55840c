"""What a new ticket is made from: one shape for each kind, told apart by ``kind`` (spec: api.md, Create corrective)."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, StrictBool
from typing_extensions import TypeAliasType

from ticketdesk.domain.ticket_workflow import TicketKind
from ticketdesk.domain.tickets import Priority
from ticketdesk.schemas.base import Input, Line, OptionalParagraph
from ticketdesk.schemas.keywords import never, without
from ticketdesk.schemas.tasks import CompilationIds, TaskFields
from ticketdesk.schemas.tickets import CategoryIds, RecipientInput, RequestedActions, Tags

_NO_PREFILL = {"required": ["apply_prefill"], "properties": {"apply_prefill": {"const": False}}}


class CorrectiveTicketCreate(Input):
    """A corrective ticket to be sent now or held.

    With ``monitored_item_id`` the item's recipient, title, actions and categories fill what is not given, unless
    ``apply_prefill`` is false.
    """

    kind: Literal[TicketKind.CORRECTIVE]
    title: Line | None = Field(None, description="may be left out with `monitored_item_id`")
    description: OptionalParagraph = ""
    contact_id: UUID | None = None
    recipient: RecipientInput | None = None
    monitored_item_id: UUID | None = None
    apply_prefill: StrictBool = True
    requested_actions: RequestedActions = []
    violation_category_ids: CategoryIds = []
    priority: Priority = Priority.NORMAL
    send: Literal["now", "later"] = "later"

    model_config = ConfigDict(
        json_schema_extra=never(
            without("title", "monitored_item_id"),
            without("contact_id", "recipient", "monitored_item_id"),
            [without("title"), _NO_PREFILL],
            [without("contact_id", "recipient"), _NO_PREFILL],
        )
    )


class SupportTicketCreate(Input):
    """A request that staff take in on behalf of a contact, for a category, a product or both.

    The account is the contact's own, whether or not it is given.
    """

    kind: Literal[TicketKind.SUPPORT]
    title: Line
    description: OptionalParagraph = ""
    contact_id: UUID
    account_id: UUID | None = Field(None, description="the contact's own account, if given")
    category_id: UUID | None = None
    product_id: UUID | None = None
    priority: Priority = Priority.NORMAL
    tags: Tags = []
    requested_actions: RequestedActions = []
    outreach_required: StrictBool = False

    model_config = ConfigDict(json_schema_extra=never(without("category_id", "product_id")))


class TaskTicketCreate(TaskFields):
    """Questions of compilations for several people, held back as a draft or sent at once."""

    kind: Literal[TicketKind.TASK]
    compilation_ids: CompilationIds = Field([], description="at least one of a task that is sent")


# Named, so that generated clients name it too.
TicketCreate = TypeAliasType(
    "TicketCreate",
    Annotated[CorrectiveTicketCreate | SupportTicketCreate | TaskTicketCreate, Field(discriminator="kind")],
)
