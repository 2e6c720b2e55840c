"""Words on a ticket: what is public reaches its recipient, what is internal never leaves the desk."""

import pytest
from tests.application import ClientFor, SignedInClient
from tests.factories.tickets import create_ticket, read_ticket, recipient_of, ticket_in

from ticketdesk.bootstrap import Resources
from ticketdesk.jobs.deliveries import send_due_messages
from ticketdesk.jobs.outbox import hand_out_due_events

CANARY = "canary-7f3a"


@pytest.fixture
async def agent(client_for: ClientFor) -> SignedInClient:
    return await client_for("agent", name="Ann Agent")


async def test_internal_words_stay_inside(agent: SignedInClient, client_for: ClientFor, resources: Resources) -> None:
    ticket = await ticket_in("comment_added", agent, client_for)
    url = f"/api/v1/tickets/{ticket['id']}"
    note = {"body": f"Told legal: {CANARY}", "visibility": "internal"}
    answer = await agent.post(f"{url}/comments", json=note)
    assert (answer.status_code, answer.json()["visibility"]) == (201, "internal")
    assert (await read_ticket(agent, ticket["id"]))["status"] == "comment_added"
    assert (await agent.post(f"{url}/comments", json={"body": "The second one."})).status_code == 201
    await send_due_messages(resources)
    recipient = await recipient_of(client_for, ticket)
    shown = await recipient.get(f"/api/v1/portal/tickets/{ticket['id']}")
    assert "The second one." in shown.text
    assert resources.catcher is not None
    for outside in (shown.text, *(mail.raw.decode() + mail.text + mail.html for mail in resources.catcher.mails)):
        assert CANARY not in outside
    bodies = [c["body"] for c in (await agent.get(f"{url}/comments")).json()["items"]]
    assert bodies == ["Which sentence do you mean?", note["body"], "The second one."]


async def test_the_portal_takes_no_internal_words(agent: SignedInClient, client_for: ClientFor) -> None:
    ticket = await create_ticket(agent, send="now")
    recipient = await recipient_of(client_for, ticket)
    url = f"/api/v1/portal/tickets/{ticket['id']}/comments"
    refused = await recipient.post(url, json={"body": "x", "visibility": "internal"})
    assert refused.status_code == 422
    assert (await recipient.post(url, json={"body": "  "})).status_code == 422
    assert (await recipient.post(url, json={"body": "a\x00b"})).status_code == 422
    assert (await read_ticket(agent, ticket["id"]))["status"] == "pending_correction"


async def test_a_closed_corrective_ticket_takes_no_more_words_from_outside(
    agent: SignedInClient, client_for: ClientFor
) -> None:
    ticket = await ticket_in("closed", agent, client_for)
    recipient = await recipient_of(client_for, ticket)
    answer = await recipient.post(f"/api/v1/portal/tickets/{ticket['id']}/comments", json={"body": "But"})
    assert (answer.status_code, answer.json()["code"]) == (409, "ticket_closed")


async def test_staff_are_told_of_words_and_completion(
    agent: SignedInClient, client_for: ClientFor, resources: Resources
) -> None:
    ticket = await ticket_in("comment_added", agent, client_for)
    recipient = await recipient_of(client_for, ticket)
    done = {"action": "complete"}
    assert (await recipient.post(f"/api/v1/portal/tickets/{ticket['id']}/transitions", json=done)).is_success
    await hand_out_due_events(resources)
    await hand_out_due_events(resources)
    told = (await agent.get("/api/v1/notifications")).json()["items"]
    assert len(told) == 2
    assert {one["ticket_id"] if "ticket_id" in one else one["ticket"]["id"] for one in told} == {ticket["id"]}
    other = await client_for("agent")
    assert (await other.get("/api/v1/notifications")).json()["items"] == []
