"""Templates: support tickets that are made the same way again and again, such as those of every sign-up."""

from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, StrictBool, StrictInt

from ticketdesk.domain.tickets import Priority
from ticketdesk.schemas.base import Input, Line, OptionalParagraph, PageSchema
from ticketdesk.schemas.catalogue import CatalogueEntry
from ticketdesk.schemas.keywords import never, without
from ticketdesk.schemas.patches import Patch, unchanged
from ticketdesk.schemas.tickets import Tags
from ticketdesk.schemas.values import WHOLE

Place = Annotated[StrictInt, Field(ge=0, le=10_000), WHOLE]


class TicketTemplate(CatalogueEntry):
    """What a support ticket made from it says. ``version`` is part of its ``ETag``."""

    title: str
    description: str
    category_id: UUID | None
    product_id: UUID | None
    priority: Priority
    tags: list[str]
    is_for_sign_up: bool = Field(description="an account that signs up gets a ticket from it")
    position: int = Field(description="smaller ones come first at a sign-up")


class TicketTemplatePage(PageSchema[TicketTemplate]):
    """One page of ticket templates, oldest first unless sorted otherwise."""


class TicketTemplateCreate(Input):
    """A new template, for a category, a product or both."""

    name: Line = Field(description="unique", examples=["Welcome call"])
    title: Line
    description: OptionalParagraph = ""
    category_id: UUID | None = None
    product_id: UUID | None = None
    priority: Priority = Priority.NORMAL
    tags: Tags = []
    is_for_sign_up: StrictBool = False
    position: Place = 0

    model_config = ConfigDict(json_schema_extra=never(without("category_id", "product_id")))


class TicketTemplatePatch(Patch):
    """A merge-patch of a template; tickets that were made from it stay as they are."""

    name: Line = unchanged()
    is_active: StrictBool = unchanged()
    title: Line = unchanged()
    description: OptionalParagraph = unchanged()
    category_id: UUID | None = unchanged()
    product_id: UUID | None = unchanged()
    priority: Priority = unchanged()
    tags: Tags = unchanged()
    is_for_sign_up: StrictBool = unchanged()
    position: Place = unchanged()
