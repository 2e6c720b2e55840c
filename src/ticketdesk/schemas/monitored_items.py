"""Posts and profiles that a monitor reported, and the form of a corrective ticket that follows from one."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, ConfigDict, Field

from ticketdesk.domain.monitored_items import ItemKind
from ticketdesk.domain.tickets import ActionSource
from ticketdesk.schemas.base import Address, Input, Line, LongLine, Moment, OptionalParagraph, PageSchema, Schema
from ticketdesk.schemas.keywords import given, never, without
from ticketdesk.schemas.values import WebAddress

MAX_ALERTS = 50


class AlertReport(Input):
    """One finding of the monitor."""

    code: Line = Field(examples=["nmls_id_missing"])
    text: LongLine = Field(examples=["Add your NMLS id to the profile."])
    regulation: Line = Field(description="the rule that the monitor sees broken", examples=["12 CFR 1026.36(g)"])


class ItemContact(Input):
    """Whose post or profile it is: found by external id, else by address, else created; one of the two is needed."""

    name: Line
    email: Address | None = None
    external_id: Line | None = None

    model_config = ConfigDict(json_schema_extra=never(without("email", "external_id")))


class MonitoredItemReport(Input):
    """What a monitor found, identified by ``source`` and ``external_id``; replaces what was reported before.

    Without ``contact_id`` and ``contact`` the contact stays who it was.
    """

    source: Line = Field(description="which monitor", examples=["social-monitor"])
    external_id: Line = Field(description="what the monitor calls the item", examples=["post-8812"])
    kind: ItemKind
    platform: Line = Field(examples=["LinkedIn"])
    url: WebAddress | None = None
    contact_id: UUID | None = None
    contact: ItemContact | None = None
    captured_text: OptionalParagraph
    captured_at: Moment
    alerts: Annotated[list[AlertReport], Field(max_length=MAX_ALERTS)] = []

    model_config = ConfigDict(json_schema_extra=never([given("contact_id"), given("contact")]))


class Alert(Schema):
    """One finding of the monitor."""

    code: str
    text: str
    regulation: str


class MonitoredItemContact(Schema):
    """Whose post or profile it is; ``email`` is the primary address."""

    id: UUID
    name: str
    email: str | None


class MonitoredItemSnapshot(Schema):
    """The item as a ticket keeps it, because the live one changes."""

    id: UUID
    kind: ItemKind
    platform: str
    url: str | None
    captured_text: str
    captured_at: AwareDatetime
    alerts: list[Alert]


class MonitoredItem(MonitoredItemSnapshot):
    """A post or a profile as it was reported last."""

    source: str
    external_id: str
    contact: MonitoredItemContact | None
    created_at: AwareDatetime
    updated_at: AwareDatetime


class MonitoredItemPage(PageSchema[MonitoredItem]):
    """One page of monitored items, oldest first unless sorted otherwise."""


class MonitoredItemQuery(Input):
    """What a list of monitored items is narrowed by; a parameter given several times means any of its values."""

    contact_id: list[UUID] = []
    kind: list[ItemKind] = []
    platform: list[Line] = []
    source: list[Line] = []
    external_id: list[Line] = []
    sort: Literal["created_at", "-created_at"] = "created_at"

    model_config = {"extra": "ignore"}


class PrefillRecipient(Schema):
    """The person and the address that a ticket would be sent to."""

    name: str
    email: str


class PrefillAction(Schema):
    """A requested action to begin with; ``note`` names the regulation."""

    text: str
    note: str | None
    source: ActionSource


class PrefillCategory(Schema):
    """A violation category that an alert stands for."""

    id: UUID
    name: str
    regulation: str


class Prefill(Schema):
    """What the form of a corrective ticket shows, in the names that creating one takes."""

    title: str
    contact_id: UUID | None
    recipient: PrefillRecipient | None
    requested_actions: list[PrefillAction]
    violation_category_ids: list[UUID]
    violation_categories: list[PrefillCategory] = Field(description="the same categories, to be shown")
    monitored_item_id: UUID
