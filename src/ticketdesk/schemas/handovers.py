"""Requests to take a colleague's ticket over, on the wire."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from ticketdesk.domain.assignment import HandoverState
from ticketdesk.schemas.base import Input, OptionalParagraph, PageSchema, Schema
from ticketdesk.schemas.tickets import Named


class HandoverInput(Input):
    """Whom the ticket is offered to, and a word with it."""

    user_id: UUID
    note: OptionalParagraph = ""


class HandoverTicket(Schema):
    """The ticket that is offered."""

    id: UUID
    number: int
    title: str


class Handover(Schema):
    """A request; the assignee changes when it is accepted and not before.

    ``from_user`` had the ticket when it was made, ``null`` for one that nobody had. ``decided_by`` is ``null`` where
    time or another change of the ticket ended it.
    """

    id: UUID
    ticket: HandoverTicket
    from_user: Named | None
    to_user: Named
    requested_by: Named
    note: str
    state: HandoverState
    created_at: AwareDatetime
    expires_at: AwareDatetime
    decided_at: AwareDatetime | None
    decided_by: Named | None


class HandoverPage(PageSchema[Handover]):
    """One page of requests, oldest first."""


class HandoverQuery(Input):
    """What the caller's requests are narrowed by."""

    direction: list[Literal["to_me", "from_me"]] = Field([], description="left out: both")
    state: list[HandoverState] = []

    model_config = {"extra": "ignore"}
