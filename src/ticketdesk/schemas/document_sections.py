"""Sections of a document on the wire."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StrictInt

from ticketdesk.domain.documents import MAX_SECTIONS
from ticketdesk.schemas.base import Input, Line, OptionalParagraph, Schema, Tag
from ticketdesk.schemas.document_questions import DocumentQuestion
from ticketdesk.schemas.patches import Patch, unchanged
from ticketdesk.schemas.values import WHOLE

SectionPlace = Annotated[StrictInt, Field(ge=1, le=MAX_SECTIONS), WHOLE]
_BEYOND = "from 1 on; the end where it lies beyond"


class DocumentSection(Schema):
    """A section with its questions in their order."""

    id: UUID
    code: str
    title: str
    description: str
    position: int = Field(description="from 1 on, within the document")
    questions: list[DocumentQuestion]


class DocumentSectionCreate(Input):
    """A new section without questions, at the end unless told otherwise."""

    title: Line = Field(examples=["Retention"])
    description: OptionalParagraph = ""
    code: Tag | None = Field(None, description="unique within the document; S and a number unless given")
    position: SectionPlace | None = Field(None, description=_BEYOND)


class DocumentSectionPatch(Patch):
    """A merge-patch of a section; ``position`` moves it."""

    title: Line = unchanged()
    description: OptionalParagraph = unchanged()
    code: Tag = unchanged()
    position: SectionPlace = unchanged(description=_BEYOND)
