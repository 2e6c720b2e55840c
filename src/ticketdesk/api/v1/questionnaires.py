"""Questionnaires of a compilation and the questions in them; every change answers with the whole compilation."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response, status

from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.etags import IfMatch, tag_shown
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.permissions import Permission
from ticketdesk.schemas.compilations import Compilation
from ticketdesk.schemas.questionnaires import (
    QuestionnaireCreate,
    QuestionnaireItemOrder,
    QuestionnaireItemsAdd,
    QuestionnairePatch,
)
from ticketdesk.services import questionnaire_items, questionnaires

router = APIRouter(prefix="/compilations/{compilation_id}", tags=["compilations"], route_class=IdempotentRoute)

CAN_WRITE = [Depends(permitted(Permission.COMPILATIONS_WRITE, also=Permission.COMPILATIONS_READ))]
Writer = Annotated[Actor, Depends(permitted(Permission.COMPILATIONS_WRITE, also=Permission.COMPILATIONS_READ))]


@router.post(
    "/questionnaires", dependencies=CAN_WRITE, summary="Add a questionnaire", status_code=status.HTTP_201_CREATED
)
async def create_questionnaire(
    compilation_id: UUID, data: QuestionnaireCreate, uow: Uow, expected: IfMatch, response: Response
) -> Compilation:
    """Without questions yet, at the end of the compilation unless `position` says where."""
    compilation = await questionnaires.create(uow, compilation_id, data, expected)
    response.headers["Location"] = f"/api/v1/compilations/{compilation.id}"
    tag_shown(response, compilation.version, compilation)
    return compilation


@router.patch("/questionnaires/{questionnaire_id}", dependencies=CAN_WRITE, summary="Change or move a questionnaire")
async def update_questionnaire(
    compilation_id: UUID,
    questionnaire_id: UUID,
    patch: QuestionnairePatch,
    uow: Uow,
    expected: IfMatch,
    response: Response,
) -> Compilation:
    """A merge-patch of name and instructions; `position` moves it among the others."""
    compilation = await questionnaires.change(uow, compilation_id, questionnaire_id, patch, expected)
    tag_shown(response, compilation.version, compilation)
    return compilation


@router.delete("/questionnaires/{questionnaire_id}", dependencies=CAN_WRITE, summary="Remove a questionnaire")
async def delete_questionnaire(
    compilation_id: UUID, questionnaire_id: UUID, uow: Uow, expected: IfMatch, response: Response
) -> Compilation:
    """With its questions. Tickets that were sent keep their copy, answers included."""
    compilation = await questionnaires.remove(uow, compilation_id, questionnaire_id, expected)
    tag_shown(response, compilation.version, compilation)
    return compilation


@router.post(
    "/questionnaires/{questionnaire_id}/items",
    summary="Put questions into a questionnaire",
    status_code=status.HTTP_201_CREATED,
)
async def create_questionnaire_items(
    compilation_id: UUID,
    questionnaire_id: UUID,
    data: QuestionnaireItemsAdd,
    uow: Uow,
    actor: Writer,
    expected: IfMatch,
    response: Response,
) -> Compilation:
    """One question, a whole section or a whole document, all or nothing: a question that is there is refused."""
    compilation = await questionnaire_items.add(uow, actor, compilation_id, questionnaire_id, data, expected)
    response.headers["Location"] = f"/api/v1/compilations/{compilation.id}"
    tag_shown(response, compilation.version, compilation)
    return compilation


@router.put("/questionnaires/{questionnaire_id}/items", dependencies=CAN_WRITE, summary="Order a questionnaire")
async def replace_questionnaire_order(
    compilation_id: UUID,
    questionnaire_id: UUID,
    data: QuestionnaireItemOrder,
    uow: Uow,
    expected: IfMatch,
    response: Response,
) -> Compilation:
    """`item_ids` names every item of the questionnaire, each once; nothing is added or taken out by this."""
    compilation = await questionnaire_items.order(uow, compilation_id, questionnaire_id, data, expected)
    tag_shown(response, compilation.version, compilation)
    return compilation


@router.delete(
    "/questionnaires/{questionnaire_id}/items/{item_id}",
    dependencies=CAN_WRITE,
    summary="Take a question out of a questionnaire",
)
async def delete_questionnaire_item(
    compilation_id: UUID, questionnaire_id: UUID, item_id: UUID, uow: Uow, expected: IfMatch, response: Response
) -> Compilation:
    """The document keeps it, and so do tickets that were sent."""
    compilation = await questionnaire_items.remove(uow, compilation_id, questionnaire_id, item_id, expected)
    tag_shown(response, compilation.version, compilation)
    return compilation
