"""What a recipient sees and may do: their own tickets, nothing of the desk's inside, nobody else's."""

import asyncio
from datetime import date
from typing import Any

import pytest
from tests.application import ClientFor, SignedInClient
from tests.factories.contacts import create_contact
from tests.factories.tasks import create_task
from tests.factories.tickets import (
    create_ticket,
    portal_step,
    read_activity,
    read_ticket,
    recipient_of,
    step,
    ticket_in,
)
from tests.factories.users import create_team

from ticketdesk.bootstrap import Resources

BO = {"name": "Bo Lind", "email": "bo@lind.example"}
SUMMARY = {
    "id", "number", "title", "status", "status_label", "status_color", "created_at", "sent_at", "updated_at",
    "closed_at", "due_on", "open_action_count",
}  # fmt: skip
FULL = SUMMARY | {
    "kind", "description", "item", "requested_actions", "violation_categories", "comments", "sender",
    "allowed_actions", "version", "category", "product",
}  # fmt: skip


@pytest.fixture
async def agent(client_for: ClientFor, resources: Resources) -> SignedInClient:
    client = await client_for("agent", name="Ann Agent")
    await create_team(resources, "Compliance", client.person_id)
    return client


async def test_a_recipient_sees_what_is_asked_and_no_more(agent: SignedInClient, client_for: ClientFor) -> None:
    ticket = await create_ticket(agent, send="now", requested_actions=[{"text": "Edit", "note": "Today"}])
    recipient = await recipient_of(client_for, ticket)
    answer = await recipient.get(f"/api/v1/portal/tickets/{ticket['id']}")
    shown = answer.json()
    assert answer.headers["etag"].startswith(f'"{shown["version"]}-')
    assert set(shown) == FULL
    assert shown["sender"] == {"name": "Ann Agent", "team": "Compliance"}
    assert shown["allowed_actions"] == ["comment", "complete"]
    assert [(a["text"], a["note"], a["is_done"]) for a in shown["requested_actions"]] == [("Edit", "Today", False)]
    listed = (await recipient.get("/api/v1/portal/tickets")).json()["items"]
    assert [set(one) for one in listed] == [SUMMARY]


async def test_the_list_has_closed_tickets_and_no_held_ones(agent: SignedInClient, client_for: ClientFor) -> None:
    first = await ticket_in("closed", agent, client_for)
    held = await create_ticket(agent)
    second = await create_ticket(agent, send="now")
    await create_ticket(agent, send="now", recipient=BO)
    withdrawn = await create_ticket(agent)
    await step(agent, withdrawn["id"], "close", reason="Never sent")
    recipient = await recipient_of(client_for, first)
    listed = (await recipient.get("/api/v1/portal/tickets")).json()["items"]
    assert [one["id"] for one in listed] == [first["id"], second["id"]]
    for hidden in (held, withdrawn):
        assert (await recipient.get(f"/api/v1/portal/tickets/{hidden['id']}")).status_code == 404


async def test_everything_of_somebody_else_is_not_found(agent: SignedInClient, client_for: ClientFor) -> None:
    mine = await create_ticket(agent, send="now", requested_actions=[{"text": "Edit"}])
    theirs = await create_ticket(agent, send="now", recipient=BO, requested_actions=[{"text": "Edit"}])
    recipient = await recipient_of(client_for, mine)
    url, action = f"/api/v1/portal/tickets/{theirs['id']}", theirs["requested_actions"][0]["id"]
    for answer in (
        await recipient.get(url),
        await recipient.post(f"{url}/comments", json={"body": "x"}),
        await portal_step(recipient, theirs["id"], "complete"),
        await recipient.patch(f"{url}/requested-actions/{action}", json={"is_done": True}),
        # An action of somebody else's below a ticket of one's own.
        await recipient.patch(
            f"/api/v1/portal/tickets/{mine['id']}/requested-actions/{action}", json={"is_done": True}
        ),
    ):
        assert answer.status_code == 404
    assert await read_ticket(agent, theirs["id"]) == theirs
    for forbidden in ("/api/v1/tickets", f"/api/v1/tickets/{mine['id']}", "/api/v1/contacts", "/api/v1/messages"):
        assert (await recipient.get(forbidden)).status_code == 404


