"""The card of a contact, and the list of their tickets."""

from datetime import timedelta
from typing import Any

import pytest
from tests.application import ClientFor, FrozenClock, SignedInClient
from tests.factories.contacts import create_contact
from tests.factories.tickets import create_ticket, portal_step, recipient_of, step
from tests.statements import noted_statements

from ticketdesk.bootstrap import Resources

MISSING = "01978c1e-5f3a-7c00-8000-000000000000"
ACTIONS = [{"text": "Edit the post"}, {"text": "Send a screenshot"}]


@pytest.fixture
async def agent(client_for: ClientFor) -> SignedInClient:
    return await client_for("agent", name="Ann Agent")


@pytest.fixture
async def contact_id(resources: Resources) -> str:
    return str(await create_contact(resources, "Anna Berg", "anna.berg@brightpath.example"))


async def read_card(client: SignedInClient, contact_id: str) -> dict[str, Any]:
    answer = await client.get(f"/api/v1/contacts/{contact_id}/card")
    assert answer.status_code == 200, answer.text
    card: dict[str, Any] = answer.json()
    return card


async def test_the_card_counts_and_lists_what_is_open(
    client_for: ClientFor, agent: SignedInClient, contact_id: str, clock: FrozenClock
) -> None:
    about = {"contact_id": contact_id, "requested_actions": ACTIONS}
    pending = await create_ticket(agent, title="Pending", send="now", **about)
    completed = await create_ticket(agent, title="Completed", send="now", **about)
    held = await create_ticket(agent, title="Held", **about)
    closed = await create_ticket(agent, title="Closed", send="now", **about)
    archived = await create_ticket(agent, title="Archived", send="now", **about)
    await create_ticket(agent, title="Of somebody else", send="now", recipient={"name": "B", "email": "b@x.example"})
    assert (await step(agent, closed["id"], "close", reason="Done")).is_success
    assert (await agent.put(f"/api/v1/tickets/{archived['id']}/archive")).is_success
    recipient = await recipient_of(client_for, completed)
    line = completed["requested_actions"][0]["id"]
    ticked = f"/api/v1/portal/tickets/{completed['id']}/requested-actions/{line}"
    assert (await recipient.patch(ticked, json={"is_done": True})).is_success
    clock.advance(timedelta(hours=1))
    assert (await portal_step(recipient, completed["id"], "complete")).is_success
    card = await read_card(agent, contact_id)
    assert (card["contact"]["id"], card["contact"]["name"]) == (contact_id, "Anna Berg")
    assert (card["open_ticket_count"], card["open_action_count"], card["held_ticket_count"]) == (2, 3, 1)
    assert [ticket["id"] for ticket in card["held_tickets"]] == [held["id"]]
    assert card["held_tickets"][0]["status_color"] == "purple"
    first, second = card["tickets"]
    assert (first["id"], second["id"]) == (pending["id"], completed["id"])
    assert second == {
        "id": completed["id"],
        "number": completed["number"],
        "title": "Completed",
        "status": "pending_verification",
        "status_label": "Pending Verification",
        "status_color": "yellow",
        "created_at": "2026-03-02T15:00:00Z",
        "open_action_count": 1,
        "last_update": {"at": "2026-03-02T16:00:00Z", "by": "Anna Berg", "kind": "completed"},
        "allowed_actions": ["reply", "return", "close"],
    }


async def test_who_has_nothing_open_has_an_empty_card(agent: SignedInClient, contact_id: str) -> None:
    card = await read_card(agent, contact_id)
    assert card.pop("contact")["email"] == "anna.berg@brightpath.example"
    assert card == {
        "open_ticket_count": 0,
        "open_action_count": 0,
        "held_ticket_count": 0,
        "tickets": [],
        "held_tickets": [],
    }


async def test_a_card_takes_few_statements_however_many_tickets(
    agent: SignedInClient, contact_id: str, resources: Resources
) -> None:
    for send in ("now", "later"):
        await create_ticket(agent, contact_id=contact_id, send=send)
    async with noted_statements(resources) as few:
        await read_card(agent, contact_id)
    for send in ("now", "later") * 3:
        await create_ticket(agent, contact_id=contact_id, send=send)
    async with noted_statements(resources) as many:
        await read_card(agent, contact_id)
    assert len(many) == len(few) <= 8


async def test_the_list_has_all_but_archived_tickets_oldest_first(agent: SignedInClient, contact_id: str) -> None:
    held = await create_ticket(agent, contact_id=contact_id)
    closed = await create_ticket(agent, contact_id=contact_id, send="now")
    archived = await create_ticket(agent, contact_id=contact_id, send="now")
    await create_ticket(agent, recipient={"name": "Ben Ode", "email": "ben.ode@brightpath.example"})
    assert (await step(agent, closed["id"], "close", reason="Done")).is_success
    assert (await agent.put(f"/api/v1/tickets/{archived['id']}/archive")).is_success
    path = f"/api/v1/contacts/{contact_id}/tickets"
    first = (await agent.get(path, params={"limit": 1})).json()
    rest = (await agent.get(path, params={"limit": 1, "cursor": first["next_cursor"]})).json()
    assert [first["items"][0]["id"], rest["items"][0]["id"]] == [held["id"], closed["id"]]
    assert rest["next_cursor"] is None


async def test_who_may_see_a_card(client_for: ClientFor, anonymous: SignedInClient, contact_id: str) -> None:
    callers = [(await client_for(role), 200) for role in ("admin", "lead", "agent", "auditor")]
    callers += [(await client_for("guest"), 404), (anonymous, 401)]
    for client, status in callers:
        for path in ("card", "tickets"):
            assert (await client.get(f"/api/v1/contacts/{contact_id}/{path}")).status_code == status


async def test_a_recipient_never_sees_a_card_not_even_their_own(client_for: ClientFor, agent: SignedInClient) -> None:
    ticket = await create_ticket(agent, send="now")
    recipient = await recipient_of(client_for, ticket)
    for path in ("card", "tickets"):
        assert (await recipient.get(f"/api/v1/contacts/{recipient.person_id}/{path}")).status_code == 404


async def test_a_key_for_contacts_alone_gets_no_card(
    client_for: ClientFor, agent: SignedInClient, contact_id: str
) -> None:
    made = await agent.post("/api/v1/api-keys", json={"name": "Sync", "scopes": ["contacts:read"]})
    key = await client_for.bearing(made.json()["key"])
    assert (await key.get(f"/api/v1/contacts/{contact_id}")).status_code == 200
    answer = await key.get(f"/api/v1/contacts/{contact_id}/card")
    assert (answer.status_code, answer.json()["required"]) == (403, "tickets:read")


async def test_who_does_not_exist_has_no_card(agent: SignedInClient) -> None:
    for path in ("card", "tickets"):
        assert (await agent.get(f"/api/v1/contacts/{MISSING}/{path}")).status_code == 404
        assert (await agent.get(f"/api/v1/contacts/seven/{path}")).status_code == 422
