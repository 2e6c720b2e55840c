"""Categories: what a support ticket asks for, and the rules by which it finds its people."""

from typing import Any
from uuid import UUID

from pydantic import ConfigDict, Field, StrictBool

from ticketdesk.domain.assignment import AssignmentMode
from ticketdesk.schemas.base import Input, Line, PageSchema
from ticketdesk.schemas.catalogue import CatalogueEntry
from ticketdesk.schemas.keywords import given, never, without
from ticketdesk.schemas.patches import Patch, unchanged

_ROUTES = ("routed_user_id", "routed_team_id")
_ROUTED: dict[str, Any] = {
    "required": ["assignment_mode"],
    "properties": {"assignment_mode": {"const": AssignmentMode.ROUTED.value}},
}


class Category(CatalogueEntry):
    """What a support ticket asks for, and who works it. ``version`` is part of its ``ETag``."""

    team_id: UUID | None = Field(description="whom its tickets are for; null: everybody who works tickets")
    assignment_mode: AssignmentMode | None = Field(description="null: as the assignment settings say")
    routed_user_id: UUID | None
    routed_team_id: UUID | None
    requires_check: bool = Field(description="a second person checks what was done")
    may_be_taken: bool = Field(description="an agent may take an unassigned ticket without asking")


class CategoryPage(PageSchema[Category]):
    """One page of categories, oldest first unless sorted otherwise."""


class CategoryCreate(Input):
    """A new category; with the mode ``routed`` it names either a user or a team, otherwise neither."""

    name: Line = Field(description="unique", examples=["Website edit"])
    team_id: UUID | None = None
    assignment_mode: AssignmentMode | None = None
    routed_user_id: UUID | None = None
    routed_team_id: UUID | None = None
    requires_check: StrictBool = False
    may_be_taken: StrictBool = False

    model_config = ConfigDict(
        json_schema_extra=never(
            [_ROUTED, without(*_ROUTES)],
            [given(name) for name in _ROUTES],
            *([{"not": _ROUTED}, given(name)] for name in _ROUTES),
        )
    )


class CategoryPatch(Patch):
    """A merge-patch of a category; what it is routed to has to fit the mode afterwards, too."""

    name: Line = unchanged()
    is_active: StrictBool = unchanged()
    team_id: UUID | None = unchanged()
    assignment_mode: AssignmentMode | None = unchanged()
    routed_user_id: UUID | None = unchanged()
    routed_team_id: UUID | None = unchanged()
    requires_check: StrictBool = unchanged()
    may_be_taken: StrictBool = unchanged()
