"""Accepting answers: what a document gets, what is refused, and what happens at the same moment."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from tests.application import ClientFor, SignedInClient
from tests.factories.contacts import create_contact
from tests.factories.tasks import Task, create_task
from tests.factories.tickets import read_activity, step
from tests.refusals import not_refused

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.answers import digest
from ticketdesk.models.answers import answers
from ticketdesk.models.documents import document_answers, document_questions
from ticketdesk.models.messages import messages
from ticketdesk.models.task_contents import ticket_questions
from ticketdesk.repositories.base import new_id
from ticketdesk.services import activities


@pytest.fixture
async def creator(client_for: ClientFor) -> SignedInClient:
    return await client_for("agent", name="Carla Creator")


@pytest.fixture
async def task(resources: Resources, creator: SignedInClient) -> Task:
    contact = await create_contact(resources, "Anna Berg")
    return await create_task(resources, creator.person_id, {contact: None})


@pytest.fixture
async def anna(task: Task, client_for: ClientFor) -> SignedInClient:
    return await client_for.portal(task.contact_ids[0])


def said(task: Task, *values: Any) -> dict[str, Any]:
    pairs = zip(task.questions, values, strict=False)
    return {"answers": [{"question_id": str(each.id), "value": value} for each, value in pairs]}


async def save(client: SignedInClient, task: Task, *values: Any) -> Any:
    return await client.put(f"/api/v1/portal/tickets/{task.id}/answers", json=said(task, *values))


async def accept(client: SignedInClient, task: Task, *places: int, **fields: Any) -> Any:
    """Accept the answers to the questions at ``places``; to all where there are none."""
    ids = [str(task.questions[place].id) for place in places]
    body = {"question_ids": ids} if ids else {"all": True}
    return await client.post(f"/api/v1/tickets/{task.id}/answers/accept", json=body | fields)


async def written(resources: Resources) -> list[tuple[Any, ...]]:
    """Return every answer that documents ever had."""
    columns = document_answers.c
    kept = select(columns.question_id, columns.version, columns.value, columns.answered_by, columns.ticket_id)
    async with resources.engine.connect() as connection:
        return [tuple(row) for row in await connection.execute(kept.order_by(columns.question_id, columns.version))]


async def change(resources: Resources, task: Task, place: int, **columns: Any) -> None:
    """Change a question of the task's document."""
    source = update(document_questions).where(document_questions.c.id == task.questions[place].source_id)
    async with resources.engine.begin() as connection:
        await connection.execute(source.values(columns))


async def test_all_means_every_answer_there_is(
    task: Task, creator: SignedInClient, anna: SignedInClient, resources: Resources
) -> None:
    await save(anna, task, "Payroll", None, 0)
    answer = await accept(creator, task)
    assert answer.status_code == 200, answer.text
    assert await written(resources) == [
        (task.questions[0].source_id, 1, "Payroll", "Anna Berg", task.id),
        (task.questions[2].source_id, 1, 0, "Anna Berg", task.id),
    ]
    first = answer.json()["questionnaires"][0]["questions"][0]
    by = {"id": str(creator.person_id), "name": "Carla Creator"}
    assert first["answer"]["acceptance"] == {"by": by, "at": "2026-03-02T15:00:00Z", "written_version": 1}
    # What the ticket wrote itself is no change to warn of.
    assert (first["warnings"], answer.json()["accepted"]) == ([], 2)
    assert answer.headers["etag"] == (await creator.get(f"/api/v1/tickets/{task.id}/answers")).headers["etag"]


async def test_accepting_again_changes_nothing(
    task: Task, creator: SignedInClient, anna: SignedInClient, resources: Resources
) -> None:
    await save(anna, task, "Payroll")
    first = await accept(creator, task)
    for again in (await accept(creator, task), await accept(creator, task, 0)):
        assert (again.status_code, again.headers["etag"]) == (200, first.headers["etag"])
    assert len(await written(resources)) == 1


async def test_an_accepted_answer_is_locked(task: Task, creator: SignedInClient, anna: SignedInClient) -> None:
    await save(anna, task, "Payroll", "yes")
    assert (await accept(creator, task, 0)).is_success
    refused = await save(anna, task, "Pensions")
    assert (refused.status_code, refused.json()["code"]) == (409, "answer_accepted")
    assert refused.json()["question_ids"] == [str(task.questions[0].id)]
    assert (await save(anna, task, "Payroll", "no")).is_success


