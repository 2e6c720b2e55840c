"""Documents on the wire, whole or by their heads."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from ticketdesk.domain.documents import Module
from ticketdesk.schemas.base import Input, Line, OptionalParagraph, PageSchema, Schema
from ticketdesk.schemas.document_sections import DocumentSection
from ticketdesk.schemas.patches import Patch, unchanged
from ticketdesk.schemas.tickets import Named


class DocumentSummary(Schema):
    """The head of a document, and how much is in it. ``version`` counts every change of it and of what is below."""

    id: UUID
    module: Module
    title: str
    description: str
    external_id: str | None = Field(description="what another system calls it; an import finds it by this")
    archived: bool
    version: int
    created_by: Named
    created_at: AwareDatetime
    updated_at: AwareDatetime
    section_count: int
    question_count: int
    answered_count: int


class Document(DocumentSummary):
    """A document with its sections and questions in their order. ``version`` is part of its ``ETag``."""

    sections: list[DocumentSection]


class DocumentPage(PageSchema[DocumentSummary]):
    """One page of documents, oldest first unless sorted otherwise."""


class DocumentCreate(Input):
    """A new document without sections."""

    module: Module
    title: Line = Field(examples=["Payroll"])
    description: OptionalParagraph = ""
    external_id: Line | None = Field(None, description="unique", examples=["register-17"])


class DocumentPatch(Patch):
    """A merge-patch of a document's head; its module stays."""

    title: Line = unchanged()
    description: OptionalParagraph = unchanged()
    external_id: Line | None = unchanged()


class DocumentQuery(Input):
    """What a list of documents is narrowed by."""

    module: list[Module] = Field([], max_length=len(Module))
    q: Line | None = Field(None, description="a part of the title or of the external id")
    archived: bool = False
    sort: Literal["created_at", "-created_at"] = "created_at"

    model_config = {"extra": "ignore"}
