"""The workflow as data, so that no front end copies a rule."""

from typing import Literal

from pydantic import Field

from ticketdesk.domain.ticket_workflow import Action, Guard, Resolution, Status, TicketKind
from ticketdesk.schemas.base import Schema


class WorkflowStatus(Schema):
    """A status of one kind of ticket, with how it looks."""

    status: Status
    label: str
    color: str
    needs_attention: Literal["yes", "no", "while_unassigned"]


class WorkflowStep(Schema):
    """One row of the table: by `action` a ticket goes from any of `from_statuses` to `to_status`."""

    action: Action
    from_statuses: list[Status] = Field(description="empty: the ticket comes into being")
    to_status: Status
    side: Literal["staff", "recipient"]
    permission: str
    needs_reason: bool
    conditions: list[Guard] = Field(description="what must hold besides, of the ticket or of who acts")
    resolutions: list[Resolution] = Field(description="those it may close with, the first being the default")


class Workflow(Schema):
    """The life of one kind of ticket."""

    kind: TicketKind
    statuses: list[WorkflowStatus]
    steps: list[WorkflowStep]


class WorkflowList(Schema):
    """The workflows of all kinds."""

    items: list[Workflow]
