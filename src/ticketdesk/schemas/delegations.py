"""Asking somebody else on a ticket to answer questions instead, on the wire."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from ticketdesk.domain.answers import MAX_AT_ONCE
from ticketdesk.schemas.answers import PortalPerson
from ticketdesk.schemas.base import Input, Note, Schema
from ticketdesk.schemas.keywords import says


class DelegationCreate(Input):
    """Questions to give away, to whom, and a word with them."""

    question_ids: Annotated[list[UUID], Field(min_length=1, max_length=MAX_AT_ONCE), says(uniqueItems=True)]
    contact_id: UUID = Field(description="another recipient of the ticket")
    note: Note = ""


class Delegation(Schema):
    """A question that was given to another recipient, who alone can answer it until it is taken back."""

    id: UUID
    question_id: UUID
    to: PortalPerson
    from_name: str
    note: str
    created_at: AwareDatetime


class DelegationBatch(Schema):
    """What was delegated, in the order of the questions asked for."""

    delegations: list[Delegation]


class PortalPeople(Schema):
    """The other recipients of a ticket, in their order: nobody but them can be asked to answer."""

    people: list[PortalPerson]
