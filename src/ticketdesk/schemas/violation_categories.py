"""Violation categories: the reporting taxonomy, each with the regulation it stands for."""

from pydantic import Field, StrictBool

from ticketdesk.schemas.base import Input, Line, PageSchema, Paragraph
from ticketdesk.schemas.catalogue import CatalogueEntry
from ticketdesk.schemas.patches import Patch, unchanged


class ViolationCategory(CatalogueEntry):
    """A kind of violation. ``version`` is part of its ``ETag``."""

    regulation: str
    description: str | None


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
