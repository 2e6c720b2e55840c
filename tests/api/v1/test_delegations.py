"""Questions given to another recipient: who sees and answers them then, who hears of it, and how they come back."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from sqlalchemy import update
from tests.application import ClientFor, SignedInClient
from tests.factories.answers import answers_path, read_questions, said, save
from tests.factories.contacts import create_contact
from tests.factories.tasks import Task, create_task
from tests.factories.tickets import create_ticket, read_activity, recipient_of
from tests.refusals import not_refused, pointers

from ticketdesk.bootstrap import Resources
from ticketdesk.jobs.deliveries import send_due_messages
from ticketdesk.models.tickets import tickets
from ticketdesk.repositories.base import new_id


@dataclass
class Shared:
    """A task of two parts: Anna has all of it, Ben the second part, Caro nothing."""

    task: Task
    agent: SignedInClient
    anna: SignedInClient
    ben: SignedInClient
    caro: SignedInClient

    @property
    def path(self) -> str:
        return f"/api/v1/portal/tickets/{self.task.id}/delegations"

    async def delegate(self, giver: httpx.AsyncClient, to: SignedInClient, *places: int, note: str = "") -> Any:
        """Give questions, counted from 0, to somebody and return the answer."""
        ids = [str(self.task.questions[place].id) for place in places]
        return await giver.post(self.path, json={"question_ids": ids, "contact_id": str(to.person_id), "note": note})


@pytest.fixture
async def shared(client_for: ClientFor, resources: Resources) -> Shared:
    agent = await client_for("agent", name="Ann Agent")
    anna, ben = await create_contact(resources, "Anna Berg"), await create_contact(resources, "Ben Ode")
    caro = await create_contact(resources, "Caro Lind", "caro.lind@brightpath.example")
    task = await create_task(resources, agent.person_id, {anna: None, ben: [1], caro: []})
    clients = [await client_for.portal(person) for person in (anna, ben, caro)]
    return Shared(task, agent, *clients)


async def test_a_delegated_question_is_the_delegates_alone_until_it_is_taken_back(
    shared: Shared, resources: Resources
) -> None:
    given = await shared.delegate(shared.anna, shared.caro, 0, note="You keep the records.")
    assert given.status_code == 201, given.text
    (made,) = given.json()["delegations"]
    caro = {"contact_id": str(shared.caro.person_id), "name": "Caro Lind"}
    assert made == {
        "id": made["id"],
        "question_id": str(shared.task.questions[0].id),
        "to": caro,
        "from_name": "Anna Berg",
        "note": "You keep the records.",
        "created_at": "2026-03-02T15:00:00Z",
    }
    (question,) = await read_questions(shared.caro, shared.task)
    assert question["delegation"] == {
        "id": made["id"],
        "to": caro,
        "from_name": "Anna Berg",
        "note": "You keep the records.",
        "can_end": False,
    }
    assert question["can_answer"] is True
    hers = await read_questions(shared.anna, shared.task)
    assert [(each["can_answer"], bool(each["delegation"])) for each in hers] == [(False, True), *[(True, False)] * 3]
    assert hers[0]["delegation"]["can_end"] is True
    refused = await shared.anna.put(answers_path(shared.task), json=said(shared.task, "Mine"))
    assert (refused.status_code, refused.json()["code"]) == (409, "answer_delegated")
    assert refused.json()["question_ids"] == [made["question_id"]]
    await save(shared.caro, shared.task, "Payroll")
    assert (await read_questions(shared.anna, shared.task))[0]["answer"]["author_name"] == "Caro Lind"
    assert (await shared.anna.delete(f"{shared.path}/{made['id']}")).status_code == 204
    assert await read_questions(shared.caro, shared.task) == []
    await save(shared.anna, shared.task, "Wages")
    recorded = await read_activity(shared.agent, shared.task.id)
    kinds = [entry["kind"] for entry in recorded]
    assert kinds == ["created", "delegated", "answered", "delegation_ended", "answered"]
    assert recorded[1]["facts"]["to"] == caro


async def test_the_delegate_alone_is_written_to_with_the_note(shared: Shared, resources: Resources) -> None:
    assert (await shared.delegate(shared.anna, shared.caro, 0, 1, note="You keep the records.")).status_code == 201
    await send_due_messages(resources)
    assert resources.catcher is not None
    (mail,) = resources.catcher.mails
    assert list(mail.envelope_to) == ["caro.lind@brightpath.example"]
    assert "You keep the records." in mail.text
    assert "/#/t/" in mail.text
    messages = (await shared.agent.get(f"/api/v1/tickets/{shared.task.id}/messages")).json()["items"]
    assert [message["purpose"] for message in messages] == ["delegation"]


async def test_who_may_delegate_what_to_whom(shared: Shared, client_for: ClientFor, resources: Resources) -> None:
    stranger = await client_for.portal(await create_contact(resources))
    assert (await shared.delegate(stranger, shared.caro, 0)).status_code == 404
    for to in (stranger, shared.ben):
        assert pointers(await shared.delegate(shared.ben, to, 2)) == ["/contact_id"]
    assert pointers(await shared.delegate(shared.ben, shared.caro, 2, 0)) == ["/question_ids/1"]
    assert (await shared.delegate(shared.anna, shared.caro, 0)).status_code == 201
    # Whom a question was given to cannot pass it on, and nobody gives it away twice.
    for giver, to in ((shared.caro, shared.ben), (shared.anna, shared.ben)):
        refused = await shared.delegate(giver, to, 0)
        assert (refused.status_code, refused.json()["code"]) == (409, "answer_delegated")
    question_id = str(shared.task.questions[1].id)
    valid = {"question_ids": [question_id], "contact_id": str(shared.caro.person_id)}
    cases: list[tuple[Any, str | None]] = [
        ({**valid, "question_ids": []}, "/question_ids"),
        ({**valid, "question_ids": [question_id] * 2}, "/question_ids/1"),
        ({**valid, "question_ids": [str(new_id())]}, "/question_ids/0"),
        ({**valid, "contact_id": str(new_id())}, "/contact_id"),
        ({**valid, "note": "x" * 2001}, "/note"),
        ({**valid, "to": "me"}, "/to"),
    ]
    assert await not_refused(shared.anna, "POST", shared.path, cases) == []
    assert [bool(each["delegation"]) for each in await read_questions(shared.anna, shared.task)] == [
        True,
        False,
        False,
        False,
    ]


async def test_a_question_is_taken_back_by_its_delegator_or_by_staff(shared: Shared) -> None:
    given = (await shared.delegate(shared.anna, shared.caro, 0, 2)).json()["delegations"]
    first, second = (each["id"] for each in given)
    # Caro sees both and Ben the second, but neither gave it away; Ben does not know of the first.
    assert (await shared.caro.delete(f"{shared.path}/{first}")).status_code == 403
    assert (await shared.ben.delete(f"{shared.path}/{second}")).status_code == 403
    assert (await shared.ben.delete(f"{shared.path}/{first}")).status_code == 404
    of_staff = f"/api/v1/tickets/{shared.task.id}/delegations"
    assert (await shared.agent.delete(f"{of_staff}/{new_id()}")).status_code == 404
    assert (await shared.agent.delete(f"{of_staff}/{first}")).status_code == 204
    assert (await shared.anna.delete(f"{shared.path}/{first}")).status_code == 404
    assert (await shared.anna.delete(f"{shared.path}/{second}")).status_code == 204
    assert [each["can_answer"] for each in await read_questions(shared.anna, shared.task)] == [True] * 4
    assert (await shared.delegate(shared.anna, shared.ben, 0)).status_code == 201


async def test_nothing_is_delegated_on_a_closed_ticket(shared: Shared, resources: Resources) -> None:
    (made,) = (await shared.delegate(shared.anna, shared.caro, 0)).json()["delegations"]
    closed = {"status": "closed", "resolution": "completed", "closed_at": resources.clock.now()}
    async with resources.engine.begin() as connection:
        await connection.execute(update(tickets).where(tickets.c.id == shared.task.id).values(closed))
    refused = await shared.delegate(shared.anna, shared.caro, 1)
    assert (refused.status_code, refused.json()["code"]) == (409, "ticket_closed")
    kept = await shared.anna.delete(f"{shared.path}/{made['id']}")
    assert (kept.status_code, kept.json()["code"]) == (409, "ticket_closed")


async def test_people_are_the_other_recipients_by_name(
    shared: Shared, client_for: ClientFor, resources: Resources
) -> None:
    people = await shared.ben.get(f"/api/v1/portal/tickets/{shared.task.id}/people")
    assert people.json() == {
        "people": [
            {"contact_id": str(client.person_id), "name": name}
            for client, name in ((shared.anna, "Anna Berg"), (shared.caro, "Caro Lind"))
        ]
    }
    stranger = await client_for.portal(await create_contact(resources))
    assert (await stranger.get(f"/api/v1/portal/tickets/{shared.task.id}/people")).status_code == 404
    corrective = await create_ticket(shared.agent, send="now")
    recipient = await recipient_of(client_for, corrective)
    alone = await recipient.get(f"/api/v1/portal/tickets/{corrective['id']}/people")
    assert alone.json() == {"people": []}
