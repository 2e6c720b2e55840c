"""Values on the wire that look like other JSON values, read strictly: dates, clock times, web addresses, zones.

Pydantic alone would take the number 0 for a date and ``true`` for an integer.
"""

import re
from datetime import date, time
from functools import cache
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from ticketdesk.schemas import keywords
from ticketdesk.schemas.base import EARLIEST, LATEST, LongLine

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_CLOCK_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
# What no URL may hold unescaped (RFC 3986 section 2); such a character could end an HTML attribute or a mail's line.
_NOT_IN_URLS = re.compile(r"[\s\"'<>\\^`{|}]")
# ECMA-262 escapes no quote.
_NEVER = rf"""{keywords.LINE_CONTROLS}{keywords.SPACE}"'<>\\^`{{|}}"""
_URL_CHARACTER = rf"[^{_NEVER}]"
_HOST = rf"[^{_NEVER}/?#@:\[\]]+"
_GROUP = "[0-9A-Fa-f]{1,4}"
# The usual ways to write an IPv6 address (RFC 5952).
_IPV6 = rf"\[(({_GROUP}:){{7}}{_GROUP}|({_GROUP}(:{_GROUP}){{0,2}})?::({_GROUP}(:{_GROUP}){{0,3}})?)\]"
_PORT = "0*([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
_URL = rf"[Hh][Tt][Tt][Pp][Ss]?://({_HOST}|{_IPV6})(:({_PORT})?)?([/?#]{_URL_CHARACTER}*)?"


def _read_date(value: Any) -> date:
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise PydanticCustomError("date_format", "A date is written YYYY-MM-DD")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise PydanticCustomError("date_unknown", "There is no such date") from None


def _within_calendar(value: date) -> date:
    if not EARLIEST.date() <= value <= LATEST.date():
        raise PydanticCustomError("date_out_of_range", "Dates from 1970 to 2999 are allowed")
    return value


def _read_clock_time(value: Any) -> time:
    if isinstance(value, time):
        return value
    if not isinstance(value, str) or not _CLOCK_TIME.fullmatch(value):
        raise PydanticCustomError("clock_time_format", "A time of day is written HH:MM, from 00:00 to 23:59")
    return time.fromisoformat(value)


def _read_whole_number(value: Any) -> Any:
    # JSON has one kind of number: 7.0 is 7, to JSON Schema as to many a client that has no integers.
    return int(value) if isinstance(value, float) and value.is_integer() else value


@cache
def _zone_names() -> frozenset[str]:
    return frozenset(name for name in available_timezones() if "/" in name or name == "UTC")


def _known_zone(value: str) -> str:
    # Bare names such as EST exist as files, but know no daylight saving and are hardly ever what is meant.
    if value not in _zone_names():
        raise PydanticCustomError("unknown_zone", "Not a time zone by its full name, such as America/Chicago, or UTC")
    return value


def _web_address(value: str) -> str:
    if _NOT_IN_URLS.search(value):
        raise PydanticCustomError("url_character", "A web address holds no spaces, quotes or angle brackets")
    try:
        parts = urlsplit(value)
        is_complete = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        is_complete = False
    if not is_complete or parts.scheme not in {"http", "https"}:
        raise PydanticCustomError("url_scheme", "A web address starts with http:// or https:// and names a host")
    if "@" in parts.netloc:
        raise PydanticCustomError("url_credentials", "A web address holds no user name or password")
    return value


# To stand behind the bounds of a strict integer, which the contract would lose otherwise.
WHOLE = BeforeValidator(_read_whole_number)
CalendarDate = Annotated[
    date,
    BeforeValidator(_read_date),
    AfterValidator(_within_calendar),
    WithJsonSchema({"type": "string", "format": "date"}),
]
ClockTime = Annotated[
    time,
    BeforeValidator(_read_clock_time),
    PlainSerializer(lambda value: value.strftime("%H:%M"), return_type=str),
    WithJsonSchema({"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$", "examples": ["09:00"]}),
]
# The list of zones is the IANA's and grows: the contract has the form of their names.
ZoneName = Annotated[
    str,
    AfterValidator(_known_zone),
    WithJsonSchema({"type": "string", "pattern": "^(UTC|[A-Za-z_]+(/[A-Za-z0-9_+-]+)+)$", "examples": ["Etc/UTC"]}),
]
WebAddress = Annotated[
    LongLine, AfterValidator(_web_address), keywords.says(pattern=f"^[{keywords.SPACE}]*{_URL}[{keywords.SPACE}]*$")
]
