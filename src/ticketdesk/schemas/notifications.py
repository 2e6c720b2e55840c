"""What staff are told in the app."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, ConfigDict, Field, StrictBool

from ticketdesk.domain.notifications import NotificationKind
from ticketdesk.schemas.base import Input, PageSchema, Schema
from ticketdesk.schemas.keywords import given, never, without


class NotificationTicket(Schema):
    """The ticket it is about, under its present title."""

    id: UUID
    number: int
    title: str


class Notification(Schema):
    """One thing that happened to a ticket of the caller."""

    id: UUID
    kind: NotificationKind
    text: str
    ticket: NotificationTicket
    created_at: AwareDatetime
    read_at: AwareDatetime | None


class NotificationPage(PageSchema[Notification]):
    """One page of the caller's notifications, newest first."""

    unread_count: int = Field(description="all that the caller has not read, on this page or not")


class NotificationsRead(Input):
    """Which notifications to mark as read: some, or all."""

    ids: Annotated[list[UUID], Field(min_length=1, max_length=200)] | None = None
    all: StrictBool = False

    model_config = ConfigDict(
        json_schema_extra=never(
            [given("ids"), {"required": ["all"], "properties": {"all": {"const": True}}}],
            [without("ids"), {"properties": {"all": {"const": False}}}],
        )
    )


class NotificationCounts(Schema):
    """How many were marked just now, and how many are left unread."""

    marked: int
    unread_count: int
