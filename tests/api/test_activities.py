"""The record of a ticket: complete, exportable, and every tampering shows."""

import csv
import io
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from tests.application import ClientFor, FrozenClock, SignedInClient
from tests.factories.tickets import create_ticket, portal_step, read_activity, recipient_of, step, ticket_in

from ticketdesk.bootstrap import Resources
from ticketdesk.jobs.deliveries import send_due_messages
from ticketdesk.services import activities

TAMPERING = {
    "UPDATE activities SET facts = '{}' WHERE seq = 2": 2,
    "UPDATE activities SET actor_name = 'Nobody' WHERE seq = 1": 1,
    "UPDATE activities SET occurred_at = occurred_at + interval '1 microsecond' WHERE seq = 3": 3,
    "DELETE FROM activities WHERE seq = 2": 2,
    "DELETE FROM activities WHERE seq = 3": 3,
    "UPDATE activities SET seq = CASE seq WHEN 1 THEN 12 ELSE 11 END WHERE seq IN (1, 2)": 1,
}


@pytest.fixture
async def agent(client_for: ClientFor) -> SignedInClient:
    return await client_for("agent", name="Ann Agent")


async def broken(resources: Resources) -> list[tuple[UUID, int]]:
    async with resources.unit_of_work() as uow:
        found = [chain async for _, chain in activities.verify_all(uow)]
    return [(chain.ticket_id, chain.broken.seq) for chain in found if chain is not None]


@pytest.mark.parametrize(("statement", "seq"), TAMPERING.items())
async def test_tampering_by_the_owner_of_the_database_shows(
    agent: SignedInClient, client_for: ClientFor, resources: Resources, statement: str, seq: int
) -> None:
    ticket = await create_ticket(agent)
    await step(agent, ticket["id"], "send")
    await agent.post(f"/api/v1/tickets/{ticket['id']}/comments", json={"body": "Hello"})
    assert await broken(resources) == []
    async with resources.engine.begin() as connection:
        await connection.execute(text("ALTER TABLE activities DISABLE TRIGGER USER"))
        await connection.execute(text(statement))
    assert await broken(resources) == [(UUID(ticket["id"]), seq)]
    report = (await agent.get(f"/api/v1/tickets/{ticket['id']}/report")).json()
    assert report["is_intact"] is False


async def test_deleted_tickets_are_verified_too(
    agent: SignedInClient, client_for: ClientFor, resources: Resources
) -> None:
    lead = await client_for("lead")
    ticket = await create_ticket(agent)
    assert (await lead.delete(f"/api/v1/tickets/{ticket['id']}")).status_code == 204
    async with resources.engine.begin() as connection:
        await connection.execute(text("ALTER TABLE activities DISABLE TRIGGER USER"))
        await connection.execute(text("DELETE FROM activities WHERE seq = 2"))
    assert await broken(resources) == [(UUID(ticket["id"]), 2)]


async def test_the_report_has_everything(agent: SignedInClient, client_for: ClientFor, resources: Resources) -> None:
    ticket = await ticket_in("comment_added", agent, client_for)
    await send_due_messages(resources)
    recipient = await recipient_of(client_for, ticket)
    await recipient.get(f"/api/v1/portal/tickets/{ticket['id']}")
    await step(agent, ticket["id"], "close", reason="=HYPERLINK(1)")
    report = (await agent.get(f"/api/v1/tickets/{ticket['id']}/report")).json()
    assert report["is_intact"] is True
    assert report["ticket"]["status"] == "closed"
    assert [entry["kind"] for entry in report["activity"]] == [
        "created", "commented", "message_sent", "viewed", "closed",
    ]  # fmt: skip
    assert [comment["body"] for comment in report["comments"]] == ["Which sentence do you mean?"]
    # The clock stood still; the closing was the answer.
    waited = {"staff_hours": 0, "client_hours": 0, "check_hours": 0}
    assert report["turnaround"] == {**waited, "round_trips": 1}
    assert [(m["purpose"], m["state"]) for m in report["messages"]] == [("assignment", "sent"), ("close", "queued")]

    answer = await agent.get(f"/api/v1/tickets/{ticket['id']}/report", headers={"Accept": "text/csv"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["kind"] for row in rows] == [entry["kind"] for entry in report["activity"]]
    assert rows[1]["comment"] == "Which sentence do you mean?"
    # A spreadsheet must not run what somebody typed.
    assert rows[4]["reason"] == "'=HYPERLINK(1)"


async def test_the_report_says_whom_the_ticket_waited_for(
    agent: SignedInClient, client_for: ClientFor, clock: FrozenClock
) -> None:
    ticket = await create_ticket(agent)
    clock.advance(timedelta(hours=30))
    url = f"/api/v1/tickets/{ticket['id']}/report"
    assert (await agent.get(url)).json()["turnaround"]["client_hours"] == 0
    ticket = await create_ticket(agent, send="now")
    recipient = await recipient_of(client_for, ticket)
    clock.advance(timedelta(hours=2))
    await recipient.post(f"/api/v1/portal/tickets/{ticket['id']}/comments", json={"body": "Which one?"})
    clock.advance(timedelta(minutes=45))
    await agent.post(f"/api/v1/tickets/{ticket['id']}/comments", json={"body": "The second.", "visibility": "public"})
    clock.advance(timedelta(hours=1))
    await portal_step(recipient, ticket["id"], "complete")
    clock.advance(timedelta(hours=4))
    found = (await agent.get(f"/api/v1/tickets/{ticket['id']}/report")).json()["turnaround"]
    assert found == {"staff_hours": 0.75, "client_hours": 3, "check_hours": 4, "round_trips": 1}


async def test_a_look_is_recorded_once_after_each_mail(
    agent: SignedInClient, client_for: ClientFor, resources: Resources
) -> None:
    ticket = await create_ticket(agent, send="now")
    recipient = await recipient_of(client_for, ticket)
    url = f"/api/v1/portal/tickets/{ticket['id']}"
    for _ in range(3):
        assert (await recipient.get(url)).status_code == 200
    entries = await read_activity(agent, ticket["id"])
    assert [entry["kind"] for entry in entries] == ["created", "viewed"]
    assert entries[1]["actor"]["name"] == "Anna Berg"
