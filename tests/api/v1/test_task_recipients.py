"""People who come to a task or leave it over HTTP: who is mailed, and what is theirs no more."""

from uuid import UUID

import pytest
from sqlalchemy import insert, select
from tests.application import ClientFor, SignedInClient
from tests.factories.compilations import MadeCompilation
from tests.factories.contacts import create_contact
from tests.factories.dispatches import deliver
from tests.factories.task_tickets import create_review, create_task_ticket
from tests.factories.tasks import create_task
from tests.factories.tickets import create_ticket, read_activity, step
from tests.refusals import errors_of

from ticketdesk.bootstrap import Resources
from ticketdesk.models.answers import delegations
from ticketdesk.repositories.base import new_id
from ticketdesk.services.activities import verify_all

MISSING = "01978c1e-5f3a-7c00-8000-000000000000"


@pytest.fixture
async def agent(client_for: ClientFor) -> SignedInClient:
    return await client_for("agent", name="Ann Agent")


@pytest.fixture
async def review(resources: Resources, agent: SignedInClient) -> MadeCompilation:
    return await create_review(resources, agent.person_id)


async def test_whoever_joins_a_sent_task_is_mailed_alone_and_whoever_leaves_sees_it_no_more(
    agent: SignedInClient, resources: Resources, client_for: ClientFor, review: MadeCompilation
) -> None:
    task = await create_task_ticket(agent, review, addressees=[{"email": "anna@brightpath.example"}], send="now")
    assert await deliver(resources) == ["anna@brightpath.example"]
    path = f"/api/v1/tickets/{task['id']}/recipients"
    part = [str(review.questionnaires[1])]
    added = await agent.post(path, json={"email": "ben@brightpath.example", "questionnaire_ids": part})
    assert added.status_code == 201, added.text
    assert await deliver(resources) == ["ben@brightpath.example"]
    anna, ben = added.json()["recipients"]
    assert (ben["has_all_questionnaires"], ben["questionnaire_ids"]) == (False, part)
    kinds = [entry["kind"] for entry in await read_activity(agent, task["id"])]
    assert kinds == ["created", "invited", "message_sent", "recipient_added", "invited", "message_sent"]
    twice = await agent.post(path, json={"contact_id": ben["contact_id"]})
    assert (twice.status_code, twice.json()["code"]) == (409, "already_recipient")
    unknown = await agent.post(path, json={"email": "cleo@brightpath.example", "questionnaire_ids": [MISSING]})
    assert errors_of(unknown) == {"/questionnaire_ids/0": "unknown_reference"}
    outside = await client_for.portal(UUID(anna["contact_id"]))
    assert (await outside.get(f"/api/v1/portal/tickets/{task['id']}")).status_code == 200
    left = await agent.delete(f"{path}/{anna['contact_id']}")
    assert [one["contact_id"] for one in left.json()["recipients"]] == [ben["contact_id"]]
    assert left.json()["contact"]["id"] == ben["contact_id"]
    assert (await outside.get(f"/api/v1/portal/tickets/{task['id']}")).status_code == 404
    last = await agent.delete(f"{path}/{ben['contact_id']}")
    assert (last.status_code, last.json()["code"]) == (409, "last_recipient")
    assert (await agent.delete(f"{path}/{anna['contact_id']}")).status_code == 404
    async with resources.unit_of_work() as uow:
        assert {broken async for _, broken in verify_all(uow)} == {None}


async def test_a_mail_that_waits_for_whoever_left_is_not_sent(
    agent: SignedInClient, resources: Resources, review: MadeCompilation
) -> None:
    people = [{"email": "anna@brightpath.example"}, {"email": "ben@brightpath.example"}]
    task = await create_task_ticket(agent, review, addressees=people, send="now")
    anna = task["recipients"][0]["contact_id"]
    assert (await agent.delete(f"/api/v1/tickets/{task['id']}/recipients/{anna}")).is_success
    assert await deliver(resources) == ["ben@brightpath.example"]
    found = (await agent.get(f"/api/v1/tickets/{task['id']}/messages")).json()["items"]
    assert [one["state"] for one in found] == ["cancelled", "sent"]


async def test_delegations_end_with_whoever_leaves(agent: SignedInClient, resources: Resources) -> None:
    anna, ben, cleo = [await create_contact(resources, name) for name in ("Anna", "Ben", "Cleo")]
    task = await create_task(resources, agent.person_id, {anna: None, ben: [], cleo: None})
    pairs = ((anna, ben), (ben, cleo), (cleo, anna))
    rows = [
        {
            "id": new_id(),
            "ticket_id": task.id,
            "ticket_question_id": question.id,
            "from_contact_id": giver,
            "to_contact_id": taker,
            "created_at": resources.clock.now(),
        }
        for question, (giver, taker) in zip(task.questions, pairs, strict=False)
    ]
    async with resources.engine.begin() as connection:
        await connection.execute(insert(delegations), rows)
    assert (await agent.delete(f"/api/v1/tickets/{task.id}/recipients/{ben}")).is_success
    async with resources.engine.connect() as connection:
        standing = select(delegations.c.id).where(delegations.c.ended_at.is_(None))
        assert (await connection.execute(standing)).scalars().all() == [rows[2]["id"]]
    facts = (await read_activity(agent, str(task.id)))[-1]["facts"]
    assert set(facts["ended_delegation_ids"]) == {str(row["id"]) for row in rows[:2]}


async def test_people_come_and_go_on_a_draft(
    agent: SignedInClient, resources: Resources, review: MadeCompilation
) -> None:
    draft = await create_task_ticket(agent, review)
    path = f"/api/v1/tickets/{draft['id']}/recipients"
    added = (await agent.post(path, json={"email": "anna@brightpath.example"})).json()
    assert added["contact"]["email"] == "anna@brightpath.example"
    left = (await agent.delete(f"{path}/{added['contact']['id']}")).json()
    assert (left["contact"], left["recipients"]) == (None, [])
    assert await deliver(resources) == []


async def test_only_tasks_that_go_on_take_and_lose_people(
    agent: SignedInClient, resources: Resources, client_for: ClientFor
) -> None:
    body = {"email": "ben@brightpath.example"}
    corrective = await create_ticket(agent)
    refused = await agent.post(f"/api/v1/tickets/{corrective['id']}/recipients", json=body)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_a_task")
    task = await create_task(resources, agent.person_id)
    path = f"/api/v1/tickets/{task.id}"
    assert (await step(agent, str(task.id), "close")).is_success
    assert (await agent.post(f"{path}/recipients", json=body)).json()["code"] == "ticket_closed"
    assert (await agent.put(f"{path}/archive")).is_success
    for answer in (
        await agent.post(f"{path}/recipients", json=body),
        await agent.delete(f"{path}/recipients/{task.contact_ids[0]}"),
        await agent.patch(path, json={"due_on": "2026-05-04"}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "ticket_archived")
    assert (await agent.delete(f"{path}/archive")).json()["archived"] is False
    lead = await client_for("lead")
    assert (await agent.delete(path)).status_code == 403
    assert (await lead.delete(path)).status_code == 204
    outside = await client_for.portal(task.contact_ids[0])
    assert (await outside.get(f"/api/v1/portal/tickets/{task.id}")).status_code == 404
