"""Documents: read, made, their heads changed, archived; and what every change below one begins and ends with."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from ticketdesk.domain import versions
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.documents import require_not_archived
from ticketdesk.domain.errors import InvalidInput, NotFound
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.domain.versions import Expected
from ticketdesk.repositories.documents import DocumentRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.documents import Document, DocumentCreate, DocumentPatch, DocumentQuery, DocumentSummary

Shown = TypeVar("Shown")


@dataclass(frozen=True, slots=True)
class Changed(Generic[Shown]):
    """A part of a document after a change, and the version that the document has since."""

    document_version: int
    shown: Shown


async def get(uow: UnitOfWork, document_id: UUID) -> Document:
    """Return the whole document; raises ``NotFound``."""
    document = await uow.documents.find(document_id)
    if document is None:
        raise NotFound("Document")
    return document


async def search(uow: UnitOfWork, query: DocumentQuery, request: PageRequest) -> Page[DocumentSummary]:
    """Return a page of documents by their heads."""
    return await uow.documents.search(query, request)


async def create(uow: UnitOfWork, actor: Actor, data: DocumentCreate) -> Document:
    """Return the new document; raises ``InvalidInput`` (``external_id_taken``)."""
    document_id = await uow.documents.add(data.model_dump(), actor.user_id, uow.now())
    if document_id is None:
        raise external_id_taken()
    return await get(uow, document_id)


async def update(uow: UnitOfWork, document_id: UUID, patch: DocumentPatch, expected: Expected = None) -> Document:
    """Return the document after ``patch``; raises as ``begin`` does, and ``InvalidInput`` (``external_id_taken``)."""
    before = await begin(uow, document_id, expected)
    changed = {name: value for name, value in patch.given().items() if value != getattr(before, name)}
    if not changed:
        return before
    await save(uow, document_id, changed)
    return await end(uow, document_id)


async def save(uow: UnitOfWork, document_id: UUID, changed: dict[str, Any]) -> None:
    """Write columns of a document that is locked; raises ``InvalidInput`` (``external_id_taken``)."""
    if not await uow.documents.save(document_id, changed):
        raise external_id_taken()


async def set_archived(uow: UnitOfWork, document_id: UUID, *, is_archived: bool, expected: Expected = None) -> Document:
    """Return the document, which is read-only while archived; raises ``NotFound`` and ``StaleVersion``."""
    record = await _lock(uow, document_id)
    versions.require(record.version, expected)
    if record.is_archived == is_archived:
        return await get(uow, document_id)
    await uow.documents.save(document_id, {"archived_at": uow.now() if is_archived else None})
    return await end(uow, document_id)


async def begin(uow: UnitOfWork, document_id: UUID, expected: Expected) -> Document:
    """Return the document as it is before a change, and keep others from changing it or anything below it.

    Raises ``NotFound``, ``StaleVersion`` unless ``expected`` has the version, ``Conflict`` (``document_archived``).
    """
    record = await _lock(uow, document_id)
    versions.require(record.version, expected)
    require_not_archived(is_archived=record.is_archived)
    return await get(uow, document_id)


async def end(uow: UnitOfWork, document_id: UUID) -> Document:
    """Raise the version of a document that was changed, and return it as it is now."""
    await uow.documents.raise_version(document_id, uow.now())
    return await get(uow, document_id)


async def _lock(uow: UnitOfWork, document_id: UUID) -> DocumentRecord:
    record = await uow.documents.lock(document_id)
    if record is None:
        raise NotFound("Document")
    return record


def external_id_taken() -> InvalidInput:
    """Return the refusal of an external id that another document has."""
    return InvalidInput.at("/external_id", "external_id_taken", "Another document has this external id.")