async def test_the_record_names_what_was_accepted_and_nobody_is_mailed(
    task: Task, creator: SignedInClient, anna: SignedInClient, resources: Resources
) -> None:
    await save(anna, task, "Payroll")
    assert (await accept(creator, task)).is_success
    (entry,) = [each for each in await read_activity(creator, task.id) if each["kind"] == "answers_accepted"]
    fact = {"question_id": str(task.questions[0].id), "version": 1, "sha256": digest("Payroll"), "written_version": 1}
    assert (entry["actor"]["name"], entry["facts"]) == ("Carla Creator", {"answers": [fact]})
    async with resources.engine.connect() as connection:
        assert (await connection.execute(select(messages.c.id))).all() == []
    async with resources.unit_of_work() as uow:
        assert [broken async for _, broken in activities.verify_all(uow)] == [None]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"version": 2, "text": "Who is the processing for?"}, "question_changed"),
        ({"answer_version": 1, "answer": "Something else"}, "answer_changed"),
        ({"removed_at": True}, "question_removed"),
    ],
)
async def test_the_source_question_changes_after_sending_acceptance_warns_and_writes_nothing_unless_confirmed(
    task: Task,
    creator: SignedInClient,
    anna: SignedInClient,
    resources: Resources,
    changed: dict[str, Any],
    reason: str,
) -> None:
    await save(anna, task, "Payroll", "yes")
    if "removed_at" in changed:
        changed = {"removed_at": resources.clock.now()}
    await change(resources, task, 0, **changed)
    refused = await accept(creator, task)
    question_id = str(task.questions[0].id)
    assert (refused.status_code, refused.json()["code"]) == (409, "source_changed")
    assert refused.json()["changes"] == [{"question_id": question_id, "reasons": [reason]}]
    # The other one did not change, but all are accepted or none.
    assert await written(resources) == []
    async with resources.engine.connect() as connection:
        assert (await connection.execute(select(answers.c.id).where(answers.c.accepted_at.is_not(None)))).all() == []
    assert (await accept(creator, task, 1)).is_success
    confirmed = await accept(creator, task, confirm_changed=True)
    assert confirmed.status_code == 200, confirmed.text
    version = changed.get("answer_version", 0) + 1
    kept = [(row[1], row[2]) for row in await written(resources) if row[0] == task.questions[0].source_id]
    assert kept == [(version, "Payroll")]
    entries = await read_activity(creator, task.id)
    facts = [each["facts"] for each in entries if each["kind"] == "answers_accepted"]
    assert [each.get("confirmed") for each in facts] == [None, [question_id]]


async def test_who_may_accept(task: Task, anna: SignedInClient, client_for: ClientFor, resources: Resources) -> None:
    await save(anna, task, "Payroll", "yes", 3)
    assert (await accept(await client_for("agent"), task)).status_code == 403
    assert (await accept(await client_for("auditor"), task)).status_code == 403
    assert (await accept(anna, task)).status_code == 404
    assert await written(resources) == []
    assert (await accept(await client_for("lead"), task, 0)).is_success
    assert (await accept(await client_for("admin"), task, 1)).is_success


async def test_a_closed_ticket_is_reviewed_and_an_archived_one_is_not(
    task: Task, creator: SignedInClient, anna: SignedInClient
) -> None:
    await save(anna, task, "Payroll", "yes")
    assert (await step(creator, str(task.id), "close", reason="Done")).is_success
    assert (await accept(creator, task, 0)).is_success
    assert (await creator.put(f"/api/v1/tickets/{task.id}/archive")).is_success
    refused = await accept(creator, task, 1)
    assert (refused.status_code, refused.json()["code"]) == (409, "ticket_archived")


