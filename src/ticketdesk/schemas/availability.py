"""When somebody is there to work tickets, on the wire."""

from collections.abc import Sequence
from datetime import time
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field, StrictBool
from pydantic_core import PydanticCustomError

from ticketdesk.domain import availability
from ticketdesk.domain.settings import Weekday
from ticketdesk.schemas.base import Input, Moment, Schema
from ticketdesk.schemas.keywords import given, never
from ticketdesk.schemas.patches import unchanged
from ticketdesk.schemas.settings import Holidays
from ticketdesk.schemas.values import ClockTime, ZoneName

MAX_STRETCHES = 10
_PRESENT: dict[str, Any] = {"properties": {"is_away": {"const": False}}}


def _forwards(times: Sequence[time]) -> list[time]:
    start, end = times
    if end != availability.MIDNIGHT and start >= end:
        raise PydanticCustomError("stretch_backwards", "A stretch ends after its start; 00:00 as its end is midnight")
    return [start, end]


def _apart(stretches: Sequence[Sequence[time]]) -> list[list[time]]:
    if availability.overlap([availability.Stretch(*times) for times in stretches]):
        raise PydanticCustomError("stretches_overlap", "Stretches of one day do not overlap")
    return sorted(list(times) for times in stretches)


StretchTimes = Annotated[list[ClockTime], Field(min_length=2, max_length=2), AfterValidator(_forwards)]
DayStretches = Annotated[list[StretchTimes], Field(min_length=1, max_length=MAX_STRETCHES), AfterValidator(_apart)]


class WorkingHours(Schema):
    """When somebody works, by the clocks of their own time zone."""

    model_config = ConfigDict(extra="forbid")

    time_zone: ZoneName
    hours: dict[Weekday, DayStretches] = Field(
        min_length=1,
        description="start and end of each stretch of a day, 00:00 as an end being midnight; other days are free",
        examples=[{"mon": [["09:00", "12:00"], ["13:00", "17:00"]], "tue": [["09:00", "17:00"]]}],
    )
    holidays: Holidays = Field(description="days that are free although their weekday is not")

    @property
    def rule(self) -> availability.WorkingHours:
        """The hours as the rules take them."""
        hours = {day: [availability.Stretch(*times) for times in stretches] for day, stretches in self.hours.items()}
        return availability.WorkingHours(ZoneInfo(self.time_zone), hours, frozenset(self.holidays))


class Availability(Schema):
    """Whether somebody is there to be given tickets."""

    is_away: bool
    away_until: AwareDatetime | None = Field(description="null: until they say otherwise")
    working_hours: WorkingHours | None = Field(description="null: all of the desk's business days")
    is_available_now: bool = Field(description="active, not away, and within the working hours")


class AvailabilityUpdate(Input):
    """Whether somebody is there from now on; working hours that are left out stay as they are."""

    is_away: StrictBool
    away_until: Moment | None = Field(None, description="a time to come, when they are back by themselves")
    working_hours: WorkingHours | None = unchanged(description="null: all of the desk's business days")

    model_config = ConfigDict(json_schema_extra=never([_PRESENT, given("away_until")]))
