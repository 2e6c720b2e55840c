"""Questions of a document on the wire."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, ConfigDict, Field, StrictBool, StrictInt

from ticketdesk.domain.document_questions import MAX_OPTIONS, QuestionContent
from ticketdesk.domain.documents import CHOICES, MAX_QUESTIONS, QuestionKind
from ticketdesk.schemas.answers import AnswerOption, AnswerValue
from ticketdesk.schemas.base import Input, Line, LongLine, OptionalParagraph, Schema, Tag
from ticketdesk.schemas.keywords import given, never, without
from ticketdesk.schemas.patches import Patch, unchanged
from ticketdesk.schemas.values import WHOLE

QuestionPlace = Annotated[StrictInt, Field(ge=1, le=MAX_QUESTIONS), WHOLE]
_BEYOND = "from 1 on, within the section; the end where it lies beyond"


def _of(*kinds: QuestionKind) -> dict[str, Any]:
    return {"properties": {"kind": {"enum": [kind.value for kind in kinds]}}}


# What the parts of a question have to do with each other, as ``domain/document_questions.py`` checks it.
TOGETHER = never(
    [_of(*(kind for kind in QuestionKind if kind in CHOICES)), without("options")],
    [_of(*(kind for kind in QuestionKind if kind not in CHOICES)), given("options")],
    [_of(*(kind for kind in QuestionKind if kind is not QuestionKind.NUMBER)), given("unit")],
)


class QuestionOption(Input):
    """What can be chosen: ``key`` is the answer, ``label`` what people read."""

    key: Tag = Field(examples=["consent"])
    label: Line = Field(examples=["Consent (Art. 6(1)(a) GDPR)"])


Options = Annotated[list[QuestionOption], Field(min_length=1, max_length=MAX_OPTIONS)]


class DocumentQuestion(Schema):
    """A question and its present answer. ``version`` counts what is asked, ``answer_version`` what was answered."""

    id: UUID
    code: str
    text: str
    guidance: str
    kind: QuestionKind
    options: list[AnswerOption] | None = Field(description="of choices alone, with keys of their own")
    unit: str | None = Field(description="of numbers alone")
    is_required: bool
    position: int = Field(description="from 1 on, within the section")
    version: int
    answer: AnswerValue
    answer_version: int = Field(description="0 until it is answered")
    answered_by: str | None
    answered_at: AwareDatetime | None
    created_at: AwareDatetime
    updated_at: AwareDatetime

    def content(self) -> QuestionContent:
        """Return what it asks."""
        asked = self.model_dump(include=set(QuestionContent.__dataclass_fields__))
        return QuestionContent(**asked)


class QuestionInput(Input):
    """What a question asks, and what it is called."""

    code: Tag | None = Field(None, description="unique within the document; Q and a number unless given")
    text: LongLine = Field(examples=["On what legal basis?"])
    guidance: OptionalParagraph = Field("", description="shown beside the question to whoever answers")
    kind: QuestionKind
    options: Options | None = Field(None, description="for choices alone, and for each of them")
    unit: Tag | None = Field(None, description="for numbers alone", examples=["months"])
    is_required: StrictBool = True

    model_config = ConfigDict(json_schema_extra=TOGETHER)

    def content(self) -> QuestionContent:
        """Return what it asks."""
        asked = self.model_dump(include=set(QuestionContent.__dataclass_fields__))
        return QuestionContent(**asked)


class DocumentQuestionCreate(QuestionInput):
    """A new question, at the end of its section unless told otherwise."""

    position: QuestionPlace | None = Field(None, description=_BEYOND)


class DocumentQuestionPatch(Patch):
    """A merge-patch of a question; ``section_id`` and ``position`` move it.

    A kind that has no options, or no unit, takes them as ``null``. An answer that is none to the question as it is
    then is taken back; its history stays.
    """

    text: LongLine = unchanged()
    guidance: OptionalParagraph = unchanged()
    kind: QuestionKind = unchanged()
    options: Options | None = unchanged()
    unit: Tag | None = unchanged()
    is_required: StrictBool = unchanged()
    code: Tag = unchanged()
    section_id: UUID = unchanged(description="another section of the document; the end of it unless told otherwise")
    position: QuestionPlace = unchanged(description=_BEYOND)
