"""Versions of documents that somebody kept, on the wire."""

from pydantic import AwareDatetime, Field

from ticketdesk.schemas.base import Input, Note, PageSchema, Schema
from ticketdesk.schemas.documents import Document
from ticketdesk.schemas.tickets import Named


class DocumentVersionSummary(Schema):
    """When a document was kept, by whom and why. ``number`` counts what was kept of it, from 1 on."""

    number: int
    note: str
    created_by: Named
    created_at: AwareDatetime


class DocumentVersion(DocumentVersionSummary):
    """A document as it was when somebody kept it."""

    content: Document


class DocumentVersionPage(PageSchema[DocumentVersionSummary]):
    """One page of kept versions, oldest first."""


class DocumentVersionCreate(Input):
    """Keep the document as it is now."""

    note: Note = Field("", examples=["As shown to the auditor"])
