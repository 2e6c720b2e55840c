"""Tasks over HTTP: whom they are for, what they ask, and how they are sent."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError
from tests.application import ClientFor, SignedInClient
from tests.factories.compilations import MadeCompilation
from tests.factories.contacts import create_contact, create_contact_without_address
from tests.factories.dispatches import deliver
from tests.factories.task_tickets import create_review, create_task_ticket, post_task
from tests.factories.tasks import create_task
from tests.factories.tickets import create_ticket, read_activity, read_ticket, step
from tests.factories.users import create_user
from tests.refusals import errors_of

from ticketdesk.bootstrap import Resources
from ticketdesk.models.compilations import questionnaires
from ticketdesk.models.contacts import contact_addresses, contacts
from ticketdesk.models.documents import document_questions
from ticketdesk.models.task_contents import ticket_questionnaires, ticket_questions
from ticketdesk.models.users import users

MISSING = "01978c1e-5f3a-7c00-8000-000000000000"


@pytest.fixture
async def agent(client_for: ClientFor) -> SignedInClient:
    return await client_for("agent", name="Ann Agent")


@pytest.fixture
async def review(resources: Resources, agent: SignedInClient) -> MadeCompilation:
    return await create_review(resources, agent.person_id)


async def test_a_draft_needs_nothing_but_a_title(agent: SignedInClient) -> None:
    draft = await create_task_ticket(agent, None)
    assert (draft["status"], draft["status_label"], draft["kind"]) == ("send_later", "Draft", "task")
    assert (draft["recipients"], draft["compilations"], draft["contact"], draft["due_on"]) == ([], [], None, None)
    assert (draft["sendings"], draft["last_sending_at"], draft["sent_at"]) == (0, None, None)
    assert draft["assignee"]["name"] == draft["created_by"]["name"] == "Ann Agent"
    unsendable = {"/addressees": "recipient_required", "/compilation_ids": "compilation_required"}
    assert errors_of(await post_task(agent, None, send="now")) == unsendable
    refused = await step(agent, draft["id"], "send")
    assert [error["code"] for error in refused.json()["errors"]] == ["recipient_required", "compilation_required"]
    assert (await read_ticket(agent, draft["id"]))["version"] == draft["version"]


async def test_everybody_is_written_to_once_whatever_they_are_called_by(
    agent: SignedInClient, resources: Resources, review: MadeCompilation
) -> None:
    purposes, recipients = (str(one) for one in review.questionnaires)
    anna = await create_contact(resources, "Anna Berg", "Anna.Berg@brightpath.example", "anna@home.example")
    uma = await create_user(resources, name="Uma User", email="uma@desk.example")
    greta = await create_user(
        resources, role="guest", name="Greta Guest", email="greta@out.example",
        contact_id=await create_contact(resources, "Greta", "greta@out.example"),
    )  # fmt: skip
    people = [
        {"contact_id": str(anna), "questionnaire_ids": [purposes]},
        {"email": "UMA@desk.example", "questionnaire_ids": []},
        {"email": "anna@home.example", "questionnaire_ids": [recipients, purposes]},
        {"user_id": str(uma), "questionnaire_ids": [recipients]},
        {"user_id": str(greta)},
        {"email": "new@brightpath.example", "name": "Nora New"},
        {"email": "New@BRIGHTPATH.example", "questionnaire_ids": [purposes]},
    ]
    task = await create_task_ticket(agent, review, addressees=people, send="now")
    found = {
        one["email"]: (one["name"], one["has_all_questionnaires"], one["questionnaire_ids"])
        for one in task["recipients"]
    }
    assert found == {
        "Anna.Berg@brightpath.example": ("Anna Berg", False, sorted([purposes, recipients])),
        "uma@desk.example": ("Uma User", False, [recipients]),
        "greta@out.example": ("Greta", True, []),
        "new@brightpath.example": ("Nora New", True, []),
    }
    assert task["contact"]["id"] == str(anna)
    async with resources.engine.connect() as connection:
        linked = await connection.scalar(select(users.c.contact_id).where(users.c.id == uma))
    assert str(linked) == task["recipients"][1]["contact_id"]
    assert sorted(await deliver(resources)) == sorted(found)


async def test_people_who_cannot_be_written_to_are_named(
    agent: SignedInClient, resources: Resources, review: MadeCompilation
) -> None:
    gone = await create_user(resources, is_active=False, email="gone@desk.example")
    asleep = await create_contact(resources, "Asleep", "asleep@brightpath.example", is_active=False)
    mute = await create_contact_without_address(resources)
    people: list[dict[str, Any]] = [
        {"user_id": MISSING},
        {"user_id": str(gone)},
        {"email": "gone@desk.example"},
        {"contact_id": MISSING},
        {"contact_id": str(asleep)},
        {"email": "asleep@brightpath.example"},
        {"contact_id": str(mute)},
    ]
    assert errors_of(await post_task(agent, review, addressees=people)) == {
        "/addressees/0/user_id": "unknown_reference",
        "/addressees/1/user_id": "user_inactive",
        "/addressees/2/email": "user_inactive",
        "/addressees/3/contact_id": "unknown_reference",
        "/addressees/4/contact_id": "contact_inactive",
        "/addressees/5/email": "contact_inactive",
        "/addressees/6/contact_id": "recipient_required",
    }
    unclear = [{}, {"user_id": str(gone), "email": "gone@desk.example"}]
    assert errors_of(await post_task(agent, review, addressees=unclear)) == {
        "/addressees/0": "one_addressee",
        "/addressees/1": "one_addressee",
    }
    too_many = [{"email": f"person-{number}@brightpath.example"} for number in range(201)]
    assert errors_of(await post_task(agent, review, addressees=too_many)) == {"/addressees": "too_long"}


async def test_a_user_whose_address_is_another_users_contact_gets_a_contact_of_their_own(
    agent: SignedInClient, resources: Resources, review: MadeCompilation
) -> None:
    shared = await create_contact(resources, "Front Desk", "front@desk.example")
    await create_user(resources, email="other@desk.example", contact_id=shared)
    uma = await create_user(resources, name="Uma User", email="front@desk.example")
    task = await create_task_ticket(agent, review, addressees=[{"user_id": str(uma)}], send="now")
    (recipient,) = task["recipients"]
    assert (recipient["name"], recipient["email"]) == ("Uma User", "front@desk.example")
    assert recipient["contact_id"] != str(shared)


async def test_parts_and_compilations_have_to_be_there(
    agent: SignedInClient, resources: Resources, review: MadeCompilation
) -> None:
    other = await create_review(resources, agent.person_id, "Other")
    ids = [str(review.questionnaires[0]), str(other.questionnaires[0]), MISSING]
    people = [{"email": "new@brightpath.example"}, {"email": "b@brightpath.example", "questionnaire_ids": ids}]
    for send in ("now", "later"):
        assert errors_of(await post_task(agent, review, addressees=people, send=send)) == {
            "/addressees/1/questionnaire_ids/1": "unknown_reference",
            "/addressees/1/questionnaire_ids/2": "unknown_reference",
        }
    refused = await post_task(agent, None, compilation_ids=[str(review.id), MISSING])
    assert errors_of(refused) == {"/compilation_ids/1": "unknown_reference"}
    async with resources.engine.connect() as connection:
        assert await connection.scalar(select(func.count()).select_from(contacts)) == 0


async def test_a_task_keeps_its_own_copy_from_the_sending_on(
    agent: SignedInClient, resources: Resources, review: MadeCompilation
) -> None:
    other = await create_review(resources, agent.person_id, "Other")
    ids = [str(review.id), str(other.id), str(review.id)]
    people = [{"email": "anna@brightpath.example", "questionnaire_ids": [str(review.questionnaires[1])]}]
    draft = await create_task_ticket(agent, None, compilation_ids=ids, addressees=people)
    assert [(one["name"], one["revision"]) for one in draft["compilations"]] == [
        ("Yearly review", None),
        ("Other", None),
    ]
    assert await asked(resources, draft["id"]) == []
    sent = (await step(agent, draft["id"], "send")).json()
    assert (sent["status"], sent["sendings"], sent["last_sending_at"]) == ("open", 1, sent["sent_at"])
    assert [one["revision"] for one in sent["compilations"]] == [1, 1]
    expected = [
        (1, "Purposes", 1, "What is it for?"),
        (1, "Purposes", 2, "On what legal basis?"),
        (2, "Recipients", 1, "By what are recipients bound?"),
        (3, "Purposes", 1, "What is it for?"),
        (3, "Purposes", 2, "On what legal basis?"),
        (4, "Recipients", 1, "By what are recipients bound?"),
    ]
    assert await asked(resources, draft["id"]) == expected
    async with resources.engine.begin() as connection:
        await connection.execute(update(document_questions).values(text="Changed", version=2))
        await connection.execute(update(questionnaires).values(name="Changed"))
    assert await asked(resources, draft["id"]) == expected
    entry, invited = (await read_activity(agent, draft["id"]))[-2:]
    assert (invited["kind"], invited["facts"]["addresses"]) == ("invited", ["anna@brightpath.example"])
    assert (entry["kind"], entry["facts"]["recipients"]) == ("sent", ["anna@brightpath.example"])
    assert [one["revision"] for one in entry["facts"]["compilations"]] == [1, 1]
    assert entry["facts"]["parts"][0]["questionnaire_ids"] == [str(review.questionnaires[1])]


async def asked(resources: Resources, ticket_id: str) -> list[tuple[Any, ...]]:
    q, asked_of = ticket_questions.c, ticket_questionnaires.c
    wanted = (
        select(asked_of.position, asked_of.name, q.position, q.text)
        .join(ticket_questions, q.ticket_questionnaire_id == asked_of.id)
        .where(asked_of.ticket_id == UUID(ticket_id))
        .order_by(asked_of.position, q.position)
    )
    async with resources.engine.connect() as connection:
        return [tuple(row) for row in await connection.execute(wanted)]


@pytest.mark.parametrize("table", [ticket_questionnaires, ticket_questions])
async def test_nobody_changes_what_was_asked(agent: SignedInClient, resources: Resources, table: Any) -> None:
    task = await create_task(resources, agent.person_id)
    change = "name = 'x'" if table is ticket_questionnaires else "text = 'x'"
    for statement in (f"UPDATE {table} SET {change}", f"DELETE FROM {table}"):
        with pytest.raises(DBAPIError, match=r"write-once|append-only"):
            async with resources.engine.begin() as connection:
                await connection.execute(text(statement))
    refused = await agent.patch(f"/api/v1/tickets/{task.id}", json={"title": "x", "addressees": [], "due_on": None})
    assert (refused.status_code, refused.json()["code"]) == (409, "write_once")
    assert refused.json()["fields"] == ["addressees", "title"]


async def test_a_draft_is_edited_as_a_whole(
    agent: SignedInClient, resources: Resources, review: MadeCompilation
) -> None:
    other = await create_review(resources, agent.person_id, "Other")
    part = {"email": "anna@brightpath.example", "questionnaire_ids": [str(review.questionnaires[0])]}
    draft = await create_task_ticket(agent, review, addressees=[part, {"email": "ben@brightpath.example"}])
    path = f"/api/v1/tickets/{draft['id']}"
    edited = (await agent.patch(path, json={"title": "Renamed", "due_on": "2026-04-30", "priority": "high"})).json()
    assert (edited["title"], edited["due_on"], edited["priority"]) == ("Renamed", "2026-04-30", "high")
    assert edited["recipients"] == draft["recipients"]
    left_out = await agent.patch(path, json={"compilation_ids": [str(other.id)]})
    assert (left_out.status_code, left_out.json()["code"]) == (409, "part_removed")
    turned = (await agent.patch(path, json={"addressees": [{"email": "ben@brightpath.example"}, part]})).json()
    assert [one["email"] for one in turned["recipients"]] == ["ben@brightpath.example", "anna@brightpath.example"]
    assert turned["contact"]["email"] == "ben@brightpath.example"
    emptied = (await agent.patch(path, json={"addressees": [], "compilation_ids": [str(other.id)]})).json()
    assert (emptied["recipients"], emptied["contact"], emptied["compilations"][0]["name"]) == ([], None, "Other")
    for kind, field in (("corrective", {"due_on": None}), ("task", {"contact_id": MISSING})):
        ticket = draft if kind == "task" else await create_ticket(agent)
        refused = await agent.patch(f"/api/v1/tickets/{ticket['id']}", json=field)
        assert list(errors_of(refused).values()) == ["not_for_this_kind"]


async def test_the_due_date_and_the_priority_change_after_the_sending(
    agent: SignedInClient, resources: Resources
) -> None:
    task = await create_task(resources, agent.person_id)
    changed = await agent.patch(f"/api/v1/tickets/{task.id}", json={"due_on": "2026-05-04", "priority": "low"})
    assert (changed.json()["due_on"], changed.json()["priority"]) == ("2026-05-04", "low")
    facts = (await read_activity(agent, str(task.id)))[-1]["facts"]
    assert facts == {"fields": ["due_on", "priority"], "before": {"due_on": None, "priority": "normal"}}
    page = (await agent.get("/api/v1/tickets")).json()["items"]
    assert [one["due_on"] for one in page] == ["2026-05-04"]


async def test_a_questionnaire_that_was_removed_meanwhile_keeps_a_draft_from_being_sent(
    agent: SignedInClient, resources: Resources, review: MadeCompilation
) -> None:
    people = [{"email": "anna@brightpath.example", "questionnaire_ids": [str(review.questionnaires[0])]}]
    draft = await create_task_ticket(agent, review, addressees=people)
    async with resources.engine.begin() as connection:
        is_it = questionnaires.c.id == review.questionnaires[0]
        await connection.execute(update(questionnaires).where(is_it).values(removed_at=resources.clock.now()))
    refused = await step(agent, draft["id"], "send")
    assert (refused.status_code, refused.json()["code"]) == (409, "part_removed")
    assert await asked(resources, draft["id"]) == []


async def test_a_compilation_is_sent_by_its_own_route(
    agent: SignedInClient, resources: Resources, review: MadeCompilation
) -> None:
    path = f"/api/v1/compilations/{review.id}/tickets"
    body = {"title": "Review", "addressees": [{"email": "anna@brightpath.example"}], "send": "now"}
    made = await agent.post(path, json=body)
    assert made.status_code == 201, made.text
    assert [one["id"] for one in made.json()["compilations"]] == [str(review.id)]
    assert made.headers["location"] == f"/api/v1/tickets/{made.json()['id']}"
    missing = await agent.post(f"/api/v1/compilations/{MISSING}/tickets", json=body)
    assert missing.status_code == 404
    assert (await agent.put(f"/api/v1/compilations/{review.id}/archive")).is_success
    refused = await agent.post(path, json=body | {"send": "later"})
    assert (refused.status_code, refused.json()["code"]) == (409, "compilation_archived")


async def test_an_unknown_address_makes_one_person_however_many_ask_at_once(
    agent: SignedInClient, resources: Resources
) -> None:
    # Drafts: a sending would let one wait for the other at the compilation already.
    people = [{"email": f"{name}@brightpath.example"} for name in ("nora", "otto")]
    made = await asyncio.gather(
        *(post_task(agent, None, addressees=people[:: 1 if number % 2 else -1]) for number in range(20))
    )
    assert [answer.status_code for answer in made] == [201] * 20
    async with resources.engine.connect() as connection:
        rows = (await connection.execute(select(contact_addresses.c.address))).scalars().all()
    assert sorted(rows) == ["nora@brightpath.example", "otto@brightpath.example"]


async def test_a_user_is_linked_once_however_many_ask_at_once(
    agent: SignedInClient, resources: Resources, review: MadeCompilation
) -> None:
    people = [{"user_id": str(await create_user(resources))} for _ in range(2)]
    made = await asyncio.gather(
        *(post_task(agent, review, addressees=people[:: 1 if number % 2 else -1]) for number in range(10))
    )
    assert [answer.status_code for answer in made] == [201] * 10
    found = {one["contact_id"] for answer in made for one in answer.json()["recipients"]}
    assert len(found) == 2


STEPS: dict[tuple[str, str], dict[str, str | int]] = {
    # (action, from) → what comes of an attempt by the creator (C), a colleague (A) and the recipient (R).
    ("send", "send_later"): {"C": "open", "A": "open"},
    ("send", "open"): {"C": 409, "A": 409},
    ("reply", "comment_added"): {"C": "open", "A": "open"},
    ("reply", "open"): {"C": "open"},
    ("comment", "open"): {"R": "comment_added"},
    ("comment", "comment_added"): {"R": "comment_added"},
    ("comment", "closed"): {"R": 409},
    ("comment", "send_later"): {"R": 404},
    ("close", "send_later"): {"C": 409},
    ("close", "open"): {"C": "closed", "A": 403},
    ("close", "comment_added"): {"C": "closed", "A": 403},
    ("reopen", "closed"): {"C": "open", "A": 403},
    ("reopen", "open"): {"C": 409},
    ("complete", "open"): {"C": 409},
    ("return", "closed"): {"C": 409},
}


async def test_staff_take_the_steps_of_a_task_and_no_others(
    agent: SignedInClient, resources: Resources, client_for: ClientFor, review: MadeCompilation
) -> None:
    colleague = await client_for("agent")
    wrong = []
    for (action, status), outcomes in STEPS.items():
        for who, expected in outcomes.items():
            task = await task_in(status, agent, client_for, review)
            outside = await client_for.portal(UUID(task["recipients"][0]["contact_id"]))
            client = {"C": agent, "A": colleague, "R": outside}[who]
            answer = await take(client, task["id"], action, is_outside=client is outside)
            found = (await read_ticket(agent, task["id"]))["status"] if answer.is_success else answer.status_code
            if found != expected:
                wrong.append(f"{who} {action} {status}: {found}, not {expected}: {answer.text[:200]}")
            if who == "C" and (action in task["allowed_actions"]) is not answer.is_success:
                wrong.append(f"{action} {status}: offered {task['allowed_actions']}")
    assert wrong == []


async def take(client: SignedInClient, ticket_id: str, action: str, *, is_outside: bool) -> Any:
    if action in {"comment", "reply"}:
        side = "portal/" if is_outside else ""
        return await client.post(f"/api/v1/{side}tickets/{ticket_id}/comments", json={"body": "Words"})
    return await step(client, ticket_id, action)


async def task_in(status: str, staff: SignedInClient, client_for: ClientFor, review: MadeCompilation) -> dict[str, Any]:
    """Create a task and take it into ``status``."""
    send = "later" if status == "send_later" else "now"
    task = await create_task_ticket(staff, review, addressees=[{"email": "anna@brightpath.example"}], send=send)
    if status == "comment_added":
        outside = await client_for.portal(UUID(task["recipients"][0]["contact_id"]))
        assert (await take(outside, task["id"], "comment", is_outside=True)).is_success
    if status == "closed":
        assert (await step(staff, task["id"], "close")).is_success
    found = await read_ticket(staff, task["id"])
    assert found["status"] == status
    return found