async def test_each_question_that_does_not_fit_is_named(
    task: Task, creator: SignedInClient, anna: SignedInClient, resources: Resources
) -> None:
    await save(anna, task, "Payroll")
    path = f"/api/v1/tickets/{task.id}/answers/accept"
    first, second = (str(each.id) for each in task.questions[:2])
    other = await create_task(resources, creator.person_id)
    cases: list[tuple[Any, str | None]] = [
        ({}, "/question_ids"),
        ({"all": False}, "/question_ids"),
        ({"all": True, "question_ids": [first]}, "/question_ids"),
        ({"question_ids": []}, "/question_ids"),
        ({"question_ids": ["x"]}, "/question_ids/0"),
        ({"question_ids": [first, second]}, "/question_ids/1"),
        ({"question_ids": [first, first]}, "/question_ids/1"),
        ({"question_ids": [first, str(other.questions[0].id)]}, "/question_ids/1"),
        ({"question_ids": [first, str(new_id())]}, "/question_ids/1"),
        ({"question_ids": [first], "confirm_changed": "yes"}, "/confirm_changed"),
        ({"all": True, "force": True}, "/force"),
    ]
    assert await not_refused(creator, "POST", path, cases) == []
    assert await written(resources) == []


async def test_a_question_that_two_questionnaires_ask_gets_one_answer(
    task: Task, creator: SignedInClient, anna: SignedInClient, resources: Resources
) -> None:
    twin = {"id": new_id(), "ticket_id": task.id, "ticket_questionnaire_id": task.questionnaires[1].id}
    copied = {"question_id": task.questions[0].source_id, "question_version": 1, "answer_version": 0, "module": "vv"}
    texts = {"document_title": "R", "section_title": "P", "text": "Again?", "kind": "text", "is_required": True}
    async with resources.engine.begin() as connection:
        await connection.execute(insert(ticket_questions).values(**twin, **copied, **texts, position=9))
    path = f"/api/v1/portal/tickets/{task.id}/answers"
    await save(anna, task, "Payroll")
    again = {"question_id": str(twin["id"]), "value": "Pensions"}
    assert (await anna.put(path, json={"answers": [again]})).is_success
    refused = await accept(creator, task)
    assert (refused.status_code, refused.json()["code"]) == (409, "answers_differ")
    assert await written(resources) == []
    assert (await anna.put(path, json={"answers": [again | {"value": "Payroll"}]})).is_success
    assert (await accept(creator, task)).json()["accepted"] == 2
    assert [row[1:3] for row in await written(resources)] == [(1, "Payroll")]


async def test_answers_are_accepted_as_they_were_read(
    task: Task, creator: SignedInClient, anna: SignedInClient, resources: Resources
) -> None:
    await save(anna, task, "Payroll")
    read = (await creator.get(f"/api/v1/tickets/{task.id}/answers")).headers["etag"]
    await save(anna, task, "Pensions")
    path, body = f"/api/v1/tickets/{task.id}/answers/accept", {"all": True}
    stale = await creator.post(path, json=body, headers={"If-Match": read})
    assert (stale.status_code, await written(resources)) == (412, [])
    read = (await creator.get(f"/api/v1/tickets/{task.id}/answers")).headers["etag"]
    assert (await creator.post(path, json=body, headers={"If-Match": read})).is_success


async def test_who_saves_while_it_is_accepted_comes_before_or_is_told(
    task: Task, creator: SignedInClient, anna: SignedInClient, resources: Resources
) -> None:
    await save(anna, task, "Value 0")
    saving = [save(anna, task, f"Value {number}") for number in range(1, 9)]
    outcomes = await asyncio.gather(*saving[:4], accept(creator, task), *saving[4:])
    accepted = outcomes.pop(4)
    assert accepted.status_code == 200, accepted.text
    assert {outcome.status_code for outcome in outcomes} <= {200, 409}
    present = accepted.json()["questionnaires"][0]["questions"][0]["answer"]
    async with resources.engine.connect() as connection:
        (kept,) = await connection.execute(select(answers.c.value, answers.c.version))
    ((_, version, value, *_),) = await written(resources)
    assert (version, value, *kept) == (1, present["value"], present["value"], present["version"])
    # Every save that was taken came before, and is counted.
    assert present["version"] == 1 + sum(outcome.status_code == 200 for outcome in outcomes)


async def test_twenty_acceptances_at_once_write_one_answer(
    task: Task, creator: SignedInClient, anna: SignedInClient, resources: Resources
) -> None:
    await save(anna, task, "Payroll")
    outcomes = await asyncio.gather(*(accept(creator, task) for _ in range(20)))
    assert {outcome.status_code for outcome in outcomes} == {200}
    assert [row[1:3] for row in await written(resources)] == [(1, "Payroll")]
