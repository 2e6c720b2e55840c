"""Sections of documents. The tags here are the document's: every change below it is a change of it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response, status

from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.etags import IfMatch, tag
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.api.openapi_responses import tagged
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.permissions import Permission
from ticketdesk.schemas.document_questions import DocumentQuestion, DocumentQuestionCreate
from ticketdesk.schemas.document_sections import DocumentSection, DocumentSectionCreate, DocumentSectionPatch
from ticketdesk.services import document_questions, document_sections

router = APIRouter(prefix="/documents/{document_id}/sections", tags=["documents"], route_class=IdempotentRoute)

CAN_WRITE = [Depends(permitted(Permission.DOCUMENTS_WRITE, also=Permission.DOCUMENTS_READ))]
Writer = Annotated[Actor, Depends(permitted(Permission.DOCUMENTS_WRITE, also=Permission.DOCUMENTS_READ))]


@router.post(
    "", dependencies=CAN_WRITE, status_code=status.HTTP_201_CREATED, summary="Add a section", responses=tagged(201)
)
async def create_document_section(
    document_id: UUID, data: DocumentSectionCreate, uow: Uow, expected: IfMatch, response: Response
) -> DocumentSection:
    """Add a section without questions, at the end unless `position` says otherwise; at most 200 in a document."""
    changed = await document_sections.create(uow, document_id, data, expected)
    tag(response, changed.document_version)
    return changed.shown


@router.patch("/{section_id}", dependencies=CAN_WRITE, summary="Change or move a section", responses=tagged())
async def update_document_section(
    document_id: UUID,
    section_id: UUID,
    patch: DocumentSectionPatch,
    uow: Uow,
    expected: IfMatch,
    response: Response,
) -> DocumentSection:
    """`position` moves the section with its questions."""
    changed = await document_sections.update(uow, document_id, section_id, patch, expected)
    tag(response, changed.document_version)
    return changed.shown


@router.delete(
    "/{section_id}",
    dependencies=CAN_WRITE,
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Remove a section",
    responses=tagged(204),
)
async def delete_document_section(
    document_id: UUID, section_id: UUID, uow: Uow, expected: IfMatch, response: Response
) -> None:
    """Its questions go with it. Tickets that ask them, and all their history, stay."""
    tag(response, await document_sections.remove(uow, document_id, section_id, expected))


@router.post("/{section_id}/questions", status_code=status.HTTP_201_CREATED, summary="Add a question")
async def create_document_question(
    document_id: UUID,
    section_id: UUID,
    data: DocumentQuestionCreate,
    uow: Uow,
    actor: Writer,
    expected: IfMatch,
    response: Response,
) -> DocumentQuestion:
    """Add a question, at the end of its section unless `position` says otherwise; at most 1,000 in a document."""
    changed = await document_questions.create(uow, actor, document_id, section_id, data, expected)
    tag(response, changed.document_version)
    return changed.shown
