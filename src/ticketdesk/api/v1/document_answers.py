"""Answers that staff give in a document itself, and the history of its questions."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.etags import IfMatch, tag
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.api.pagination import Paging, render_page
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.permissions import Permission
from ticketdesk.schemas.document_answers import DocumentAnswerInput, QuestionHistoryPage
from ticketdesk.schemas.document_questions import DocumentQuestion
from ticketdesk.services import document_answers, document_questions

router = APIRouter(
    prefix="/documents/{document_id}/questions/{question_id}", tags=["documents"], route_class=IdempotentRoute
)

CAN_READ = [Depends(permitted(Permission.DOCUMENTS_READ))]
Writer = Annotated[Actor, Depends(permitted(Permission.DOCUMENTS_WRITE, also=Permission.DOCUMENTS_READ))]


@router.put("/answer", summary="Answer a question in its document")
async def answer_document_question(
    document_id: UUID,
    question_id: UUID,
    data: DocumentAnswerInput,
    uow: Uow,
    actor: Writer,
    expected: IfMatch,
    response: Response,
) -> DocumentQuestion:
    """The answer is judged by the question's kind; `null` takes it back. Files come from tickets alone.

    `ETag` and `If-Match` are the document's.
    """
    changed = await document_questions.answer(uow, actor, document_id, question_id, data.value, expected)
    tag(response, changed.document_version)
    return changed.shown


@router.get("/history", dependencies=CAN_READ, summary="List what a question asked and was answered with")
async def list_document_question_history(
    document_id: UUID, question_id: UUID, uow: Uow, paging: Paging, request: Request, response: Response
) -> QuestionHistoryPage:
    """Every version of the question and every answer it ever had, oldest first; also of a question that was removed."""
    page = await document_answers.history(uow, document_id, question_id, paging)
    return render_page(QuestionHistoryPage, page, request, response)
