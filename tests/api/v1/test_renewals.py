"""A sent task asks the newest revision of its compilation: answers stay where the question does."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select
from tests.application import ClientFor, SignedInClient
from tests.factories.compilations import MadeCompilation, create_compilation
from tests.factories.contacts import create_contact
from tests.factories.dispatches import deliver
from tests.factories.documents import MadeDocument, create_document
from tests.factories.tickets import read_ticket, step

from ticketdesk.bootstrap import Resources
from ticketdesk.models.task_contents import ticket_questions

ANNA, BEN = "anna@brightpath.example", "ben@brightpath.example"


@dataclass(frozen=True)
class Sent:
    """A task of two questionnaires: Anna has both, Ben has the second."""

    id: str
    document: MadeDocument
    compilation: MadeCompilation
    anna: SignedInClient


@pytest.fixture
async def agent(client_for: ClientFor) -> SignedInClient:
    return await client_for("agent")


@pytest.fixture
async def sent(agent: SignedInClient, client_for: ClientFor, resources: Resources) -> Sent:
    document = await create_document(resources, created_by_id=agent.person_id)
    asked = {
        "Processing": [document.questions[code] for code in ("name", "purpose")],
        "Storage": [document.questions["retention"]],
    }
    compilation = await create_compilation(resources, agent.person_id, asked)
    anna = await create_contact(resources, "Anna Berg", ANNA)
    ben = await create_contact(resources, "Ben Falk", BEN)
    body = {
        "kind": "task",
        "title": "Yearly review",
        "addressees": [
            {"contact_id": str(anna)},
            {"contact_id": str(ben), "questionnaire_ids": [str(compilation.questionnaires[1])]},
        ],
        "compilation_ids": [str(compilation.id)],
        "send": "now",
    }
    answer = await agent.post("/api/v1/tickets", json=body)
    assert answer.status_code == 201, answer.text
    await deliver(resources)
    return Sent(answer.json()["id"], document, compilation, await client_for.portal(anna))


async def renew(
    staff: SignedInClient, sent: Sent, compilation_id: UUID | None = None, headers: dict[str, str] | None = None
) -> httpx.Response:
    path = f"/api/v1/tickets/{sent.id}/compilations/{compilation_id or sent.compilation.id}/renew"
    return await staff.post(path, headers=headers)


async def asked(client: SignedInClient, sent: Sent) -> dict[str, Any]:
    """Return what is asked in the portal, question → answer."""
    found = (await client.get(f"/api/v1/portal/tickets/{sent.id}/answers")).json()
    questions = [question for each in found["questionnaires"] for question in each["questions"]]
    return {one["text"]: one["answer"] and one["answer"]["value"] for one in questions}


async def answer_everything(sent: Sent) -> None:
    found = (await sent.anna.get(f"/api/v1/portal/tickets/{sent.id}/answers")).json()
    questions = [question for each in found["questionnaires"] for question in each["questions"]]
    answers = [{"question_id": one["id"], "value": 6 if one["kind"] == "number" else "Payroll"} for one in questions]
    saved = await sent.anna.put(f"/api/v1/portal/tickets/{sent.id}/answers", json={"answers": answers})
    assert saved.status_code == 200, saved.text


async def reword(staff: SignedInClient, sent: Sent, code: str, text: str) -> None:
    path = f"/api/v1/documents/{sent.document.id}/questions/{sent.document.questions[code]}"
    answer = await staff.patch(path, json={"text": text})
    assert answer.status_code == 200, answer.text


async def change_items(staff: SignedInClient, sent: Sent, *, drop: UUID, pick: str) -> None:
    """Take a question out of the first questionnaire and put another one in."""
    path = f"/api/v1/compilations/{sent.compilation.id}/questionnaires/{sent.compilation.questionnaires[0]}/items"
    assert (await staff.delete(f"{path}/{drop}")).is_success
    assert (await staff.post(path, json={"question_id": str(sent.document.questions[pick])})).is_success


async def test_answers_stay_where_the_question_does(agent: SignedInClient, sent: Sent, resources: Resources) -> None:
    await answer_everything(sent)
    await reword(agent, sent, "purpose", "What is it good for?")
    await change_items(agent, sent, drop=sent.compilation.items[0][0], pick="sensitive")
    answer = await renew(agent, sent)
    assert answer.status_code == 200, answer.text
    assert await asked(sent.anna, sent) == {
        "What is it good for?": None,
        "Does it take in special categories of data?": None,
        "For how long is it kept?": 6,
    }
    # Only Anna has the questionnaire that changed.
    assert await deliver(resources) == [ANNA]
    ticket = answer.json()
    assert (ticket["sendings"], ticket["compilations"][0]["revision"]) == (2, 2)
    entries = (await agent.get(f"/api/v1/tickets/{sent.id}/activity", params={"limit": 200})).json()["items"]
    (renewed,) = [entry["facts"] for entry in entries if entry["kind"] == "content_renewed"]
    counts = {name: renewed[name] for name in ("from", "to", "kept", "added", "withdrawn")}
    assert counts == {"from": 1, "to": 2, "kept": 1, "added": 2, "withdrawn": 2}
    async with resources.engine.connect() as connection:
        of_ticket = select(ticket_questions.c.withdrawn_at).where(ticket_questions.c.ticket_id == UUID(sent.id))
        assert len([1 for row in await connection.execute(of_ticket) if row.withdrawn_at]) == 2


async def test_a_questionnaire_comes_and_another_goes(agent: SignedInClient, sent: Sent, resources: Resources) -> None:
    path = f"/api/v1/compilations/{sent.compilation.id}/questionnaires"
    assert (await agent.delete(f"{path}/{sent.compilation.questionnaires[1]}")).is_success
    added = (await agent.post(path, json={"name": "Evidence"})).json()
    fresh = next(each for each in added["questionnaires"] if each["name"] == "Evidence")["id"]
    item = {"question_id": str(sent.document.questions["reviewed"])}
    assert (await agent.post(f"{path}/{fresh}/items", json=item)).is_success
    assert (await renew(agent, sent)).status_code == 200
    assert list(await asked(sent.anna, sent)) == [
        "What is the processing called?",
        "What is it for?",
        "When was it reviewed last?",
    ]
    # Ben is told that what he had is asked no more.
    assert sorted(await deliver(resources)) == [ANNA, BEN]


async def test_what_asks_the_newest_revision_stays_as_it_is(
    agent: SignedInClient, sent: Sent, resources: Resources
) -> None:
    before = await read_ticket(agent, sent.id)
    for _ in range(2):
        answer = await renew(agent, sent)
        assert (answer.status_code, answer.json()) == (200, before)
    assert await deliver(resources) == []


async def test_it_is_refused(agent: SignedInClient, sent: Sent, resources: Resources) -> None:
    other = await create_compilation(resources, agent.person_id, {"Other": [sent.document.questions["name"]]})
    assert (await renew(agent, sent, other.id)).status_code == 404
    stale = await renew(agent, sent, headers={"If-Match": '"99"'})
    assert stale.status_code == 412
    assert (await step(agent, sent.id, "close")).is_success
    closed = await renew(agent, sent)
    assert (closed.status_code, closed.json()["code"]) == (409, "ticket_closed")
