"""What entries of the catalogue have in common: a name of their own, and whether they are in use."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from ticketdesk.schemas.base import Input, Line, Schema


class CatalogueEntry(Schema):
    """Something that tickets are sorted by, under a name that no other of its kind has."""

    id: UUID
    name: str
    is_active: bool
    created_at: AwareDatetime
    updated_at: AwareDatetime
    version: int


class CatalogueQuery(Input):
    """What a list of entries is narrowed by."""

    q: Line | None = Field(None, description="part of the name")
    is_active: bool | None = None
    sort: Literal["created_at", "-created_at"] = "created_at"

    model_config = {"extra": "ignore"}
