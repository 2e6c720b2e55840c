"""Answers as staff see them: all of them, withdrawn ones marked, with how far the ticket is and each recipient."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, update
from tests.application import ClientFor, FrozenClock, SignedInClient
from tests.factories.contacts import create_contact
from tests.factories.tasks import Task, create_task
from tests.factories.tickets import create_ticket
from tests.factories.users import create_user
from tests.statements import noted_statements

from ticketdesk.bootstrap import Resources
from ticketdesk.models.answers import delegations
from ticketdesk.models.documents import document_questions
from ticketdesk.models.task_contents import ticket_questions
from ticketdesk.repositories.base import new_id

COUNTS = ("total", "required", "answered", "missing")


@pytest.fixture
async def agent(client_for: ClientFor) -> SignedInClient:
    return await client_for("agent", name="Ann Agent")


def path(task: Task) -> str:
    return f"/api/v1/tickets/{task.id}/answers"


async def read(client: SignedInClient, task: Task) -> dict[str, Any]:
    answer = await client.get(path(task))
    assert answer.status_code == 200, answer.text
    sheet: dict[str, Any] = answer.json()
    return sheet


async def save(client: SignedInClient, task: Task, **values: Any) -> None:
    """Answer questions, named by their place: ``q0`` is the first."""
    said = [{"question_id": str(task.questions[int(name[1:])].id), "value": value} for name, value in values.items()]
    answer = await client.put(f"/api/v1/portal/tickets/{task.id}/answers", json={"answers": said})
    assert answer.status_code == 200, answer.text


async def change(resources: Resources, statement: Any) -> None:
    async with resources.engine.begin() as connection:
        await connection.execute(statement)


def counted(of: dict[str, Any]) -> tuple[int, ...]:
    return tuple(of["completeness"][name] for name in COUNTS)


def answered_by(anna: UUID, task: Task) -> dict[str, Any]:
    """Return how the first question of ``task`` is shown once Anna has answered it."""
    return {
        "id": str(task.questions[0].id),
        "document_id": str(task.document_id),
        "source_question_id": str(task.questions[0].source_id),
        "question_version": 1,
        "text": "Question 1 of kind text?",
        "guidance": "",
        "kind": "text",
        "options": None,
        "unit": None,
        "is_required": True,
        "module": "vv",
        "document_title": "Records of processing",
        "section_title": "Purpose",
        "known_answer": None,
        "withdrawn_at": None,
        "answer": {
            "value": "Payroll",
            "note": "",
            "version": 1,
            "author": {"contact_id": str(anna), "name": "Anna Berg"},
            "answered_at": "2026-03-02T15:00:00Z",
            "acceptance": None,
        },
        "delegation": None,
        "warnings": [],
    }


async def test_everything_is_shown_with_who_said_it_and_when(
    agent: SignedInClient, client_for: ClientFor, resources: Resources
) -> None:
    anna, ben = [await create_contact(resources, name) for name in ("Anna Berg", "Ben Ode")]
    await create_user(resources, role="guest", contact_id=ben)
    task = await create_task(resources, agent.person_id, {anna: None, ben: [1]})
    await save(await client_for.portal(anna), task, q0="Payroll", q2=0)
    delegation = {
        "id": new_id(),
        "ticket_id": task.id,
        "ticket_question_id": task.questions[1].id,
        "from_contact_id": anna,
        "to_contact_id": ben,
        "note": "You know this.",
        "created_at": resources.clock.now(),
    }
    await change(resources, insert(delegations).values(delegation))
    sheet = await read(agent, task)
    first, second = sheet["questionnaires"]
    assert (first["name"], second["name"]) == ("Part 1", "Part 2")
    assert [question["id"] for question in first["questions"]] == [str(each.id) for each in task.questions[:2]]
    assert first["questions"][0] == answered_by(anna, task)
    assert first["questions"][1]["delegation"] == {
        "id": str(delegation["id"]),
        "to": {"contact_id": str(ben), "name": "Ben Ode"},
        "by": {"contact_id": str(anna), "name": "Anna Berg"},
        "note": "You know this.",
        "created_at": "2026-03-02T15:00:00Z",
    }
    assert (counted(first), counted(second), counted(sheet)) == ((2, 2, 1, 1), (2, 2, 1, 1), (4, 4, 2, 2))
    # Ben sees the second part and what was delegated to him.
    shown = [(each["name"], each["has_user"], counted(each)) for each in sheet["recipients"]]
    assert shown == [("Anna Berg", False, (4, 4, 2, 2)), ("Ben Ode", True, (3, 3, 1, 2))]


async def test_what_is_withdrawn_is_marked_and_not_counted(
    agent: SignedInClient, client_for: ClientFor, resources: Resources
) -> None:
    task = await create_task(resources, agent.person_id)
    await save(await client_for.portal(task.contact_ids[0]), task, q0="Payroll", q1="yes")
    gone = update(ticket_questions).where(ticket_questions.c.id == task.questions[0].id)
    await change(resources, gone.values(withdrawn_at=resources.clock.now()))
    sheet = await read(agent, task)
    questions = sheet["questionnaires"][0]["questions"]
    assert [each["withdrawn_at"] for each in questions] == ["2026-03-02T15:00:00Z", None]
    assert questions[0]["answer"]["value"] == "Payroll"
    assert counted(sheet["questionnaires"][0]) == (1, 1, 1, 0)
    assert (counted(sheet), counted(sheet["recipients"][0])) == ((3, 3, 1, 2), (3, 3, 1, 2))


@pytest.mark.parametrize(
    ("changed", "warnings"),
    [
        ({"version": 2}, ["question_changed"]),
        ({"answer_version": 1}, ["answer_changed"]),
        ({"version": 3, "answer_version": 2}, ["question_changed", "answer_changed"]),
    ],
)
async def test_a_document_that_moved_on_is_a_warning(
    agent: SignedInClient, resources: Resources, changed: dict[str, int], warnings: list[str]
) -> None:
    task = await create_task(resources, agent.person_id)
    source = update(document_questions).where(document_questions.c.id == task.questions[1].source_id)
    await change(resources, source.values(changed))
    questions = (await read(agent, task))["questionnaires"][0]["questions"]
    assert [each["warnings"] for each in questions] == [[], warnings]
    await change(resources, source.values(removed_at=resources.clock.now()))
    questions = (await read(agent, task))["questionnaires"][0]["questions"]
    assert set(questions[1]["warnings"]) == {*warnings, "question_removed"}


async def test_every_save_is_an_entry_oldest_first(
    agent: SignedInClient, client_for: ClientFor, resources: Resources, clock: FrozenClock
) -> None:
    anna, ben = [await create_contact(resources, name) for name in ("Anna Berg", "Ben Ode")]
    task = await create_task(resources, agent.person_id, {anna: None, ben: None})
    # In the same moment: the versions tell the order.
    for person, value in ((anna, "One"), (ben, "Two"), (anna, None)):
        await save(await client_for.portal(person), task, q0=value)
    entries = f"{path(task)}/{task.questions[0].id}/entries"
    answer = await agent.get(entries, params={"limit": 2})
    assert [(each["version"], each["value"], each["author"]["name"]) for each in answer.json()["items"]] == [
        (1, "One", "Anna Berg"),
        (2, "Two", "Ben Ode"),
    ]
    rest = await agent.get(entries, params={"limit": 2, "cursor": answer.json()["next_cursor"]})
    assert [(each["version"], each["value"]) for each in rest.json()["items"]] == [(3, None)]
    assert rest.json()["next_cursor"] is None
    unanswered = await agent.get(f"{path(task)}/{task.questions[1].id}/entries")
    assert unanswered.json() == {"items": [], "next_cursor": None}
    other = await create_task(resources, agent.person_id)
    assert (await agent.get(f"{path(task)}/{other.questions[0].id}/entries")).status_code == 404


async def test_a_ticket_that_asks_nothing_has_no_answers(agent: SignedInClient) -> None:
    ticket = await create_ticket(agent, send="now")
    sheet = (await agent.get(f"/api/v1/tickets/{ticket['id']}/answers")).json()
    assert (sheet["questionnaires"], counted(sheet), sheet["accepted"]) == ([], (0, 0, 0, 0), 0)
    assert [counted(each) for each in sheet["recipients"]] == [(0, 0, 0, 0)]
    assert (await agent.get(f"/api/v1/tickets/{new_id()}/answers")).status_code == 404


async def test_who_has_read_it_is_spared_it_until_something_changes(
    agent: SignedInClient, client_for: ClientFor, resources: Resources
) -> None:
    task = await create_task(resources, agent.person_id)
    held = {"If-None-Match": (await agent.get(path(task))).headers["etag"]}
    assert (await agent.get(path(task), headers=held)).status_code == 304
    source = update(document_questions).where(document_questions.c.id == task.questions[0].source_id)
    await change(resources, source.values(version=2))
    after = await agent.get(path(task), headers=held)
    assert after.status_code == 200
    held = {"If-None-Match": after.headers["etag"]}
    await save(await client_for.portal(task.contact_ids[0]), task, q0="Payroll")
    assert (await agent.get(path(task), headers=held)).status_code == 200


async def test_many_questions_and_recipients_take_as_many_statements_as_few(
    agent: SignedInClient, client_for: ClientFor, resources: Resources
) -> None:
    few = await create_task(resources, agent.person_id)
    people = {await create_contact(resources, f"Person {number}"): [number % 5] for number in range(7)}
    many = await create_task(resources, agent.person_id, people, [("text", "yes_no", "date")] * 5)
    await read(agent, few)
    noted = {}
    for task in (few, many):
        async with noted_statements(resources) as statements:
            await read(agent, task)
        noted[task.id] = statements
    assert len(noted[few.id]) == len(noted[many.id]) <= 4
