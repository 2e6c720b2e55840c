"""What all wire shapes share: closed inputs, and text that a database and a mail can hold."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, TypeVar

from email_validator import SPECIAL_USE_DOMAIN_NAMES
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    EmailStr,
    Field,
    StringConstraints,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic_core import PydanticCustomError

from ticketdesk.schemas import keywords

Item = TypeVar("Item")

# C0 and C1 controls; a paragraph may hold tab and line feed.
_LINE_CONTROLS = re.compile(f"[{keywords.LINE_CONTROLS}]")
_PARAGRAPH_CONTROLS = re.compile(f"[{keywords.PARAGRAPH_CONTROLS}]")
EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)
LATEST = datetime(2999, 12, 30, tzinfo=UTC)
# RFC 5321 section 4.5.3.1.3: a path is at most 256 octets, angle brackets included.
MAX_ADDRESS_BYTES = 254


class Input(BaseModel):
    """Base of everything a caller sends: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Schema(BaseModel):
    """Base of everything the product answers with; every field is always there, ``null`` where it has no value."""

    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)


class PageSchema(Schema, Generic[Item]):
    """One page of a list; ``next_cursor`` is ``null`` on the last one."""

    items: list[Item]
    next_cursor: str | None


def _refuse_controls(pattern: re.Pattern[str]) -> AfterValidator:
    def check(value: str) -> str:
        if pattern.search(value):
            raise PydanticCustomError("control_character", "Control characters are not allowed here")
        return value

    return AfterValidator(check)


def _unify_newlines(value: str) -> str:
    return value.replace("\r\n", "\n").replace("\r", "\n")


def _within_calendar(value: datetime) -> datetime:
    if not EARLIEST <= value <= LATEST:
        raise PydanticCustomError("time_out_of_range", "Times from 1970 to 2999 are allowed")
    return value.astimezone(UTC)


def _require_written(value: Any) -> Any:
    # Pydantic alone takes a number for seconds since 1970.
    is_number = isinstance(value, str) and value.strip().lstrip("+-").replace(".", "", 1).isdigit()
    if isinstance(value, datetime) or (isinstance(value, str) and not is_number):
        return value
    raise PydanticCustomError("datetime_type", "A time is written as RFC 3339 has it, with its zone")


def _name_the_rule(value: Any, read: ValidatorFunctionWrapHandler) -> str:
    # The library's own message quotes parts of what was sent.
    try:
        return str(read(value))
    except ValidationError:
        _refuse_reserved(str(value))
        raise PydanticCustomError("invalid_address", "This is not an e-mail address") from None


def _refuse_reserved(value: str) -> None:
    # The IANA's list of special-use domain names, as the library has it.
    last_label = value.strip().rstrip(">").rpartition("@")[2].rpartition(".")[2].lower()
    if last_label in SPECIAL_USE_DOMAIN_NAMES:
        raise PydanticCustomError("reserved_domain", "Nobody can be written to at a domain of this kind")


def _bounded_address(value: str) -> str:
    if len(value.encode()) > MAX_ADDRESS_BYTES:
        raise PydanticCustomError("address_too_long", "An e-mail address has at most 254 bytes")
    return value


Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    _refuse_controls(_LINE_CONTROLS),
    keywords.at_most(200),
    keywords.text(keywords.LINE_CONTROLS),
]
ShortLine = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=50),
    _refuse_controls(_LINE_CONTROLS),
    keywords.at_most(50),
    keywords.text(keywords.LINE_CONTROLS, is_optional=True),
]
Tag = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=50),
    _refuse_controls(_LINE_CONTROLS),
    keywords.at_most(50),
    keywords.text(keywords.LINE_CONTROLS),
]
LongLine = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=2000),
    _refuse_controls(_LINE_CONTROLS),
    keywords.at_most(2000),
    keywords.text(keywords.LINE_CONTROLS),
]
Paragraph = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000),
    AfterValidator(_unify_newlines),
    _refuse_controls(_PARAGRAPH_CONTROLS),
    keywords.at_most(20_000),
    keywords.text(keywords.PARAGRAPH_CONTROLS),
]
OptionalParagraph = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=20_000),
    AfterValidator(_unify_newlines),
    _refuse_controls(_PARAGRAPH_CONTROLS),
    keywords.at_most(20_000),
    keywords.text(keywords.PARAGRAPH_CONTROLS, is_optional=True),
]
Note = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=2000),
    AfterValidator(_unify_newlines),
    _refuse_controls(_PARAGRAPH_CONTROLS),
    keywords.at_most(2000),
    keywords.text(keywords.PARAGRAPH_CONTROLS, is_optional=True),
]
Address = Annotated[
    EmailStr,
    WrapValidator(_name_the_rule),
    AfterValidator(_bounded_address),
    keywords.says(maxLength=MAX_ADDRESS_BYTES),
]
Moment = Annotated[AwareDatetime, BeforeValidator(_require_written), AfterValidator(_within_calendar)]


class ProblemError(Schema):
    """One field of the input and the rule that it broke."""

    pointer: str = Field(
        description="JSON pointer (RFC 6901) into the body, or the parameter's name", examples=["/title"]
    )
    code: str = Field(examples=["string_too_short"])
    detail: str = Field(examples=["String should have at least 1 character"])


class Problem(BaseModel):
    """An error as RFC 9457 has it; ``code`` is stable, the sentences are for people."""

    type: str = Field(examples=["/problems/invalid_transition"])
    title: str = Field(examples=["Conflict"])
    status: int = Field(examples=[409])
    detail: str = Field(examples=["A closed ticket cannot be completed."])
    code: str = Field(examples=["invalid_transition"])
    request_id: str = Field(examples=["01978c1e5f3a7c00"])
    errors: list[ProblemError] | None = None
    allowed_actions: list[str] | None = None

    model_config = ConfigDict(extra="allow")

    def document(self) -> dict[str, Any]:
        """Return the members that have a value, ready to be sent."""
        return self.model_dump(mode="json", exclude_none=True)
