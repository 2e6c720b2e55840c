"""The record of a ticket as it is shown and exported."""

from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, Field

from ticketdesk.domain.activities import ActivityKind
from ticketdesk.domain.actors import ActorKind
from ticketdesk.schemas.base import PageSchema, Schema


class ActivityActor(Schema):
    """Who did it; ``id`` is ``null`` for the system."""

    kind: ActorKind
    id: str | None
    name: str


class Activity(Schema):
    """One entry of a ticket's record."""

    id: UUID
    seq: int
    at: AwareDatetime
    actor: ActivityActor
    kind: ActivityKind
    facts: dict[str, Any] = Field(description="what happened, as the kind needs it: statuses, reasons, addresses")
    hash: str = Field(description="SHA-256 over this entry and the hash before it, as hexadecimal digits")


class ActivityPage(PageSchema[Activity]):
    """One page of a ticket's record, oldest first."""
