"""The questions of a task, as those see and answer them whom they are asked."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.etags import tag_content
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.api.openapi_responses import tagged
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.permissions import Permission
from ticketdesk.schemas.answers import AnswersInput, PortalAnswers
from ticketdesk.services import answers

router = APIRouter(prefix="/portal/tickets", tags=["portal"], route_class=IdempotentRoute)
Recipient = Annotated[Actor, Depends(permitted(Permission.PORTAL))]


@router.get("/{ticket_id}/answers", summary="Read what is asked of me, and what was answered", responses=tagged())
async def get_portal_answers(ticket_id: UUID, uow: Uow, actor: Recipient, response: Response) -> PortalAnswers:
    """The questions of your questionnaires and those that were delegated to you, as they were sent.

    Answers are shared by everybody who sees the question. `missing` counts what is required and not answered.
    """
    found = await answers.get(uow, actor, ticket_id)
    tag_content(response, found)
    return found


@router.put("/{ticket_id}/answers", summary="Save answers", responses=tagged())
async def save_portal_answers(
    ticket_id: UUID, data: AnswersInput, uow: Uow, actor: Recipient, response: Response
) -> PortalAnswers:
    """Save as often as you like: all of the answers, or none of them.

    Questions that are left out keep their answers, `null` takes one back. With `version` an answer is saved only if
    nobody changed it since you read it, with `"version": null` only if nobody answered it yet; otherwise
    `answer_changed` names the questions. The status of the ticket stays as it is.
    """
    saved = await answers.save(uow, actor, ticket_id, data)
    tag_content(response, saved)
    return saved
