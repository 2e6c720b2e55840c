"""Documents as files: what an export gives and an import takes, without ids, so that they fit any desk."""

from typing import Annotated, Literal

from pydantic import FailFast, Field

from ticketdesk.domain.documents import MAX_QUESTIONS, MAX_SECTIONS, Module
from ticketdesk.schemas.answers import AnswerValue
from ticketdesk.schemas.base import Input, Line, Moment, OptionalParagraph, Tag
from ticketdesk.schemas.document_questions import QuestionInput

FORMAT = "ticketdesk.document/1"
# A file has room for 200,000 questions that are none: only the first that does not fit its shape is told.
_FIRST = FailFast()


class FileAnswer(Input):
    """The answer to a question; ``null`` takes it back. Whoever imports it now gave it, unless the file names them."""

    value: AnswerValue
    answered_by: Line | None = Field(None, examples=["Anna Berg"])
    answered_at: Moment | None = None


class FileQuestion(QuestionInput):
    """A question. Without ``answer`` the one that the document has stays."""

    answer: FileAnswer | None = None


class FileSection(Input):
    """A section with its questions in their order."""

    code: Tag | None = Field(None, description="unique within the document; S and a number unless given")
    title: Line
    description: OptionalParagraph = ""
    questions: Annotated[list[FileQuestion], Field(max_length=MAX_QUESTIONS), _FIRST] = []


class DocumentFile(Input):
    """A document. Whatever the desk has under the same ``external_id`` becomes what the file says."""

    format: Literal["ticketdesk.document/1"]
    module: Module
    title: Line = Field(examples=["Payroll"])
    description: OptionalParagraph = ""
    external_id: Line | None = Field(None, description="without one, every import makes a document of its own")
    sections: Annotated[list[FileSection], Field(max_length=MAX_SECTIONS), _FIRST] = []
