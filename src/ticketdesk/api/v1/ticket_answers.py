"""The questions and answers of a task, for those of the desk who work with them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.etags import IfMatch, tag_shown
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.api.openapi_responses import tagged
from ticketdesk.api.pagination import Paging, render_page
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.permissions import Permission
from ticketdesk.schemas.ticket_answers import AcceptInput, TicketAnswerEntryPage, TicketAnswers
from ticketdesk.services import acceptance, ticket_answers

router = APIRouter(prefix="/tickets/{ticket_id}/answers", tags=["answers"], route_class=IdempotentRoute)
Reader = Annotated[Actor, Depends(permitted(Permission.TICKETS_READ))]
Writer = Annotated[Actor, Depends(permitted(Permission.TICKETS_WRITE))]


@router.get("", summary="Read what a task asks and what was answered", responses=tagged())
async def get_ticket_answers(ticket_id: UUID, uow: Uow, actor: Reader, response: Response) -> TicketAnswers:
    """Every question that the ticket ever asked with its present answer, and how far the ticket is.

    `completeness` counts what is still asked: of everything, of each questionnaire, and for each recipient of what
    they see. `warnings` say where the document moved on.
    """
    found, version = await ticket_answers.get(uow, actor, ticket_id)
    tag_shown(response, version, found)
    return found


@router.get("/{question_id}/entries", summary="List what a question was ever answered with")
async def list_ticket_answer_entries(
    ticket_id: UUID, question_id: UUID, uow: Uow, actor: Reader, paging: Paging, request: Request, response: Response
) -> TicketAnswerEntryPage:
    """One entry for each time that an answer was saved, oldest first."""
    page = await ticket_answers.entries(uow, actor, ticket_id, question_id, paging)
    return render_page(TicketAnswerEntryPage, page, request, response)


@router.post("/accept", summary="Accept answers", responses=tagged())
async def accept_ticket_answers(
    ticket_id: UUID, data: AcceptInput, uow: Uow, actor: Writer, if_match: IfMatch, response: Response
) -> TicketAnswers:
    """Lock answers and write them back into their documents, all of those that are chosen or none.

    For whoever made the ticket, and for leads and admins; on closed tickets too. `all` passes over what is not
    answered. Where a document changed since its question was copied, `source_changed` lists the questions and why, and
    nothing is written until the request says `confirm_changed`. With `If-Match` answers are accepted only as you read
    them.
    """
    accepted, version = await acceptance.accept(uow, actor, ticket_id, data, if_match)
    tag_shown(response, version, accepted)
    return accepted
