"""What can be picked from documents: the questions that stand in their sections."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Uuid, bindparam, false, or_, select

from ticketdesk.domain.compilations import SourceKind, SourceQuestion
from ticketdesk.models.documents import document_questions, document_sections, documents
from ticketdesk.repositories.base import Repository
from ticketdesk.repositories.statements import Statement

_d = documents.c
_s = document_sections.c
_q = document_questions.c


@dataclass(frozen=True, slots=True)
class Source:
    """Something in a document that a body names; ``is_removed`` is of itself or its section."""

    document_title: str
    is_removed: bool
    is_archived: bool


_TITLE = _d.title.label("document_title")
_IS_ARCHIVED = _d.archived_at.is_not(None).label("is_archived")
_GIVEN = bindparam("id", type_=Uuid)
_FOUND = {
    SourceKind.DOCUMENT: Statement(
        select(_TITLE, false().label("is_removed"), _IS_ARCHIVED).where(_d.id == _GIVEN),
    ),
    SourceKind.SECTION: Statement(
        select(_TITLE, _s.removed_at.is_not(None).label("is_removed"), _IS_ARCHIVED)
        .join_from(document_sections, documents, _d.id == _s.document_id)
        .where(_s.id == _GIVEN)
    ),
    SourceKind.QUESTION: Statement(
        select(_TITLE, or_(_q.removed_at.is_not(None), _s.removed_at.is_not(None)).label("is_removed"), _IS_ARCHIVED)
        .join_from(document_questions, document_sections, _s.id == _q.section_id)
        .join(documents, _d.id == _q.document_id)
        .where(_q.id == _GIVEN)
    ),
}
_STANDING = (
    select(_q.id, _q.section_id, _q.text)
    .join(document_sections, _s.id == _q.section_id)
    .where(_q.removed_at.is_(None), _s.removed_at.is_(None))
    .order_by(_s.position, _s.id, _q.position, _q.id)
)
_STANDING_IN = {
    SourceKind.DOCUMENT: Statement(_STANDING.where(_q.document_id == _GIVEN)),
    SourceKind.SECTION: Statement(_STANDING.where(_q.section_id == _GIVEN)),
    SourceKind.QUESTION: Statement(_STANDING.where(_q.id == _GIVEN)),
}
_SECTIONS = Statement(select(_s.id).where(_s.document_id == _GIVEN, _s.removed_at.is_(None)))


class CompilationSourceRepository(Repository):
    """Whoever may read documents sees all of them."""

    async def find(self, kind: SourceKind, source_id: UUID) -> Source | None:
        """Return what a body names."""
        row = await self._one(_FOUND[kind], id=source_id)
        return Source(**dict(row)) if row else None

    async def questions(self, kind: SourceKind, source_id: UUID) -> Sequence[SourceQuestion]:
        """Return what can be picked of it, in the document's order."""
        return [SourceQuestion(**dict(row)) for row in await self._all(_STANDING_IN[kind], id=source_id)]

    async def sections(self, document_id: UUID) -> set[UUID]:
        """Return the sections that the document has now, with questions or without."""
        return {row["id"] for row in await self._all(_SECTIONS, id=document_id)}
