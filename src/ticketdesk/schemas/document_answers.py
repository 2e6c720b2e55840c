"""Answers in documents on the wire, and the history of a question."""

from enum import StrEnum
from uuid import UUID

from pydantic import AwareDatetime, Field

from ticketdesk.domain.documents import QuestionKind
from ticketdesk.schemas.answers import AnswerOption, AnswerValue
from ticketdesk.schemas.base import Input, PageSchema, Schema
from ticketdesk.schemas.tickets import Named


class DocumentAnswerInput(Input):
    """What a question of a document is answered with; `null` takes its answer back."""

    value: AnswerValue


class HistoryKind(StrEnum):
    """What an entry of a question's history is a version of."""

    QUESTION = "question"
    ANSWER = "answer"


class AskedContent(Schema):
    """All that a question asked at one version."""

    text: str
    guidance: str
    kind: QuestionKind
    options: list[AnswerOption] | None
    unit: str | None
    is_required: bool


class KeptAnswer(Schema):
    """An answer that the document had; `ticket_id` is the task that it came from."""

    value: AnswerValue
    answered_by: str
    answered_at: AwareDatetime
    ticket_id: UUID | None


class QuestionHistoryEntry(Schema):
    """One version of what was asked, or of what was answered; the other of the two parts is null."""

    kind: HistoryKind
    version: int = Field(description="questions and answers are counted apart")
    at: AwareDatetime
    by: Named = Field(description="who changed the question, or wrote or accepted the answer")
    question: AskedContent | None
    answer: KeptAnswer | None


class QuestionHistoryPage(PageSchema[QuestionHistoryEntry]):
    """One page of a question's history, oldest first."""
