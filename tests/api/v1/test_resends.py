"""Sending a task again: to all or to some, counted, recorded, and only while it is open."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select
from tests.application import ClientFor, FrozenClock, SignedInClient
from tests.factories.contacts import create_contact
from tests.factories.dispatches import deliver
from tests.factories.tasks import Task, create_task
from tests.factories.tickets import create_ticket, read_activity, step

from ticketdesk.bootstrap import Resources
from ticketdesk.models.tickets import tickets

ANNA, BEN = "anna@brightpath.example", "ben@brightpath.example"


@pytest.fixture
async def agent(client_for: ClientFor) -> SignedInClient:
    return await client_for("agent")


@pytest.fixture
async def task(agent: SignedInClient, resources: Resources) -> Task:
    people = [await create_contact(resources, "Anna Berg", ANNA), await create_contact(resources, "Ben Falk", BEN)]
    return await create_task(resources, agent.person_id, dict.fromkeys(people), due_on=date(2026, 3, 18))


async def resend(staff: SignedInClient, ticket_id: object, headers: Any = None, **body: Any) -> httpx.Response:
    return await staff.post(f"/api/v1/tickets/{ticket_id}/resend", json=body, headers=headers)


async def counted(resources: Resources, task: Task) -> tuple[int, datetime]:
    wanted = select(tickets.c.sendings, tickets.c.last_sending_at).where(tickets.c.id == task.id)
    async with resources.engine.connect() as connection:
        sendings, at = (await connection.execute(wanted)).one()
    return sendings, at


async def test_it_goes_to_all_and_counts_as_a_sending(
    agent: SignedInClient, task: Task, resources: Resources, clock: FrozenClock
) -> None:
    clock.set(datetime(2026, 3, 4, 10, tzinfo=UTC))
    answer = await resend(agent, task.id)
    assert answer.status_code == 200
    assert answer.headers["etag"].startswith(f'"{answer.json()["version"]}-')
    assert await deliver(resources) == [ANNA, BEN]
    assert resources.catcher is not None
    assert "asks you to answer questions" in resources.catcher.to(BEN)[0].text
    assert await counted(resources, task) == (2, clock.now())
    entries = await read_activity(agent, task.id)
    (resent,) = [entry for entry in entries if entry["kind"] == "resent"]
    assert resent["facts"] == {"addresses": [ANNA, BEN], "sendings": 2}


async def test_it_goes_to_those_who_are_named_and_no_reminder_follows_on_the_same_day(
    agent: SignedInClient, task: Task, resources: Resources, clock: FrozenClock
) -> None:
    clock.set(datetime(2026, 3, 11, 10, tzinfo=UTC))
    ben = str(task.contact_ids[1])
    answer = await resend(agent, task.id, contact_ids=[ben, ben])
    assert await deliver(resources) == [BEN]
    # A week before the due date is today.
    assert answer.json()["next_reminder_at"] == "2026-03-17T14:00:00Z"


async def test_who_is_no_recipient_is_named(agent: SignedInClient, task: Task, resources: Resources) -> None:
    stranger = await create_contact(resources, "Sam Strange")
    answer = await resend(agent, task.id, contact_ids=[str(task.contact_ids[0]), str(stranger)])
    assert answer.status_code == 422
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [
        ("/contact_ids/1", "unknown_reference")
    ]
    assert (await resend(agent, task.id, contact_ids=[])).status_code == 422
    assert await deliver(resources) == []


async def test_it_holds_to_the_version_that_was_seen(agent: SignedInClient, task: Task, resources: Resources) -> None:
    assert (await resend(agent, task.id, {"If-Match": '"99"'})).status_code == 412
    assert await counted(resources, task) == (1, resources.clock.now())


async def test_only_open_tasks_are_sent_again(agent: SignedInClient, task: Task) -> None:
    async def refused(ticket_id: UUID | str) -> tuple[int, str]:
        answer = await resend(agent, ticket_id)
        return answer.status_code, answer.json()["code"]

    correction = await create_ticket(agent, send="now")
    assert await refused(correction["id"]) == (409, "not_a_task")
    assert (await step(agent, str(task.id), "close")).is_success
    assert await refused(task.id) == (409, "ticket_closed")
    assert (await agent.put(f"/api/v1/tickets/{task.id}/archive")).is_success
    assert await refused(task.id) == (409, "ticket_archived")
