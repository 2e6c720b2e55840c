"""The questions of a task in the portal: who sees which, what is taken, and what is kept of every save."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select, update
from tests.application import ClientFor, SignedInClient
from tests.factories.answers import answers_path, questions, said, save
from tests.factories.contacts import create_contact
from tests.factories.guests import create_guest
from tests.factories.tasks import create_task
from tests.refusals import not_refused, pointers

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.answers import digest
from ticketdesk.jobs.outbox import hand_out_due_events
from ticketdesk.models.answers import answer_entries, answers
from ticketdesk.models.outbox import outbox
from ticketdesk.models.task_contents import ticket_questions
from ticketdesk.models.tickets import tickets
from ticketdesk.repositories.base import new_id
from ticketdesk.services import activities

ALL_KINDS = (("text", "long_text", "yes_no", "single_choice"), ("multiple_choice", "number", "date", "file"))


@pytest.fixture
async def agent(client_for: ClientFor) -> SignedInClient:
    return await client_for("agent", name="Ann Agent")


async def test_a_recipient_sees_their_parts_and_nothing_else(
    agent: SignedInClient, client_for: ClientFor, resources: Resources
) -> None:
    anna, ben, caro = [await create_contact(resources, name) for name in ("Anna Berg", "Ben Ode", "Caro Lind")]
    task = await create_task(resources, agent.person_id, {anna: None, ben: [1], caro: []})
    seen = {}
    for person in (anna, ben, caro):
        answer = await (await client_for.portal(person)).get(answers_path(task))
        assert answer.status_code == 200, answer.text
        seen[person] = answer.json()
    assert [each["name"] for each in seen[anna]["questionnaires"]] == ["Part 1", "Part 2"]
    assert [each["id"] for each in questions(seen[ben])] == [str(q.id) for q in task.questionnaires[1].questions]
    assert seen[caro] == {
        "questionnaires": [],
        "completeness": {"total": 0, "required": 0, "answered": 0, "missing": 0},
    }
    first = seen[anna]["questionnaires"][0]["questions"][0]
    assert first == {
        "id": str(task.questions[0].id),
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
        "answer": None,
        "delegation": None,
        "can_answer": True,
    }
    stranger = await client_for.portal(await create_contact(resources))
    assert (await stranger.get(answers_path(task))).status_code == 404
    assert (await stranger.put(answers_path(task), json=said(task, "x"))).status_code == 404
    missing = f"/api/v1/portal/tickets/{new_id()}/answers"
    assert (await stranger.get(missing)).status_code == 404


async def test_answers_of_every_kind_are_kept_and_shown_with_author_and_time(
    agent: SignedInClient, client_for: ClientFor, resources: Resources
) -> None:
    anna = await create_contact(resources, "Anna Berg")
    task = await create_task(resources, agent.person_id, {anna: None}, ALL_KINDS)
    recipient = await client_for.portal(anna)
    values = ["Payroll", "Two\r\nlines", "no", "own", ["cloud", "own"], 12.0, "2026-02-28"]
    sheet = await save(recipient, task, *values, note="As agreed.")
    kept = [each["answer"] and each["answer"]["value"] for each in questions(sheet)]
    assert kept == ["Payroll", "Two\nlines", "no", "own", ["own", "cloud"], 12, "2026-02-28", None]
    assert questions(sheet)[0]["answer"] == {
        "value": "Payroll",
        "note": "As agreed.",
        "version": 1,
        "author_name": "Anna Berg",
        "answered_at": "2026-03-02T15:00:00Z",
        "is_accepted": False,
    }
    assert [each["completeness"]["missing"] for each in sheet["questionnaires"]] == [0, 1]
    assert sheet["completeness"] == {"total": 8, "required": 8, "answered": 7, "missing": 1}
    read = await recipient.get(answers_path(task))
    assert read.json() == sheet
    unchanged = await recipient.get(answers_path(task), headers={"If-None-Match": read.headers["etag"]})
    assert unchanged.status_code == 304
    again = await save(recipient, task, None)
    assert questions(again)[0]["answer"]["version"] == 2
    assert (questions(again)[0]["answer"]["value"], questions(again)[0]["answer"]["note"]) == (None, "As agreed.")
    assert again["completeness"]["missing"] == 2


async def test_what_does_not_fit_is_refused_at_its_place_and_nothing_is_kept(
    agent: SignedInClient, client_for: ClientFor, resources: Resources
) -> None:
    anna, ben = [await create_contact(resources, name) for name in ("Anna Berg", "Ben Ode")]
    task = await create_task(resources, agent.person_id, {anna: None, ben: [1]}, ALL_KINDS)
    recipient = await client_for.portal(anna)
    unfit = said(task, "Fits", 7, "perhaps", "moon", "own", "12", "2026-02-30", [str(new_id())])
    refused = await recipient.put(answers_path(task), json=unfit)
    assert pointers(refused) == [
        *(f"/answers/{index}/value" for index in range(1, 7)),
        "/answers/7/value/0",
    ]
    one = unfit["answers"][0]
    hidden = {"question_id": str(task.questions[0].id), "value": "x"}
    other = await client_for.portal(ben)
    for client, question_id in ((other, hidden["question_id"]), (other, str(new_id())), (recipient, str(new_id()))):
        answer = await client.put(answers_path(task), json={"answers": [{**hidden, "question_id": question_id}]})
        assert pointers(answer) == ["/answers/0/question_id"]
        assert [error["code"] for error in answer.json()["errors"]] == ["unknown_reference"]
    cases: list[tuple[Any, str | None]] = [
        ({"answers": []}, "/answers"),
        ({"answers": [one] * 201}, "/answers"),
        ({"answers": [one, one]}, "/answers/1/question_id"),
        ({"answers": [{**one, "value": True}]}, "/answers/0/value"),
        ({"answers": [{**one, "value": {"a": 1}}]}, "/answers/0/value"),
        ({"answers": [{**one, "value": "a\x00b"}]}, "/answers/0/value"),
        ({"answers": [{**one, "value": "two\nlines"}]}, "/answers/0/value"),
        ({"answers": [{**one, "value": "x" * 20_001}]}, "/answers/0/value"),
        ({"answers": [{**one, "value": [1]}]}, "/answers/0/value"),
        ({"answers": [{**one, "value": 10**15}]}, "/answers/0/value"),
        ({"answers": [{"question_id": one["question_id"]}]}, "/answers/0/value"),
        ({"answers": [{**one, "note": "x" * 2001}]}, "/answers/0/note"),
        ({"answers": [{**one, "version": 0}]}, "/answers/0/version"),
        ({"answers": [{**one, "version": True}]}, "/answers/0/version"),
        ({"answers": [{**one, "by": "me"}]}, "/answers/0/by"),
        ({"answers": [{**one, "question_id": "1"}]}, "/answers/0/question_id"),
    ]
    assert await not_refused(recipient, "PUT", answers_path(task), cases) == []
    assert (await recipient.get(answers_path(task))).json()["completeness"]["answered"] == 0


async def test_an_answer_is_saved_for_the_version_that_was_read(
    agent: SignedInClient, client_for: ClientFor, resources: Resources
) -> None:
    task = await create_task(resources, agent.person_id)
    recipient = await client_for.portal(task.contact_ids[0])
    await save(recipient, task, "First", version=None)
    for version in (None, 2):
        late = await recipient.put(answers_path(task), json=said(task, "Second", "yes", version=version))
        assert (late.status_code, late.json()["code"]) == (409, "answer_changed")
    assert late.json()["question_ids"] == [str(question.id) for question in task.questions[:2]]
    assert questions(await save(recipient, task, "Second", version=1))[0]["answer"]["version"] == 2
    # As a client does that never got its answer.
    assert questions(await save(recipient, task, "Second", version=1))[0]["answer"]["version"] == 2


async def test_every_save_is_kept_and_recorded_and_repeating_one_is_not(
    agent: SignedInClient, client_for: ClientFor, resources: Resources
) -> None:
    anna, ben = [await create_contact(resources, name) for name in ("Anna Berg", "Ben Ode")]
    task = await create_task(resources, agent.person_id, {anna: None, ben: None})
    first, second = await client_for.portal(anna), await client_for.portal(ben)
    await save(first, task, "Payroll", "yes")
    await save(first, task, "Payroll", "yes")
    await save(second, task, "Wages", "yes", note="")
    found = await agent.get(f"/api/v1/tickets/{task.id}/activity")
    entries = [entry for entry in found.json()["items"] if entry["kind"] == "answered"]
    ids = [str(question.id) for question in task.questions]
    assert [(entry["actor"]["name"], entry["facts"]["answers"]) for entry in entries] == [
        (
            "Anna Berg",
            [
                {"question_id": ids[0], "version": 1, "sha256": digest("Payroll")},
                {"question_id": ids[1], "version": 1, "sha256": digest("yes")},
            ],
        ),
        ("Ben Ode", [{"question_id": ids[0], "version": 2, "sha256": digest("Wages")}]),
    ]
    async with resources.unit_of_work() as uow:
        assert [broken async for _, broken in activities.verify_all(uow)] == [None]
    async with resources.engine.connect() as connection:
        kept = select(answer_entries.c.version, answer_entries.c.value, answer_entries.c.answered_by_name)
        kept = kept.join(answers, answers.c.id == answer_entries.c.answer_id)
        of_first = kept.where(answers.c.ticket_question_id == task.questions[0].id).order_by(answer_entries.c.version)
        rows = (await connection.execute(of_first)).all()
    assert [tuple(row) for row in rows] == [(1, "Payroll", "Anna Berg"), (2, "Wages", "Ben Ode")]
    ticket = (await agent.get(f"/api/v1/tickets/{task.id}")).json()
    assert (ticket["status"], ticket["last_update"]["by"], ticket["last_update"]["kind"]) == (
        "open",
        "Ben Ode",
        "answered",
    )


@pytest.mark.parametrize(
    ("columns", "code"),
    [({"status": "closed", "resolution": "completed"}, "ticket_closed"), ({"archived_at": True}, "ticket_archived")],
)
async def test_a_ticket_that_is_over_takes_no_answers(
    agent: SignedInClient, client_for: ClientFor, resources: Resources, columns: dict[str, Any], code: str
) -> None:
    task = await create_task(resources, agent.person_id)
    now = resources.clock.now()
    moments = {"closed_at": now} if "status" in columns else {"archived_at": now}
    async with resources.engine.begin() as connection:
        await connection.execute(update(tickets).where(tickets.c.id == task.id).values(columns | moments))
    recipient = await client_for.portal(task.contact_ids[0])
    refused = await recipient.put(answers_path(task), json=said(task, "Payroll"))
    assert (refused.status_code, refused.json()["code"]) == (409, code)
    assert {each["can_answer"] for each in questions((await recipient.get(answers_path(task))).json())} == {False}


async def test_by_link_and_as_a_guest_it_is_the_same_person(
    agent: SignedInClient, client_for: ClientFor, resources: Resources
) -> None:
    anna, ben = [await create_contact(resources, name) for name in ("Anna Berg", "Ben Ode")]
    task = await create_task(resources, agent.person_id, {anna: [0], ben: [1]})
    by_link, guest = await client_for.portal(anna), await client_for.of(await create_guest(resources, anna))
    saved = await save(by_link, task, "Payroll")
    assert (await guest.get(answers_path(task))).json() == saved
    await save(guest, task, "Wages", version=1)
    hidden = [{"question_id": str(task.questions[2].id), "value": 6}]
    assert pointers(await guest.put(answers_path(task), json={"answers": hidden})) == ["/answers/0/question_id"]
    given = {"question_ids": [str(task.questions[0].id)], "contact_id": str(ben)}
    made = await guest.post(f"/api/v1/portal/tickets/{task.id}/delegations", json=given)
    (delegation,) = made.json()["delegations"]
    path = f"/api/v1/portal/tickets/{task.id}/delegations/{delegation['id']}"
    assert (await by_link.delete(path)).status_code == 204
    async with resources.engine.connect() as connection:
        people = (await connection.execute(select(answer_entries.c.answered_by_id))).scalars().all()
    assert people == [anna, anna]


async def test_accepted_and_withdrawn_questions_stay_as_they_are(
    agent: SignedInClient, client_for: ClientFor, resources: Resources
) -> None:
    task = await create_task(resources, agent.person_id)
    recipient = await client_for.portal(task.contact_ids[0])
    await save(recipient, task, "Payroll", "yes")
    now, (accepted, withdrawn, *_) = resources.clock.now(), task.questions
    async with resources.engine.begin() as connection:
        is_first = answers.c.ticket_question_id == accepted.id
        taken = {"accepted_at": now, "accepted_by_id": agent.person_id}
        await connection.execute(update(answers).where(is_first).values(taken))
        is_second = ticket_questions.c.id == withdrawn.id
        await connection.execute(update(ticket_questions).where(is_second).values(withdrawn_at=now))
    refused = await recipient.put(answers_path(task), json=said(task, "Wages"))
    assert (refused.status_code, refused.json()["code"]) == (409, "answer_accepted")
    assert refused.json()["question_ids"] == [str(accepted.id)]
    assert pointers(await recipient.put(answers_path(task), json=said(task, "Payroll", "no"))) == [
        "/answers/1/question_id"
    ]
    sheet = await save(recipient, task, "Payroll")
    assert [(each["id"], each["can_answer"]) for each in questions(sheet)] == [
        (str(accepted.id), False),
        *((str(question.id), True) for question in task.questions[2:]),
    ]
    assert questions(sheet)[0]["answer"]["is_accepted"] is True


async def test_the_creator_hears_once_that_nothing_is_missing(
    agent: SignedInClient, client_for: ClientFor, resources: Resources
) -> None:
    anna, ben = [await create_contact(resources, name) for name in ("Anna Berg", "Ben Ode")]
    task = await create_task(resources, agent.person_id, {anna: [0], ben: [1]})
    first, second = await client_for.portal(anna), await client_for.portal(ben)
    await save(first, task, "Payroll", "yes")
    await hand_out_due_events(resources)
    assert (await agent.get("/api/v1/notifications")).json()["items"] == []
    body = {"answers": said(task, None, None, 6, "own")["answers"][2:]}
    assert (await second.put(answers_path(task), json=body)).is_success
    await save(first, task, None)
    await save(first, task, "Wages")
    await save(first, task, "Salaries")
    async with resources.engine.connect() as connection:
        events = select(outbox.c.event).where(outbox.c.event == "AnswersCompleted")
        assert len((await connection.execute(events)).all()) == 2
    await hand_out_due_events(resources)
    await hand_out_due_events(resources)
    told = (await agent.get("/api/v1/notifications")).json()["items"]
    assert [(one["kind"], one["ticket"]["id"]) for one in told] == [("answered", str(task.id))]
    assert "Ben Ode" in told[0]["text"]


@pytest.mark.parametrize("is_same_question", [False, True])
async def test_parallel_saves_lose_nothing(
    agent: SignedInClient, client_for: ClientFor, resources: Resources, is_same_question: bool
) -> None:
    kinds = (("text",) * 20,)
    task = await create_task(resources, agent.person_id, kinds=kinds)
    recipient = await client_for.portal(task.contact_ids[0])

    async def answer(number: int) -> int:
        question = task.questions[0 if is_same_question else number]
        body = {"answers": [{"question_id": str(question.id), "value": f"Answer {number}"}]}
        return (await recipient.put(answers_path(task), json=body)).status_code

    assert set(await asyncio.gather(*map(answer, range(20)))) == {200}
    async with resources.engine.connect() as connection:
        kept = select(answers.c.ticket_question_id, answer_entries.c.version, answer_entries.c.value)
        kept = kept.join(answers, answers.c.id == answer_entries.c.answer_id).order_by(answer_entries.c.version)
        rows = (await connection.execute(kept)).all()
    assert {row.value for row in rows} == {f"Answer {number}" for number in range(20)}
    versions = [row.version for row in rows]
    assert versions == (list(range(1, 21)) if is_same_question else [1] * 20)
    shown = [each["answer"] for each in questions((await recipient.get(answers_path(task))).json()) if each["answer"]]
    assert len(shown) == (1 if is_same_question else 20)
    assert not is_same_question or shown[0]["value"] == rows[-1].value
    async with resources.unit_of_work() as uow:
        assert [broken async for _, broken in activities.verify_all(uow)] == [None]
