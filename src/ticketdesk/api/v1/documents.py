"""Documents: the registers, measures and audits that questions are taken from."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response, status

from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.etags import IfMatch, tag_shown
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.api.pagination import Paging, render_page
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.permissions import Permission
from ticketdesk.schemas.documents import Document, DocumentCreate, DocumentPage, DocumentPatch, DocumentQuery
from ticketdesk.services import documents

router = APIRouter(prefix="/documents", tags=["documents"], route_class=IdempotentRoute)

CAN_READ = [Depends(permitted(Permission.DOCUMENTS_READ))]
CAN_WRITE = [Depends(permitted(Permission.DOCUMENTS_WRITE, also=Permission.DOCUMENTS_READ))]
Writer = Annotated[Actor, Depends(permitted(Permission.DOCUMENTS_WRITE, also=Permission.DOCUMENTS_READ))]


@router.get("", dependencies=CAN_READ, summary="List documents")
async def list_documents(
    query: Annotated[DocumentQuery, Query()], uow: Uow, paging: Paging, request: Request, response: Response
) -> DocumentPage:
    """List documents by their heads, oldest first; archived ones only if asked for."""
    return render_page(DocumentPage, await documents.search(uow, query, paging), request, response)


@router.post("", status_code=status.HTTP_201_CREATED, summary="Create a document")
async def create_document(data: DocumentCreate, uow: Uow, actor: Writer, response: Response) -> Document:
    """Create a document without sections; an external id that another has is refused as `external_id_taken`."""
    document = await documents.create(uow, actor, data)
    response.headers["Location"] = f"/api/v1/documents/{document.id}"
    tag_shown(response, document.version, document)
    return document


@router.get("/{document_id}", dependencies=CAN_READ, summary="Read a document")
async def get_document(document_id: UUID, uow: Uow, response: Response) -> Document:
    """Return the whole document. Its `ETag` goes with every change of it, and of anything below it."""
    document = await documents.get(uow, document_id)
    tag_shown(response, document.version, document)
    return document


@router.patch("/{document_id}", dependencies=CAN_WRITE, summary="Change a document")
async def update_document(
    document_id: UUID, patch: DocumentPatch, uow: Uow, expected: IfMatch, response: Response
) -> Document:
    """Change the head of a document; sections and questions have routes of their own."""
    document = await documents.update(uow, document_id, patch, expected)
    tag_shown(response, document.version, document)
    return document


@router.put("/{document_id}/archive", dependencies=CAN_WRITE, summary="Archive a document")
async def archive_document(document_id: UUID, uow: Uow, expected: IfMatch, response: Response) -> Document:
    """An archived document is read-only and out of the default list."""
    document = await documents.set_archived(uow, document_id, is_archived=True, expected=expected)
    tag_shown(response, document.version, document)
    return document


@router.delete("/{document_id}/archive", dependencies=CAN_WRITE, summary="Reactivate an archived document")
async def reactivate_document(document_id: UUID, uow: Uow, expected: IfMatch, response: Response) -> Document:
    """The document goes on as it was."""
    document = await documents.set_archived(uow, document_id, is_archived=False, expected=expected)
    tag_shown(response, document.version, document)
    return document
