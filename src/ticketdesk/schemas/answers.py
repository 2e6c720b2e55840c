"""Answers to the questions of a task on the wire, and the questions as those see them who answer."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, Field, PlainValidator, StrictInt, TypeAdapter, ValidationError, WithJsonSchema
from pydantic_core import PydanticCustomError
from typing_extensions import TypeAliasType

from ticketdesk.domain.answers import MAX_AT_ONCE, NUMBER_LIMIT
from ticketdesk.domain.documents import Module, QuestionKind
from ticketdesk.schemas.base import Input, Note, OptionalParagraph, Schema
from ticketdesk.schemas.values import WHOLE

MAX_LISTED = 200
MAX_KEY_LENGTH = 200
_TEXT: TypeAdapter[str] = TypeAdapter(OptionalParagraph)


def _read_value(value: Any) -> Any:
    """Return a value that has one of the forms of an answer; the question decides then whether it is one."""
    if value is None or _is_number(value):
        return value
    if isinstance(value, str):
        return _read_text(value)
    if isinstance(value, list) and len(value) <= MAX_LISTED and all(_is_key(each) for each in value):
        return value
    raise PydanticCustomError("answer_form", "An answer is a text, a number, a list of keys or ids, or null")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and -NUMBER_LIMIT < value < NUMBER_LIMIT


def _is_key(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= MAX_KEY_LENGTH


def _read_text(value: str) -> str:
    # As one value whatever its form, so that the error stands at the value.
    try:
        return _TEXT.validate_python(value)
    except ValidationError as error:
        first = error.errors()[0]
        raise PydanticCustomError(first["type"], first["msg"]) from None


_FORMS: dict[str, Any] = {
    "description": (
        "By the question's kind: a text (`text` has one line of at most 1,000 characters), `yes`, `no` or "
        "`not_applicable`, the key of an option or a list of keys, a number, a date as YYYY-MM-DD, a list of ids of "
        "files that were attached to the question; null is no answer."
    ),
    "anyOf": [
        _TEXT.json_schema(),
        {"type": "number", "exclusiveMinimum": -NUMBER_LIMIT, "exclusiveMaximum": NUMBER_LIMIT},
        {"type": "array", "items": {"type": "string", "maxLength": MAX_KEY_LENGTH}, "maxItems": MAX_LISTED},
        {"type": "null"},
    ],
}
# Named, so that generated clients name it too.
AnswerValue = TypeAliasType(
    "AnswerValue",
    Annotated[str | int | float | list[str] | None, PlainValidator(_read_value), WithJsonSchema(_FORMS)],
)
Version = Annotated[StrictInt, Field(ge=1, le=2_147_483_647), WHOLE]


class AnswerInput(Input):
    """One answer. With ``version`` it is saved only if the present answer has it, with ``null`` only if there is none.

    A ``note`` that is left out stays as it is.
    """

    question_id: UUID
    value: AnswerValue
    note: Note | None = None
    version: Version | None = None


class AnswersInput(Input):
    """Answers to save, all of them or none."""

    answers: Annotated[list[AnswerInput], Field(min_length=1, max_length=MAX_AT_ONCE)]


class Completeness(Schema):
    """How far a set of questions is: ``missing`` counts the required ones without an answer."""

    total: int
    required: int
    answered: int
    missing: int


class AnswerOption(Schema):
    """What can be chosen: ``key`` is the answer, ``label`` what people read."""

    key: str
    label: str


class PortalPerson(Schema):
    """A recipient of the ticket, as the others know them."""

    contact_id: UUID
    name: str


class PortalDelegation(Schema):
    """Who was asked to answer a question instead; while it stands, nobody else can."""

    id: UUID
    to: PortalPerson
    from_name: str
    note: str
    can_end: bool = Field(description="whether the caller delegated it, and so can take it back")


class PortalAnswer(Schema):
    """What was answered last; everybody who sees the question shares it. ``version`` counts how often it was saved."""

    value: AnswerValue
    note: str
    version: int
    author_name: str
    answered_at: AwareDatetime
    is_accepted: bool = Field(description="it stays as it is then")


class PortalQuestion(Schema):
    """A question as it was sent. ``known_answer`` is what its document said then."""

    id: UUID
    text: str
    guidance: str
    kind: QuestionKind
    options: list[AnswerOption] | None
    unit: str | None
    is_required: bool
    module: Module
    document_title: str
    section_title: str
    known_answer: AnswerValue
    answer: PortalAnswer | None
    delegation: PortalDelegation | None
    can_answer: bool = Field(description="whether the caller can answer now")


class PortalQuestionnaire(Schema):
    """Questions that belong together, in their order: those of them that the caller sees."""

    id: UUID
    name: str
    instructions: str
    completeness: Completeness
    questions: list[PortalQuestion]


class PortalAnswers(Schema):
    """What a ticket asks the caller, with what was answered so far."""

    questionnaires: list[PortalQuestionnaire]
    completeness: Completeness
