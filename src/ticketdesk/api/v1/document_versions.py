"""Versions of documents that somebody kept."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response, status

from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.etags import IfMatch, tag_content
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.api.openapi_responses import tagged
from ticketdesk.api.pagination import Paging, render_page
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.permissions import Permission
from ticketdesk.schemas.document_versions import DocumentVersion, DocumentVersionCreate, DocumentVersionPage
from ticketdesk.services import document_versions

router = APIRouter(prefix="/documents/{document_id}/versions", tags=["documents"], route_class=IdempotentRoute)

CAN_READ = [Depends(permitted(Permission.DOCUMENTS_READ))]
Writer = Annotated[Actor, Depends(permitted(Permission.DOCUMENTS_WRITE, also=Permission.DOCUMENTS_READ))]
Number = Annotated[int, Path(ge=1, le=2_147_483_647)]


@router.get("", dependencies=CAN_READ, summary="List the kept versions of a document", responses=tagged())
async def list_document_versions(
    document_id: UUID, uow: Uow, paging: Paging, request: Request, response: Response
) -> DocumentVersionPage:
    """Oldest first, without their contents."""
    page = await document_versions.page(uow, document_id, paging)
    shown = render_page(DocumentVersionPage, page, request, response)
    tag_content(response, shown)
    return shown


@router.post("", status_code=status.HTTP_201_CREATED, summary="Keep a version of a document")
async def create_document_version(
    document_id: UUID, data: DocumentVersionCreate, uow: Uow, actor: Writer, expected: IfMatch, response: Response
) -> DocumentVersion:
    """Keep the document as it is now, with its answers; nobody can change that afterwards."""
    version = await document_versions.keep(uow, actor, document_id, data.note, expected)
    response.headers["Location"] = f"/api/v1/documents/{document_id}/versions/{version.number}"
    return version


@router.get("/{number}", dependencies=CAN_READ, summary="Read a kept version of a document")
async def get_document_version(document_id: UUID, number: Number, uow: Uow) -> DocumentVersion:
    """Return the document as it was when somebody kept it."""
    return await document_versions.get(uow, document_id, number)
