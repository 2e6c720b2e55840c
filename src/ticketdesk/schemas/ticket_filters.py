"""The filters of the list of tickets in a body: typed as JSON has it, where a query has words alone."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator, StrictBool
from pydantic_core import PydanticCustomError

from ticketdesk.schemas.tickets import PersonWord, TicketQuery

TicketSort = Literal["created_at", "-created_at", "updated_at", "-updated_at"]


def _read_person(*words: str) -> BeforeValidator:
    """Read a user's id or one of the words that stand for somebody, so that an error names the field alone."""

    def read(value: Any) -> UUID | str:
        if isinstance(value, str) and value in words:
            return value
        try:
            return value if isinstance(value, UUID) else UUID(value)
        except (ValueError, TypeError, AttributeError):
            raise PydanticCustomError("uuid_parsing", "Neither the id of a user nor one of the words for one") from None

    return BeforeValidator(read)


Person = Annotated[UUID | PersonWord, _read_person("me", "none")]
Creator = Annotated[UUID | Literal["me"], _read_person("me")]


class TicketFilter(TicketQuery):
    """The filters of the list of tickets; `me` stays whoever looks."""

    needs_attention: StrictBool | None = None
    assignee_id: list[Person] = []
    checker_id: list[Person] = []
    to_check: StrictBool | None = None
    created_by: list[Creator] = []
    outreach_required: StrictBool | None = None
    question: StrictBool | None = None
    archived: StrictBool = False
    open: StrictBool | None = None

    model_config = {"extra": "forbid"}
