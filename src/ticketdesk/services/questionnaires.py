"""Questionnaires of a compilation: named, ordered, removed. Each change is one of what the compilation asks."""

from typing import Any
from uuid import UUID

from ticketdesk.domain import compilations as rules
from ticketdesk.domain.errors import NotFound
from ticketdesk.domain.positions import moved, placed
from ticketdesk.domain.versions import Expected
from ticketdesk.repositories.questionnaires import QuestionnaireRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.compilations import Compilation
from ticketdesk.schemas.questionnaires import QuestionnaireCreate, QuestionnairePatch
from ticketdesk.services import compilations


async def create(
    uow: UnitOfWork, compilation_id: UUID, data: QuestionnaireCreate, expected: Expected = None
) -> Compilation:
    """Return the compilation with a new questionnaire.

    Raises as ``compilations.lock``, and ``InvalidInput`` (``too_many_questionnaires``).
    """
    compilation = await compilations.lock(uow, compilation_id, expected)
    present = [one.id for one in await uow.questionnaires.standing(compilation_id)]
    rules.require_room_for_questionnaire(len(present), "/name")
    added = await uow.questionnaires.add(compilation_id, data.name, data.instructions, position=len(present) + 1)
    await uow.questionnaires.order(placed(present, [added], data.position))
    return await compilations.save_content(uow, compilation)


async def change(
    uow: UnitOfWork,
    compilation_id: UUID,
    questionnaire_id: UUID,
    patch: QuestionnairePatch,
    expected: Expected = None,
) -> Compilation:
    """Return the compilation after ``patch``; raises as ``compilations.lock``, ``NotFound`` for the questionnaire."""
    compilation = await compilations.lock(uow, compilation_id, expected)
    standing = await uow.questionnaires.standing(compilation_id)
    questionnaire = found(standing, questionnaire_id)
    given: dict[str, Any] = patch.given()
    present = [one.id for one in standing]
    position = given.pop("position", present.index(questionnaire_id) + 1)
    order = moved(present, questionnaire_id, position)
    changed = {name: value for name, value in given.items() if value != getattr(questionnaire, name)}
    if not changed and order == present:
        return await compilations.get(uow, compilation_id)
    if changed:
        await uow.questionnaires.save(questionnaire_id, changed)
    await uow.questionnaires.order(order)
    return await compilations.save_content(uow, compilation)


async def remove(
    uow: UnitOfWork, compilation_id: UUID, questionnaire_id: UUID, expected: Expected = None
) -> Compilation:
    """Return the compilation without the questionnaire; tickets that asked it go on doing so.

    Raises as ``compilations.lock``, ``NotFound`` for the questionnaire.
    """
    compilation = await compilations.lock(uow, compilation_id, expected)
    standing = await uow.questionnaires.standing(compilation_id)
    found(standing, questionnaire_id)
    await uow.questionnaires.remove(questionnaire_id, uow.now())
    await uow.questionnaires.order([one.id for one in standing if one.id != questionnaire_id])
    return await compilations.save_content(uow, compilation)


def found(standing: list[QuestionnaireRecord], questionnaire_id: UUID) -> QuestionnaireRecord:
    """Return the one with this id; raises ``NotFound``."""
    questionnaire = next((one for one in standing if one.id == questionnaire_id), None)
    if questionnaire is None:
        raise NotFound("Questionnaire")
    return questionnaire
