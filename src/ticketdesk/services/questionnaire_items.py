"""Questions in a questionnaire: picked, ordered, taken out. Each change is one of what the compilation asks."""

from uuid import UUID

from ticketdesk.domain import compilations as rules
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.compilations import PickedItem
from ticketdesk.domain.errors import NotFound
from ticketdesk.domain.positions import placed
from ticketdesk.domain.versions import Expected
from ticketdesk.repositories.compilations import CompilationRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.compilations import Compilation
from ticketdesk.schemas.questionnaires import QuestionnaireItemOrder, QuestionnaireItemsAdd
from ticketdesk.services import compilation_sources, compilations, questionnaires


async def add(
    uow: UnitOfWork,
    actor: Actor,
    compilation_id: UUID,
    questionnaire_id: UUID,
    data: QuestionnaireItemsAdd,
    expected: Expected = None,
) -> Compilation:
    """Return the compilation with a question, or all of a section or document, put into the questionnaire.

    Raises as ``compilations.lock`` and ``compilation_sources.pick``, ``NotFound`` for the questionnaire, and
    ``InvalidInput``: ``duplicate_question`` for each question that is there already, ``too_many_questions``. All are
    put in, or none.
    """
    compilation, items = await _lock(uow, compilation_id, questionnaire_id, expected)
    kind, source_id = data.source()
    pointer = f"/{kind}_id"
    picked = await compilation_sources.pick(uow, actor, kind, source_id, pointer)
    own = [item for item in items if item.questionnaire_id == questionnaire_id]
    rules.require_new({item.question.question_id for item in own}, picked, pointer)
    rules.require_room(len(items) + len(picked), pointer)
    added = await uow.questionnaires.add_items(questionnaire_id, [one.id for one in picked], position=len(own) + 1)
    await uow.questionnaires.order_items(placed([item.id for item in own], added, data.position))
    return await compilations.save_content(uow, compilation)


async def order(
    uow: UnitOfWork,
    compilation_id: UUID,
    questionnaire_id: UUID,
    data: QuestionnaireItemOrder,
    expected: Expected = None,
) -> Compilation:
    """Return the compilation with the questionnaire's items in the order given, which has to name exactly these.

    Raises as ``compilations.lock``, ``NotFound`` for the questionnaire, ``InvalidInput`` as ``rules.require_same``.
    """
    compilation, items = await _lock(uow, compilation_id, questionnaire_id, expected)
    present = [item.id for item in items if item.questionnaire_id == questionnaire_id]
    rules.require_same(present, data.item_ids, "/item_ids")
    if data.item_ids == present:
        return await compilations.get(uow, compilation_id)
    await uow.questionnaires.order_items(data.item_ids)
    return await compilations.save_content(uow, compilation)


async def remove(
    uow: UnitOfWork, compilation_id: UUID, questionnaire_id: UUID, item_id: UUID, expected: Expected = None
) -> Compilation:
    """Return the compilation without the item; raises as ``compilations.lock``, ``NotFound`` for what is not there."""
    compilation, items = await _lock(uow, compilation_id, questionnaire_id, expected)
    present = [item.id for item in items if item.questionnaire_id == questionnaire_id]
    if item_id not in present:
        raise NotFound("Item")
    await uow.questionnaires.remove_item(item_id)
    await uow.questionnaires.order_items([one for one in present if one != item_id])
    return await compilations.save_content(uow, compilation)


async def _lock(
    uow: UnitOfWork, compilation_id: UUID, questionnaire_id: UUID, expected: Expected
) -> tuple[CompilationRecord, list[PickedItem]]:
    compilation = await compilations.lock(uow, compilation_id, expected)
    questionnaires.found(await uow.questionnaires.standing(compilation_id), questionnaire_id)
    return compilation, await uow.questionnaires.items(compilation_id)
