"""Freezing what a compilation asks, on the real database: one revision for each content that was sent."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, update
from tests.application import FrozenClock
from tests.factories.compilations import MadeCompilation, create_compilation
from tests.factories.documents import MadeDocument, create_document
from tests.factories.users import create_user
from tests.locks import somebody_waits

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.actors import Actor, ActorKind
from ticketdesk.domain.compilations import Frozen, SourceState
from ticketdesk.domain.errors import Conflict, InvalidInput, NotFound, NotPermitted
from ticketdesk.domain.permissions import Permission, Role, granted
from ticketdesk.models.compilations import compilation_revisions, compilations
from ticketdesk.models.documents import document_questions, documents
from ticketdesk.repositories.base import new_id
from ticketdesk.schemas.questionnaires import QuestionnairePatch
from ticketdesk.services import compilations as service
from ticketdesk.services import questionnaires


@pytest.fixture
async def actor(resources: Resources) -> Actor:
    return Actor(ActorKind.USER, await create_user(resources), "Ada", granted(Role.AGENT), Role.AGENT)


@pytest.fixture
async def source(resources: Resources, actor: Actor) -> MadeDocument:
    assert actor.id is not None
    return await create_document(resources, created_by_id=actor.id)


@pytest.fixture
async def compilation(resources: Resources, actor: Actor, source: MadeDocument) -> MadeCompilation:
    assert actor.id is not None
    of = source.questions
    asked = {"For the processor": [of["purpose"], of["name"]], "For the buyer": [of["recipients"]]}
    return await create_compilation(resources, actor.id, asked)


async def freeze(resources: Resources, actor: Actor, compilation_id: UUID, pointer: str | None = None) -> Frozen:
    async with resources.unit_of_work() as uow:
        return await service.freeze(uow, actor, compilation_id, pointer)


async def rename(resources: Resources, compilation: MadeCompilation, name: str) -> int:
    async with resources.unit_of_work() as uow:
        patch = QuestionnairePatch(name=name)
        changed = await questionnaires.change(uow, compilation.id, compilation.questionnaires[0], patch)
    return changed.revision


async def set_question(resources: Resources, question_id: UUID, **values: Any) -> None:
    async with resources.engine.begin() as connection:
        changed = update(document_questions).where(document_questions.c.id == question_id).values(values)
        await connection.execute(changed)


async def revisions(resources: Resources) -> int:
    async with resources.engine.connect() as connection:
        return await connection.scalar(select(func.count()).select_from(compilation_revisions)) or 0


async def states(resources: Resources, compilation: MadeCompilation) -> list[SourceState]:
    async with resources.unit_of_work() as uow:
        shown = await service.get(uow, compilation.id)
    return [item.source for questionnaire in shown.questionnaires for item in questionnaire.items]


async def test_all_that_a_ticket_copies_is_there_in_order(
    resources: Resources, actor: Actor, source: MadeDocument, compilation: MadeCompilation
) -> None:
    question_id = source.questions["recipients"]
    options = [{"key": "eu", "label": "Inside the EU"}]
    choice = {"kind": "single_choice", "options": options, "guidance": "Ask the buyer.", "version": 3}
    await set_question(resources, question_id, **choice, answer="eu", answer_version=2, is_required=False)
    frozen = await freeze(resources, actor, compilation.id)
    assert (frozen.compilation_id, frozen.name, frozen.revision) == (compilation.id, "Yearly review", 1)
    assert [(one.questionnaire_id, one.name) for one in frozen.questionnaires] == [
        (compilation.questionnaires[0], "For the processor"),
        (compilation.questionnaires[1], "For the buyer"),
    ]
    assert [one.text for one in frozen.questionnaires[0].questions] == [
        "What is it for?",
        "What is the processing called?",
    ]
    (asked,) = frozen.questionnaires[1].questions
    assert (asked.question_id, asked.question_version, asked.answer_version) == (question_id, 3, 2)
    assert (asked.module, asked.document_title, asked.section_title) == ("vv", "Payroll", "Storage")
    assert (asked.text, asked.guidance, asked.kind) == (
        "By what are recipients bound?",
        "Ask the buyer.",
        "single_choice",
    )
    assert (asked.options, asked.unit, asked.is_required, asked.known_answer) == (options, None, False, "eu")


async def test_the_first_change_after_a_sending_begins_the_next_revision(
    resources: Resources, actor: Actor, compilation: MadeCompilation
) -> None:
    assert await rename(resources, compilation, "For processors") == 1
    assert (await freeze(resources, actor, compilation.id)).revision == 1
    assert (await freeze(resources, actor, compilation.id)).revision == 1
    assert await revisions(resources) == 1
    assert await rename(resources, compilation, "For all processors") == 2
    assert await rename(resources, compilation, "For all of them") == 2
    assert (await freeze(resources, actor, compilation.id)).revision == 2
    assert await revisions(resources) == 2


async def test_a_question_that_its_document_changed_is_the_next_revision(
    resources: Resources, actor: Actor, source: MadeDocument, compilation: MadeCompilation
) -> None:
    await freeze(resources, actor, compilation.id)
    assert await states(resources, compilation) == [SourceState.CURRENT] * 3
    await set_question(resources, source.questions["name"], text="What is it called now?", version=2)
    assert await states(resources, compilation) == ["current", "changed", "current"]
    frozen = await freeze(resources, actor, compilation.id)
    assert (frozen.revision, frozen.questionnaires[0].questions[1].text) == (2, "What is it called now?")
    assert await states(resources, compilation) == [SourceState.CURRENT] * 3


async def test_an_answer_of_the_document_is_no_new_revision(
    resources: Resources, actor: Actor, source: MadeDocument, compilation: MadeCompilation
) -> None:
    await freeze(resources, actor, compilation.id)
    await set_question(resources, source.questions["purpose"], answer="2019", answer_version=1)
    frozen = await freeze(resources, actor, compilation.id)
    asked = frozen.questionnaires[0].questions[0]
    assert (frozen.revision, asked.known_answer, asked.answer_version) == (1, "2019", 1)


async def test_two_freezes_at_once_keep_one_revision(
    resources: Resources, actor: Actor, compilation: MadeCompilation
) -> None:
    frozen = await asyncio.gather(*(freeze(resources, actor, compilation.id) for _ in range(4)))
    assert {one.revision for one in frozen} == {1}
    assert await revisions(resources) == 1


async def test_what_cannot_be_sent_says_why(
    resources: Resources, actor: Actor, source: MadeDocument, clock: FrozenClock
) -> None:
    assert actor.id is not None
    removed, archived = source.questions["name"], source.questions["recipients"]
    clock.advance(timedelta(hours=1))
    await set_question(resources, removed, removed_at=clock.now())
    empty = await create_compilation(resources, actor.id)
    part_empty = await create_compilation(resources, actor.id, {"Full": [archived], "Empty": []})
    gone = await create_compilation(resources, actor.id, {"All": [removed, source.questions["purpose"]]})
    shelved = await create_compilation(resources, actor.id, {"All": [archived]}, archived_at=clock.now())
    for compilation, code in (
        (empty, "nothing_to_ask"),
        (part_empty, "nothing_to_ask"),
        (gone, "source_removed"),
        (shelved, "compilation_archived"),
    ):
        with pytest.raises(Conflict) as refused:
            await freeze(resources, actor, compilation.id)
        assert refused.value.code == code
        with pytest.raises(InvalidInput) as pointed:
            await freeze(resources, actor, compilation.id, "/compilation_ids/0")
        assert [(one.pointer, one.code) for one in pointed.value.errors] == [("/compilation_ids/0", code)]
    assert await states(resources, gone) == ["removed", "current"]
    async with resources.engine.begin() as connection:
        await connection.execute(update(documents).values(archived_at=clock.now()))
    with pytest.raises(Conflict, match="its document is archived"):
        await freeze(resources, actor, gone.id)
    assert await states(resources, gone) == ["removed", "archived"]
    assert await revisions(resources) == 0
    with pytest.raises(NotFound):
        await freeze(resources, actor, new_id())


async def test_ids_in_bodies_name_compilations_that_can_be_used(
    resources: Resources, actor: Actor, compilation: MadeCompilation, clock: FrozenClock
) -> None:
    assert actor.id is not None
    shelved = await create_compilation(resources, actor.id, archived_at=clock.now())
    async with resources.unit_of_work() as uow:
        await service.require(uow, actor, [compilation.id], "/compilation_ids")
        with pytest.raises(InvalidInput) as refused:
            await service.require(uow, actor, [compilation.id, new_id(), shelved.id], "/compilation_ids")
        assert [(one.pointer, one.code) for one in refused.value.errors] == [
            ("/compilation_ids/1", "unknown_reference"),
            ("/compilation_ids/2", "compilation_archived"),
        ]
        blind = Actor(ActorKind.API_KEY, actor.id, "Key", frozenset({Permission.TICKETS_WRITE}), Role.AGENT)
        with pytest.raises(NotPermitted):
            await service.require(uow, blind, [compilation.id], "/compilation_ids")


async def test_a_sending_waits_for_a_change_and_sees_it(
    resources: Resources, actor: Actor, compilation: MadeCompilation
) -> None:
    async with resources.unit_of_work() as uow:
        patch = QuestionnairePatch(name="Changed meanwhile")
        await questionnaires.change(uow, compilation.id, compilation.questionnaires[0], patch)
        sending = asyncio.create_task(freeze(resources, actor, compilation.id))
        await somebody_waits(resources)
    frozen = await sending
    assert frozen.questionnaires[0].name == "Changed meanwhile"
    async with resources.engine.connect() as connection:
        assert await connection.scalar(select(compilations.c.version)) == 2
