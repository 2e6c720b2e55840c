"""Compilations: what is picked from documents, as it is read, begun and listed."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from ticketdesk.domain.compilations import MAX_QUESTIONS, SourceState
from ticketdesk.domain.documents import Module, QuestionKind
from ticketdesk.schemas.answers import AnswerOption
from ticketdesk.schemas.base import Input, Line, OptionalParagraph, PageSchema, Schema
from ticketdesk.schemas.patches import Patch, unchanged
from ticketdesk.schemas.tickets import Named


class PickedQuestion(Schema):
    """A question of a document, and where it stands there. ``question_version`` counts the changes of what is asked."""

    question_id: UUID
    question_version: int
    module: Module
    document_id: UUID
    document_title: str
    section_title: str
    text: str
    guidance: str
    kind: QuestionKind
    options: list[AnswerOption] | None
    unit: str | None
    is_required: bool


class QuestionnaireItem(PickedQuestion):
    """A question in a questionnaire, as its document asks it now."""

    id: UUID
    position: int = Field(description="from 1 on, within the questionnaire")
    section_id: UUID
    code: str | None
    source: SourceState = Field(description="how the document's question stands beside the newest revision sent")


class Questionnaire(Schema):
    """A named part of a compilation; whole questionnaires are given to addressees."""

    id: UUID
    name: str
    instructions: str
    position: int = Field(description="from 1 on, within the compilation")
    items: list[QuestionnaireItem]


class CompilationSummary(Schema):
    """A compilation in a list."""

    id: UUID
    name: str
    description: str
    revision: int = Field(description="of what it asks; the first change after a sending begins the next one")
    sent_revision: int | None = Field(description="the newest revision that was sent, null before the first sending")
    questionnaire_count: int
    question_count: int
    created_by: Named
    created_at: AwareDatetime
    updated_at: AwareDatetime
    archived: bool
    version: int


class Compilation(CompilationSummary):
    """A compilation in full, in its order. ``version`` is part of its ``ETag``, and every change raises it."""

    questionnaires: list[Questionnaire]


class CompilationPage(PageSchema[CompilationSummary]):
    """One page of compilations, oldest first unless sorted otherwise."""


class CompilationQuery(Input):
    """What a list of compilations is narrowed by."""

    q: Line | None = Field(None, description="part of the name")
    archived: bool = Field(False, description="archived compilations instead of the others")
    sort: Literal["created_at", "-created_at"] = "created_at"

    model_config = {"extra": "ignore"}


class CompilationSource(Input):
    """A document to begin from: all of it, or the sections and questions that are named.

    What is picked becomes one questionnaire with the document's title as its name, in the document's order.
    """

    document_id: UUID
    section_ids: Annotated[list[UUID], Field(max_length=MAX_QUESTIONS)] = []
    question_ids: Annotated[list[UUID], Field(max_length=MAX_QUESTIONS)] = []


class CompilationCreate(Input):
    """A new compilation, empty unless it begins from a document."""

    name: Line = Field(examples=["Yearly review of processors"])
    description: OptionalParagraph = ""
    source: CompilationSource | None = None


class CompilationPatch(Patch):
    """A merge-patch of a compilation; neither field is a part of what it asks."""

    name: Line = unchanged()
    description: OptionalParagraph = unchanged()
