"""Documents: their heads in lists, and each as a whole. What changes below one is ordered by the lock of its row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, literal_column, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from ticketdesk.domain.documents import Module
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.models.documents import document_questions, document_sections, documents
from ticketdesk.repositories import ticket_columns as columns
from ticketdesk.repositories.base import Repository, new_id
from ticketdesk.repositories.document_questions import of_document as questions_of_document
from ticketdesk.repositories.document_sections import of_document as sections_of_document
from ticketdesk.repositories.keyset import collect, one_page
from ticketdesk.repositories.search import contains
from ticketdesk.repositories.statements import Row, Statement
from ticketdesk.repositories.uniqueness import unless_taken
from ticketdesk.schemas.document_questions import DocumentQuestion
from ticketdesk.schemas.document_sections import DocumentSection
from ticketdesk.schemas.documents import Document, DocumentQuery, DocumentSummary

_d, _s, _q = documents.c, document_sections.c, document_questions.c


def _count(*where: ColumnElement[bool]) -> ColumnElement[int]:
    return select(func.count()).where(*where).correlate(documents).scalar_subquery()


_IN_USE = (_q.document_id == _d.id, _q.removed_at.is_(None))
_HEAD = select(
    _d.id,
    _d.module,
    _d.title,
    _d.description,
    _d.external_id,
    _d.archived_at.is_not(None).label("archived"),
    _d.version,
    columns.user(_d.created_by_id).label("created_by"),
    _d.created_at,
    _d.updated_at,
    _count(_s.document_id == _d.id, _s.removed_at.is_(None)).label("section_count"),
    _count(*_IN_USE).label("question_count"),
    _count(*_IN_USE, _q.answer.is_not(None)).label("answered_count"),
)
_FIND = Statement(_HEAD.where(_d.id == bindparam("document_id")))
_RECORD = (_d.id, _d.module, _d.version, _d.archived_at.is_not(None).label("is_archived"))
_LOCK = Statement(select(*_RECORD).where(_d.id == bindparam("document_id")).with_for_update(key_share=True))
_LOCK_EXTERNAL = Statement(
    select(*_RECORD).where(_d.external_id == bindparam("external_id")).with_for_update(key_share=True)
)
_RAISE_VERSION = Statement(
    update(documents)
    .where(_d.id == bindparam("document_id"))
    .values(version=literal_column("version + 1"), updated_at=bindparam("now", type_=_d.updated_at.type))
)


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """What decides whether a document may be changed, under its lock."""

    id: UUID
    module: Module
    version: int
    is_archived: bool


def _record(row: Row | None) -> DocumentRecord | None:
    return DocumentRecord(row["id"], Module(row["module"]), row["version"], row["is_archived"]) if row else None


class DocumentRepository(Repository):
    """Every document is visible to whoever may read documents."""

    async def find(self, document_id: UUID) -> Document | None:
        """Return the whole document; what was removed from it is left out."""
        head = await self._one(_FIND, document_id=document_id)
        if head is None:
            return None
        questions: dict[UUID, list[DocumentQuestion]] = {}
        for row in await self._all(questions_of_document, document_id=document_id):
            questions.setdefault(row["section_id"], []).append(DocumentQuestion.model_validate(dict(row)))
        sections = [
            DocumentSection.model_validate({**dict(row), "questions": questions.get(row["id"], [])})
            for row in await self._all(sections_of_document, document_id=document_id)
        ]
        return Document.model_validate({**dict(head), "sections": sections})

    async def is_there(self, document_id: UUID) -> bool:
        """Tell whether there is such a document, without reading what is in it."""
        return bool(await self._scalar(select(exists().where(_d.id == document_id))))

    async def lock(self, document_id: UUID) -> DocumentRecord | None:
        """Return the document and keep others from changing it, or anything below it."""
        return _record(await self._one(_LOCK, document_id=document_id))

    async def lock_external(self, external_id: str) -> DocumentRecord | None:
        """Return the document that another system calls so, locked as by ``lock``."""
        return _record(await self._one(_LOCK_EXTERNAL, external_id=external_id))

    async def search(self, query: DocumentQuery, request: PageRequest) -> Page[DocumentSummary]:
        """Return a page of the heads that match."""
        rows = await self._all(one_page(_narrowed(_HEAD, query), _d.created_at, _d.id, request))
        return collect(rows, request, lambda row: DocumentSummary.model_validate(dict(row)))

    async def add(self, values: Mapping[str, Any], created_by_id: UUID | None, now: datetime) -> UUID | None:
        """Insert a document and return its id, ``None`` when another one has its external id."""
        document_id = new_id()
        row = {**values, "id": document_id, "created_by_id": created_by_id, "created_at": now, "updated_at": now}
        is_added = await self._execute(insert(documents).values(row).on_conflict_do_nothing())
        return document_id if is_added else None

    async def save(self, document_id: UUID, values: Mapping[str, Any]) -> bool:
        """Write columns of a document that this transaction has locked; false when the external id is taken."""
        return await unless_taken(
            self._connection, [(update(documents).where(_d.id == document_id).values(values), None)]
        )

    async def raise_version(self, document_id: UUID, now: datetime) -> None:
        """Note that the document, or something below it, was changed; this transaction has it locked."""
        await self._execute(_RAISE_VERSION, document_id=document_id, now=now)


def _narrowed(statement: Select[Any], query: DocumentQuery) -> Select[Any]:
    is_archived = _d.archived_at.is_not(None)
    statement = statement.where(is_archived if query.archived else ~is_archived)
    if query.module:
        statement = statement.where(_d.module.in_(query.module))
    if query.q is not None:
        statement = statement.where(or_(contains(_d.title, query.q), contains(_d.external_id, query.q)))
    return statement
