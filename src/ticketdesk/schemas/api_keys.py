"""API keys on the wire."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from ticketdesk.domain.permissions import Permission
from ticketdesk.schemas.base import Input, Line, Moment, PageSchema, Schema


class ApiKey(Schema):
    """A key without its secret; ``prefix`` is how it begins. ``last_used_at`` is exact to a minute."""

    id: UUID
    user_id: UUID
    name: str
    prefix: str = Field(examples=["td_5f0c9a1e"])
    scopes: list[Permission]
    created_at: AwareDatetime
    expires_at: AwareDatetime | None
    last_used_at: AwareDatetime | None


class CreatedApiKey(ApiKey):
    """A key as it is shown once."""

    key: str | None = Field(description="the whole key; null when the answer to an earlier request is repeated")


class ApiKeyPage(PageSchema[ApiKey]):
    """One page of keys that are not revoked, in the order in which they were created."""


class ApiKeyCreate(Input):
    """A key of the caller's own; it can do no more than what created it."""

    name: Line
    scopes: Annotated[list[Permission], Field(min_length=1, max_length=len(Permission))]
    expires_at: Moment | None = Field(None, description="null: until it is revoked")
