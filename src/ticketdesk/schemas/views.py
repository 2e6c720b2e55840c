"""The lists of tickets that have a name: those of every desk, and the saved ones."""

from pydantic import Field, JsonValue

from ticketdesk.domain.views import ViewKey
from ticketdesk.schemas.base import Schema
from ticketdesk.schemas.saved_views import SavedView


class BuiltInView(Schema):
    """A list that every desk has."""

    key: ViewKey
    name: str
    filters: dict[str, JsonValue] = Field(description="as the list of tickets takes them at this moment")
    asks_for: list[str] = Field(description="parameters that have to be given along with it")
    count: int | None = Field(description="how many tickets it has now; null where it asks for more")


class Views(Schema):
    """All lists that have a name for you."""

    built_in: list[BuiltInView]
    saved: list[SavedView] = Field(description="your own and the shared ones, oldest first, at most 200")
