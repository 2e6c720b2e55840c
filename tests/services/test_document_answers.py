"""Answers of documents: each one is kept, and whoever writes at the same moment comes before or after."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from tests.factories.tasks import Task, create_task
from tests.factories.users import create_user
from tests.statements import noted_statements

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.actors import Actor, ActorKind
from ticketdesk.domain.errors import NotFound
from ticketdesk.models.documents import document_answers, document_questions, documents
from ticketdesk.services.document_answers import NewAnswer, write, write_all


@pytest.fixture
async def task(resources: Resources) -> Task:
    return await create_task(resources, await create_user(resources))


async def say(resources: Resources, task: Task, *values: Any, ticket_id: UUID | None = None) -> dict[UUID, int]:
    """Answer the first questions of the task's document, in one transaction."""
    actor = Actor(ActorKind.USER, task.creator_id, "Carla")
    now = resources.clock.now()
    pairs = zip(task.questions, values, strict=False)
    answers = [NewAnswer(question.source_id, value, "Rita", now) for question, value in pairs]
    async with resources.unit_of_work() as uow:
        return await write_all(uow, actor, answers, ticket_id)


async def rows(resources: Resources, *columns: Any) -> list[tuple[Any, ...]]:
    async with resources.engine.connect() as connection:
        return [tuple(row) for row in await connection.execute(select(*columns).order_by(*columns[:2]))]


async def test_an_answer_is_the_present_one_and_those_before_it_stay(resources: Resources, task: Task) -> None:
    question_id = task.questions[0].source_id
    assert await say(resources, task, "Payroll") == {question_id: 1}
    # Said again, it is a version of its own; taken back, it is one too.
    assert await say(resources, task, "Payroll", ticket_id=task.id) == {question_id: 2}
    assert await say(resources, task, None) == {question_id: 3}
    kept = document_answers.c
    assert await rows(resources, kept.version, kept.value, kept.ticket_id, kept.answered_by, kept.written_by_id) == [
        (1, "Payroll", None, "Rita", task.creator_id),
        (2, "Payroll", task.id, "Rita", task.creator_id),
        (3, None, None, "Rita", task.creator_id),
    ]
    present = document_questions.c
    answered = [row for row in await rows(resources, present.answer_version, present.answer, present.id) if row[0]]
    assert answered == [(3, None, question_id)]


@pytest.mark.parametrize("value", ["Payroll", 7.25, 0, ["own", "cloud"]])
async def test_every_kind_of_value_is_kept_as_it_is(resources: Resources, task: Task, value: Any) -> None:
    await say(resources, task, value)
    assert await rows(resources, document_answers.c.version, document_answers.c.value) == [(1, value)]


async def test_many_answers_raise_the_version_of_their_document_once(resources: Resources, task: Task) -> None:
    # The first time, the driver asks the server about types.
    await say(resources, task, "a", "yes")
    async with noted_statements(resources) as few:
        await say(resources, task, "a", "yes")
    async with noted_statements(resources) as many:
        await say(resources, task, "b", "no", 4, "own")
    # 1 for the document as it was made, 1 for each time.
    assert await rows(resources, documents.c.version, documents.c.id) == [(4, task.document_id)]
    assert len(set(many)) == len(set(few))


async def test_a_question_that_is_not_there_is_not_answered_and_nor_is_any_other(
    resources: Resources, task: Task
) -> None:
    actor = Actor(ActorKind.USER, task.creator_id, "Carla")
    answers = [
        NewAnswer(task.questions[0].source_id, "Payroll", "Rita", resources.clock.now()),
        NewAnswer(uuid4(), "Payroll", "Rita", resources.clock.now()),
    ]
    with pytest.raises(NotFound):
        async with resources.unit_of_work() as uow:
            await write_all(uow, actor, answers)
    assert await rows(resources, document_answers.c.version, document_answers.c.value) == []


async def test_twenty_at_the_same_moment_get_twenty_versions(resources: Resources, task: Task) -> None:
    actor = Actor(ActorKind.USER, task.creator_id, "Carla")
    question_id = task.questions[0].source_id

    async def once(number: int) -> int:
        async with resources.unit_of_work() as uow:
            return await write(uow, actor, question_id, f"Answer {number}", "Rita", resources.clock.now())

    versions = await asyncio.gather(*(once(number) for number in range(20)))
    assert sorted(versions) == list(range(1, 21))
    last = versions.index(20)
    present = await rows(resources, document_questions.c.answer_version, document_questions.c.answer)
    assert (20, f"Answer {last}") in present
