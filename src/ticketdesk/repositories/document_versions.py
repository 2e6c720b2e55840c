"""Documents as they were when somebody kept them; the database refuses every change of a row."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.models.documents import document_versions
from ticketdesk.repositories import ticket_columns as columns
from ticketdesk.repositories.base import Repository
from ticketdesk.repositories.keyset import collect, id_of_version, one_page
from ticketdesk.schemas.document_versions import DocumentVersion, DocumentVersionSummary

_v = document_versions.c
_SUMMARY = (_v.number, _v.note, columns.user(_v.created_by_id).label("created_by"), _v.created_at)


class DocumentVersionRepository(Repository):
    """Whoever adds holds the document's lock, which orders the numbers."""

    async def add(
        self, document_id: UUID, note: str, content: Mapping[str, Any], user_id: UUID | None, now: datetime
    ) -> int:
        """Keep what a document is now, and return the number it is kept under."""
        newest = select(func.coalesce(func.max(_v.number), 0)).where(_v.document_id == document_id)
        number = int(await self._scalar(newest)) + 1
        row = {"document_id": document_id, "number": number, "note": note, "content": content}
        await self._insert(document_versions, row | {"created_by_id": user_id, "created_at": now})
        return number

    async def find(self, document_id: UUID, number: int) -> DocumentVersion | None:
        """Return a kept version with its content."""
        wanted = select(*_SUMMARY, _v.content).where(_v.document_id == document_id, _v.number == number)
        row = await self._one(wanted)
        return DocumentVersion.model_validate(dict(row)) if row else None

    async def page(self, document_id: UUID, request: PageRequest) -> Page[DocumentVersionSummary]:
        """Return a page of the kept versions, oldest first."""
        at = id_of_version(_v.number)
        wanted = select(*_SUMMARY, at.label("id")).where(_v.document_id == document_id)
        rows = await self._all(one_page(wanted, _v.created_at, at, request))
        return collect(rows, request, lambda row: DocumentVersionSummary.model_validate(dict(row)))
