"""Views that somebody saved, for themselves or for all."""

from uuid import UUID

from pydantic import AwareDatetime, Field, JsonValue, StrictBool

from ticketdesk.schemas.base import Input, Line, PageSchema, Schema
from ticketdesk.schemas.patches import Patch, unchanged
from ticketdesk.schemas.ticket_filters import TicketFilter, TicketSort
from ticketdesk.schemas.tickets import Named


class SavedView(Schema):
    """A named list of tickets. ``version`` is also its ``ETag``."""

    id: UUID
    name: str
    owner: Named
    is_shared: bool = Field(description="all staff see it; otherwise its owner alone")
    filters: dict[str, JsonValue] = Field(description="as the list of tickets takes them; `me` is whoever looks")
    sort: TicketSort
    created_at: AwareDatetime
    updated_at: AwareDatetime
    version: int


class SavedViewPage(PageSchema[SavedView]):
    """One page of the views that you see: your own and the shared ones, oldest first."""


class SavedViewCreate(Input):
    """A new view, which is yours."""

    name: Line = Field(description="unique among your own", examples=["Stuck at the bank"])
    is_shared: StrictBool = False
    filters: TicketFilter
    sort: TicketSort = "created_at"


class SavedViewPatch(Patch):
    """A merge-patch of a view; ``filters`` replaces them all."""

    name: Line = unchanged()
    is_shared: StrictBool = unchanged()
    filters: TicketFilter = unchanged()
    sort: TicketSort = unchanged()
