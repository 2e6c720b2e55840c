"""Questionnaires of a compilation, and which questions stand in them."""

from itertools import combinations
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, StrictInt, model_validator
from pydantic_core import PydanticCustomError

from ticketdesk.domain.compilations import MAX_QUESTIONNAIRES, MAX_QUESTIONS, SourceKind
from ticketdesk.schemas.base import Input, Line, OptionalParagraph
from ticketdesk.schemas.keywords import given, never, without
from ticketdesk.schemas.patches import Patch, unchanged
from ticketdesk.schemas.values import WHOLE

QuestionnairePlace = Annotated[StrictInt, Field(ge=1, le=MAX_QUESTIONNAIRES), WHOLE]
ItemPlace = Annotated[StrictInt, Field(ge=1, le=MAX_QUESTIONS), WHOLE]
SOURCES = tuple(f"{kind}_id" for kind in SourceKind)
_BEYOND = "from 1 on; the end where it lies beyond"


class QuestionnaireCreate(Input):
    """A new questionnaire without questions, at the end unless told otherwise."""

    name: Line = Field(examples=["For the processor"])
    instructions: OptionalParagraph = ""
    position: QuestionnairePlace | None = Field(None, description=_BEYOND)


class QuestionnairePatch(Patch):
    """A merge-patch of a questionnaire; ``position`` moves it."""

    name: Line = unchanged()
    instructions: OptionalParagraph = unchanged()
    position: QuestionnairePlace = unchanged(description=_BEYOND)


class QuestionnaireItemsAdd(Input):
    """One question, or all questions that a section or a document has now, in its order; exactly one of the three."""

    question_id: UUID | None = None
    section_id: UUID | None = None
    document_id: UUID | None = None
    position: ItemPlace | None = Field(None, description=f"of the first; {_BEYOND}")

    model_config = ConfigDict(
        json_schema_extra=never(without(*SOURCES), *([given(a), given(b)] for a, b in combinations(SOURCES, 2)))
    )

    @model_validator(mode="after")
    def _has_one_source(self) -> "QuestionnaireItemsAdd":
        if sum(getattr(self, name) is not None for name in SOURCES) != 1:
            raise PydanticCustomError("one_source", "Give exactly one of question_id, section_id and document_id")
        return self

    def source(self) -> tuple[SourceKind, UUID]:
        """Return the one thing that is named, and what it is."""
        return next((kind, named) for kind in SourceKind if (named := getattr(self, f"{kind}_id")) is not None)


class QuestionnaireItemOrder(Input):
    """Every item of the questionnaire, in its new order."""

    item_ids: Annotated[list[UUID], Field(max_length=MAX_QUESTIONS)]
