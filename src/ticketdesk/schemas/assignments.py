"""Who gets a ticket, and why, on the wire."""

from uuid import UUID

from pydantic import AwareDatetime, ConfigDict, Field, StrictBool

from ticketdesk.domain.assignment import AssignmentCause, AssignmentMode, Exclusion
from ticketdesk.schemas.activities import ActivityActor
from ticketdesk.schemas.base import Input, PageSchema, Schema
from ticketdesk.schemas.keywords import given, never, without
from ticketdesk.schemas.tickets import Named


class AssignmentInput(Input):
    """Either a colleague, whatever the rules say of them, or ``auto: true`` for the rules to choose."""

    user_id: UUID | None = None
    auto: StrictBool = False

    model_config = ConfigDict(
        json_schema_extra=never(
            [given("user_id"), {"required": ["auto"], "properties": {"auto": {"const": True}}}],
            [without("user_id"), {"properties": {"auto": {"const": False}}}],
        )
    )


class AssignmentCandidate(Schema):
    """Somebody who could get the ticket; ``load`` is their number of open assigned tickets at that moment."""

    id: UUID
    name: str
    load: int


class AssignmentExclusion(AssignmentCandidate):
    """Somebody who could not get the ticket, and every reason why."""

    reasons: list[Exclusion]


class AssignmentDecision(Schema):
    """A decision about the assignee as it was made; ``mode`` is ``null`` where a person decided.

    Of the candidates with the fewest open tickets, in the order of their ids and counted from 0, the one whose place
    is the remainder of ``draw`` by their number was chosen.
    """

    id: UUID
    cause: AssignmentCause
    mode: AssignmentMode | None
    assignee: Named | None = Field(description="`null` where nobody could take the ticket, or a lead gives it out")
    previous_assignee: Named | None
    explanation: str = Field(examples=["Bea Lind had the fewest open tickets (2) of 5 who could take it."])
    candidates: list[AssignmentCandidate]
    exclusions: list[AssignmentExclusion]
    draw: int | None
    decided_by: ActivityActor
    decided_at: AwareDatetime


class AssignmentDecisionPage(PageSchema[AssignmentDecision]):
    """One page of the decisions about a ticket's assignee, oldest first."""
