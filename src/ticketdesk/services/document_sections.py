"""Sections of documents: added, changed, put in order, and taken out."""

from typing import Any
from uuid import UUID

from ticketdesk.domain.documents import SECTION_MARK, free_code, require_free, require_room
from ticketdesk.domain.errors import NotFound
from ticketdesk.domain.positions import moved, placed, renumbered
from ticketdesk.domain.versions import Expected
from ticketdesk.repositories.base import new_id
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.document_sections import DocumentSection, DocumentSectionCreate, DocumentSectionPatch
from ticketdesk.schemas.documents import Document
from ticketdesk.services import documents
from ticketdesk.services.documents import Changed


async def create(
    uow: UnitOfWork, document_id: UUID, data: DocumentSectionCreate, expected: Expected = None
) -> Changed[DocumentSection]:
    """Return the new section.

    Raises as ``documents.begin`` does, ``InvalidInput`` (``too_many_sections``, ``code_taken``).
    """
    document = await documents.begin(uow, document_id, expected)
    require_room(len(document.sections) + 1, document.question_count, "")
    codes = {section.code for section in document.sections}
    if data.code is not None:
        require_free(data.code, codes)
    section_id = new_id()
    order = placed(list(_positions(document)), [section_id], data.position)
    place = order.index(section_id) + 1
    code = data.code or free_code(SECTION_MARK, codes)
    await uow.document_sections.add(
        document_id, [data.model_dump() | {"id": section_id, "code": code, "position": place}]
    )
    await uow.document_sections.place(renumbered(order, _positions(document) | {section_id: place}))
    return await _after(uow, document_id, section_id)


async def update(
    uow: UnitOfWork, document_id: UUID, section_id: UUID, patch: DocumentSectionPatch, expected: Expected = None
) -> Changed[DocumentSection]:
    """Return the section after ``patch``.

    Raises as ``documents.begin`` does, ``NotFound``, ``InvalidInput`` (``code_taken``).
    """
    document = await documents.begin(uow, document_id, expected)
    section = find(document, section_id)
    changed: dict[str, Any] = {name: value for name, value in patch.given().items() if value != getattr(section, name)}
    if not changed:
        return Changed(document.version, section)
    if "code" in changed:
        require_free(changed["code"], {other.code for other in document.sections})
    if "position" in changed:
        order = moved(list(_positions(document)), section_id, changed.pop("position"))
        await uow.document_sections.place(renumbered(order, _positions(document)))
    await uow.document_sections.save(section_id, changed)
    return await _after(uow, document_id, section_id)


async def remove(uow: UnitOfWork, document_id: UUID, section_id: UUID, expected: Expected = None) -> int:
    """Take a section out of its document with its questions, which keep their history; returns the new version.

    Raises as ``documents.begin`` does, and ``NotFound``.
    """
    document = await documents.begin(uow, document_id, expected)
    section = find(document, section_id)
    now = uow.now()
    await uow.document_questions.remove([question.id for question in section.questions], now)
    await uow.document_sections.remove([section_id], now)
    order = [other for other in _positions(document) if other != section_id]
    await uow.document_sections.place(renumbered(order, _positions(document)))
    return (await documents.end(uow, document_id)).version


def find(document: Document, section_id: UUID) -> DocumentSection:
    """Return a section of the document; raises ``NotFound``."""
    found = next((section for section in document.sections if section.id == section_id), None)
    if found is None:
        raise NotFound("Section")
    return found


def _positions(document: Document) -> dict[UUID, int]:
    """Return the positions of the sections, in their order."""
    return {section.id: section.position for section in document.sections}


async def _after(uow: UnitOfWork, document_id: UUID, section_id: UUID) -> Changed[DocumentSection]:
    document = await documents.end(uow, document_id)
    return Changed(document.version, find(document, section_id))
