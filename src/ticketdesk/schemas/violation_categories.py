"""Violation categories: the reporting taxonomy, each with the regulation it stands for."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, StrictBool

from ticketdesk.schemas.base import Input, Line, PageSchema, Paragraph, Schema
from ticketdesk.schemas.patches import Patch, unchanged


class ViolationCategory(Schema):
    """A kind of violation. ``version`` is also its ``ETag``."""

    id: UUID
    name: str
    regulation: str
    description: str | None
    is_active: bool
    created_at: AwareDatetime
    updated_at: AwareDatetime
    version: int


class ViolationCategoryPage(PageSchema[ViolationCategory]):
    """One page of violation categories, oldest first unless sorted otherwise."""


class ViolationCategoryCreate(Input):
    """A new violation category."""

    name: Line = Field(description="unique", examples=["Missing licence number"])
    regulation: Line = Field(
        description="an alert that names it puts the category on the ticket", examples=["12 CFR 1026.36(g)"]
    )
    description: Paragraph | None = None


class ViolationCategoryPatch(Patch):
    """A merge-patch of a violation category; an inactive one stays on its tickets but is put on no new ones."""

    name: Line = unchanged()
    regulation: Line = unchanged()
    description: Paragraph | None = unchanged()
    is_active: StrictBool = unchanged()


class ViolationCategoryQuery(Input):
    """What a list of violation categories is narrowed by."""

    is_active: bool | None = None
    sort: Literal["created_at", "-created_at"] = "created_at"

    model_config = {"extra": "ignore"}