async def test_lines_are_ticked_one_by_one(agent: SignedInClient, client_for: ClientFor) -> None:
    ticket = await create_ticket(agent, send="now", requested_actions=[{"text": "A"}, {"text": "B"}])
    recipient = await recipient_of(client_for, ticket)
    first = ticket["requested_actions"][0]["id"]
    url = f"/api/v1/portal/tickets/{ticket['id']}/requested-actions/{first}"

    async def tick(is_done: Any) -> Any:
        return await recipient.patch(url, json={"is_done": is_done})

    ticked = await tick(True)
    assert (ticked.status_code, ticked.json()["is_done"]) == (200, True)
    assert (await tick(True)).json() == ticked.json()
    seen = await read_ticket(agent, ticket["id"])
    assert [(a["is_done"], a["done_by"]) for a in seen["requested_actions"]] == [(True, "Anna Berg"), (False, None)]
    assert (seen["status"], seen["open_action_count"]) == ("pending_correction", 1)
    assert (await tick(False)).json()["done_at"] is None
    assert (await tick(1)).status_code == 422
    entries = await read_activity(agent, ticket["id"])
    assert [entry["kind"] for entry in entries] == ["created", "action_ticked", "action_unticked"]
    await step(agent, ticket["id"], "close", reason="Done by phone")
    assert (await tick(True)).json()["code"] == "ticket_closed"


@pytest.mark.parametrize("action", ["close", "reopen"])
async def test_closing_and_reopening_a_correction_is_for_staff(
    agent: SignedInClient, client_for: ClientFor, action: str
) -> None:
    ticket = await ticket_in("closed" if action == "reopen" else "pending_correction", agent, client_for)
    recipient = await recipient_of(client_for, ticket)
    answer = await portal_step(recipient, ticket["id"], action)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")


async def test_every_addressee_may_close_a_task_and_open_it_again(
    agent: SignedInClient, client_for: ClientFor, resources: Resources
) -> None:
    people = [await create_contact(resources, name) for name in ("Anna Berg", "Ben Falk")]
    task = await create_task(resources, agent.person_id, dict.fromkeys(people), due_on=date(2026, 3, 18))
    anna, ben = [await client_for.portal(contact_id) for contact_id in people]
    seen = (await anna.get(f"/api/v1/portal/tickets/{task.id}")).json()
    assert (seen["due_on"], seen["allowed_actions"]) == ("2026-03-18", ["comment", "close"])
    for client, action, status, following in (
        (anna, "close", "closed", ["reopen"]),
        (ben, "reopen", "open", ["comment", "close"]),
    ):
        answer = await portal_step(client, str(task.id), action, comment="So be it")
        assert (answer.json()["status"], answer.json()["allowed_actions"]) == (status, following)
    refused = await portal_step(ben, str(task.id), "reopen")
    assert (refused.status_code, refused.json()["code"]) == (409, "invalid_transition")
    stranger = await client_for.portal(await create_contact(resources, "Sam Strange"))
    assert (await portal_step(stranger, str(task.id), "close")).status_code == 404


async def test_completing_twice_at_once_is_one_completion(agent: SignedInClient, client_for: ClientFor) -> None:
    ticket = await create_ticket(agent, send="now")
    recipient = await recipient_of(client_for, ticket)
    answers = await asyncio.gather(*(portal_step(recipient, ticket["id"], "complete") for _ in range(4)))
    assert {(answer.status_code, answer.json()["status"]) for answer in answers} == {(200, "pending_verification")}
    entries = await read_activity(agent, ticket["id"])
    assert [entry["kind"] for entry in entries] == ["created", "completed"]


async def test_two_people_who_look_at_once_leave_one_entry(agent: SignedInClient, client_for: ClientFor) -> None:
    ticket = await create_ticket(agent, send="now")
    recipient = await recipient_of(client_for, ticket)
    await asyncio.gather(*(recipient.get(f"/api/v1/portal/tickets/{ticket['id']}") for _ in range(4)))
    entries = await read_activity(agent, ticket["id"])
    assert [entry["kind"] for entry in entries] == ["created", "viewed"]


async def test_the_portal_is_not_for_auditors(client_for: ClientFor) -> None:
    auditor = await client_for("auditor")
    assert (await auditor.get("/api/v1/portal/tickets")).status_code == 403
