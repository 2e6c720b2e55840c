"""Documents as somebody kept them: to show later what they said then."""

from uuid import UUID

from ticketdesk.domain.actors import Actor
from ticketdesk.domain.errors import NotFound
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.domain.versions import Expected
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.document_versions import DocumentVersion, DocumentVersionSummary
from ticketdesk.services import documents


async def keep(
    uow: UnitOfWork, actor: Actor, document_id: UUID, note: str, expected: Expected = None
) -> DocumentVersion:
    """Keep the document as it is now, and return that; the document itself stays as it is.

    Raises as ``documents.begin`` does.
    """
    document = await documents.begin(uow, document_id, expected)
    content = document.model_dump(mode="json")
    number = await uow.document_versions.add(document_id, note, content, actor.user_id, uow.now())
    return await get(uow, document_id, number)


async def get(uow: UnitOfWork, document_id: UUID, number: int) -> DocumentVersion:
    """Return a kept version; raises ``NotFound``."""
    version = await uow.document_versions.find(document_id, number)
    if version is None:
        raise NotFound("Version")
    return version


async def page(uow: UnitOfWork, document_id: UUID, request: PageRequest) -> Page[DocumentVersionSummary]:
    """Return a page of the versions that were kept of a document, oldest first; raises ``NotFound``."""
    if not await uow.documents.is_there(document_id):
        raise NotFound("Document")
    return await uow.document_versions.page(document_id, request)
