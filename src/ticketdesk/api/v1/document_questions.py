"""Questions of documents. The tags here are the document's: every change below it is a change of it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response, status

from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.etags import IfMatch, tag
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.api.openapi_responses import tagged
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.permissions import Permission
from ticketdesk.schemas.document_questions import DocumentQuestion, DocumentQuestionPatch
from ticketdesk.services import document_questions

router = APIRouter(
    prefix="/documents/{document_id}/questions/{question_id}", tags=["documents"], route_class=IdempotentRoute
)

CAN_WRITE = [Depends(permitted(Permission.DOCUMENTS_WRITE, also=Permission.DOCUMENTS_READ))]
Writer = Annotated[Actor, Depends(permitted(Permission.DOCUMENTS_WRITE, also=Permission.DOCUMENTS_READ))]


@router.patch("", summary="Change or move a question")
async def update_document_question(
    document_id: UUID,
    question_id: UUID,
    patch: DocumentQuestionPatch,
    uow: Uow,
    actor: Writer,
    expected: IfMatch,
    response: Response,
) -> DocumentQuestion:
    """A change of what is asked is a new version of the question; `section_id` and `position` move it."""
    changed = await document_questions.update(uow, actor, document_id, question_id, patch, expected)
    tag(response, changed.document_version)
    return changed.shown


@router.delete(
    "",
    dependencies=CAN_WRITE,
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Remove a question",
    responses=tagged(204),
)
async def delete_document_question(
    document_id: UUID, question_id: UUID, uow: Uow, expected: IfMatch, response: Response
) -> None:
    """Tickets that ask it, and all its history, stay."""
    tag(response, await document_questions.remove(uow, document_id, question_id, expected))
