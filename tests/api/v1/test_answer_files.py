"""Files as answers: attached to a question, seen by those who see the question, and by nobody else outside."""

from dataclasses import dataclass
from typing import Any

import pytest
from tests.application import ClientFor, SignedInClient
from tests.factories.answers import answers_path, read_questions, said, save
from tests.factories.attachments import PORTAL, attach, upload
from tests.factories.contacts import create_contact
from tests.factories.tasks import Task, create_task
from tests.factories.tickets import read_activity
from tests.refusals import pointers

from ticketdesk.bootstrap import Resources
from ticketdesk.repositories.base import new_id


@dataclass
class Filed:
    """A task that asks Anna for two files and a text, and Ben for the text, which is in another part."""

    task: Task
    agent: SignedInClient
    anna: SignedInClient
    ben: SignedInClient

    async def attach(self, place: int = 0) -> dict[str, Any]:
        """Attach a file of Anna's to a question, counted from 0, and return it."""
        return await attach(self.anna, str(self.task.id), side=PORTAL, question_id=self.ids[place])

    @property
    def ids(self) -> list[str]:
        return [str(question.id) for question in self.task.questions]


@pytest.fixture
async def filed(client_for: ClientFor, resources: Resources) -> Filed:
    agent = await client_for("agent")
    anna, ben = await create_contact(resources, "Anna Berg"), await create_contact(resources, "Ben Ode")
    kinds = (("file", "file"), ("text",))
    task = await create_task(resources, agent.person_id, {anna: None, ben: [1]}, kinds)
    return Filed(task, agent, await client_for.portal(anna), await client_for.portal(ben))


async def test_a_file_answers_the_question_that_it_was_attached_to(filed: Filed) -> None:
    first, second = await filed.attach(0), await filed.attach(1)
    assert (first["question_id"], second["question_id"]) == (filed.ids[0], filed.ids[1])
    plain = await attach(filed.anna, str(filed.task.id), side=PORTAL)
    assert plain["question_id"] is None
    for wrong in (second["id"], plain["id"], str(new_id())):
        refused = await filed.anna.put(answers_path(filed.task), json=said(filed.task, [first["id"], wrong]))
        assert pointers(refused) == ["/answers/0/value/1"]
    await save(filed.anna, filed.task, [first["id"]], [second["id"]])
    shown = await read_questions(filed.anna, filed.task)
    assert [each["answer"] and each["answer"]["value"] for each in shown] == [[first["id"]], [second["id"]], None]
    recorded = await read_activity(filed.agent, filed.task.id)
    assert [entry["facts"].get("question_id") for entry in recorded if entry["kind"] == "attached"] == [
        *filed.ids[:2],
        None,
    ]


async def test_outside_a_file_is_for_those_who_see_its_question(filed: Filed, anonymous: SignedInClient) -> None:
    file = await filed.attach()
    listed = f"/api/v1/portal/tickets/{filed.task.id}/attachments"
    content, links = (f"/api/v1/portal/attachments/{file['id']}/{part}" for part in ("content", "links"))
    assert [each["id"] for each in (await filed.anna.get(listed)).json()["items"]] == [file["id"]]
    assert (await filed.anna.get(content)).status_code == 200
    assert (await filed.ben.get(listed)).json()["items"] == []
    assert (await filed.ben.get(content)).status_code == 404
    assert (await filed.ben.post(links)).status_code == 404
    of_staff = f"/api/v1/attachments/{file['id']}"
    assert (await filed.agent.get(of_staff)).json()["question_id"] == filed.ids[0]
    delegations = f"/api/v1/portal/tickets/{filed.task.id}/delegations"
    given = {"question_ids": filed.ids[:1], "contact_id": str(filed.ben.person_id)}
    (made,) = (await filed.anna.post(delegations, json=given)).json()["delegations"]
    assert [each["id"] for each in (await filed.ben.get(listed)).json()["items"]] == [file["id"]]
    link = (await filed.ben.post(links)).json()["url"].partition("/api/v1")[2]
    assert (await anonymous.get(f"/api/v1{link}")).status_code == 200
    # While it stands nobody else can attach to the question.
    refused = await upload(filed.anna, str(filed.task.id), side=PORTAL, question_id=filed.ids[0])
    assert (refused.status_code, refused.json()["code"]) == (409, "answer_delegated")
    assert (await filed.anna.delete(f"{delegations}/{made['id']}")).status_code == 204
    assert (await filed.ben.get(content)).status_code == 404
    assert (await anonymous.get(f"/api/v1{link}")).status_code == 404


async def test_a_file_is_attached_to_a_question_that_asks_the_caller_for_one(filed: Filed) -> None:
    ticket_id = str(filed.task.id)
    for client, question_id in (
        (filed.anna, filed.ids[2]),
        (filed.anna, str(new_id())),
        (filed.anna, "first"),
        (filed.ben, filed.ids[0]),
    ):
        refused = await upload(client, ticket_id, side=PORTAL, question_id=question_id)
        assert pointers(refused) == ["/question_id"]
    assert (await filed.agent.get(f"/api/v1/tickets/{ticket_id}/attachments")).json()["items"] == []


async def test_a_file_of_a_question_goes_with_no_comment(filed: Filed) -> None:
    file = await filed.attach()
    comment = {"body": "See there.", "attachment_ids": [file["id"]]}
    refused = await filed.anna.post(f"/api/v1/portal/tickets/{filed.task.id}/comments", json=comment)
    assert pointers(refused) == ["/attachment_ids/0"]
