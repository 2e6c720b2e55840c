"""Dispatches on the wire: what to send and when, and what became of it for each ticket and each address."""

from datetime import datetime
from itertools import combinations
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    AwareDatetime,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from ticketdesk.domain.dispatches import DispatchState, TicketOutcome
from ticketdesk.domain.messages import MessageState
from ticketdesk.schemas.base import Input, Moment, PageSchema, Schema
from ticketdesk.schemas.keywords import given, never, without
from ticketdesk.schemas.ticket_filters import TicketFilter
from ticketdesk.schemas.tickets import Named

MAX_TICKETS = 1000
END_OF_BUSINESS_DAY = "end_of_business_day"
SELECTORS = ("ticket_ids", "contact_id", "filter", "all")

_MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)


def _read_moment(value: Any) -> datetime:
    """Read a time as ``Moment`` does; what is none is told as one rule, since a word would have been right as well."""
    try:
        return _MOMENT.validate_python(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        code = first["type"] if first["type"] in {"datetime_type", "time_out_of_range"} else "datetime_parsing"
        raise PydanticCustomError(code, "{reason}", {"reason": first["msg"]}) from None


def _read_schedule(value: Any) -> datetime | str:
    return END_OF_BUSINESS_DAY if value == END_OF_BUSINESS_DAY else _read_moment(value)


def _refuse_number(value: Any) -> Any:
    # 1 equals true, and a literal would let it pass.
    if isinstance(value, int) and not isinstance(value, bool):
        raise PydanticCustomError("bool_type", "Input should be a valid boolean")
    return value


Yes = Annotated[Literal[True], BeforeValidator(_refuse_number)]
No = Annotated[Literal[False], BeforeValidator(_refuse_number)]
Schedule = Annotated[Moment | Literal["end_of_business_day"], BeforeValidator(_read_schedule)]


class DispatchFilter(TicketFilter):
    """The filters of the list of tickets; held ones that match all of them are sent."""

    archived: No = False


class DispatchCreate(Input):
    """Which held tickets to send, by exactly one of `ticket_ids`, `contact_id`, `filter` and `all`; and when."""

    ticket_ids: Annotated[list[UUID], Field(min_length=1, max_length=MAX_TICKETS)] | None = None
    contact_id: UUID | None = Field(None, description="all held tickets of one contact")
    filter: DispatchFilter | None = None
    all: Yes | None = None
    scheduled_for: Schedule | None = Field(
        None, description="a time to come, or `end_of_business_day` as the settings have it; null: at once"
    )

    model_config = ConfigDict(
        json_schema_extra=never(without(*SELECTORS), *([given(a), given(b)] for a, b in combinations(SELECTORS, 2)))
    )

    @model_validator(mode="after")
    def _has_one_selector(self) -> "DispatchCreate":
        if sum(getattr(self, name) is not None for name in SELECTORS) != 1:
            raise PydanticCustomError("one_selector", "Give exactly one of ticket_ids, contact_id, filter and all")
        return self


class DispatchTicket(Schema):
    """What became of one ticket. ``reason`` is the code of why it was skipped, or what the mail server said."""

    ticket_id: UUID
    number: int
    title: str
    addresses: list[str]
    outcome: TicketOutcome
    reason: str | None


class DispatchMessage(Schema):
    """The one message to one address, with the tickets it lists."""

    message_id: UUID
    address: str
    contact: Named
    state: MessageState
    smtp_code: int | None
    error: str | None
    ticket_ids: list[UUID]


class DispatchSummary(Schema):
    """A dispatch in a list. ``counts`` has the number of its tickets by outcome."""

    id: UUID
    state: DispatchState
    created_by: Named | None = Field(description="null where the schedule itself did it")
    created_at: AwareDatetime
    scheduled_for: AwareDatetime = Field(description="when it starts or was to start")
    started_at: AwareDatetime | None
    finished_at: AwareDatetime | None
    counts: dict[TicketOutcome, int]


class Dispatch(DispatchSummary):
    """A dispatch in full; tickets that were deleted meanwhile are counted but not listed."""

    tickets: list[DispatchTicket]
    messages: list[DispatchMessage]


class DispatchPage(PageSchema[DispatchSummary]):
    """One page of dispatches, newest first."""
