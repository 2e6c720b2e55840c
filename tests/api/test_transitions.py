"""Every status, action and side of a corrective ticket over HTTP, against the specification's table by hand."""

from typing import Any

import pytest
from tests.application import ClientFor, SignedInClient
from tests.factories.tickets import (
    create_ticket,
    portal_step,
    read_activity,
    read_ticket,
    recipient_of,
    step,
    ticket_in,
)

HELD, PENDING, BLUE, YELLOW, CLOSED = (
    "send_later",
    "pending_correction",
    "comment_added",
    "pending_verification",
    "closed",
)
STATUSES = (HELD, PENDING, BLUE, YELLOW, CLOSED)

# (action, from) → to, for staff; a pair that is missing is refused.
STAFF = {
    ("send", HELD): PENDING,
    ("reply", HELD): HELD,
    ("reply", PENDING): PENDING,
    ("reply", BLUE): PENDING,
    ("reply", YELLOW): YELLOW,
    ("reply", CLOSED): CLOSED,
    ("return", YELLOW): PENDING,
    ("close", YELLOW): CLOSED,
    ("close", HELD): CLOSED,
    ("close", PENDING): CLOSED,
    ("close", BLUE): CLOSED,
    ("close", CLOSED): CLOSED,
    ("reopen", CLOSED): PENDING,
}
# The same for the recipient, who does not know of a held ticket.
RECIPIENT = {
    ("comment", PENDING): BLUE,
    ("comment", BLUE): BLUE,
    ("comment", YELLOW): BLUE,
    ("complete", PENDING): YELLOW,
    ("complete", BLUE): YELLOW,
    ("complete", YELLOW): YELLOW,
}
REPEATED = {("close", CLOSED), ("complete", YELLOW)}
REASONS = {("return", YELLOW), ("close", HELD), ("close", PENDING), ("close", BLUE), ("reopen", CLOSED)}


@pytest.fixture
async def agent(client_for: ClientFor) -> SignedInClient:
    return await client_for("agent")


async def take(client: SignedInClient, ticket_id: str, action: str, **fields: Any) -> Any:
    if action == "reply":
        return await client.post(f"/api/v1/tickets/{ticket_id}/comments", json={"body": "Words"})
    return await step(client, ticket_id, action, **fields)


async def take_outside(client: SignedInClient, ticket_id: str, action: str) -> Any:
    if action == "comment":
        return await client.post(f"/api/v1/portal/tickets/{ticket_id}/comments", json={"body": "Words"})
    return await portal_step(client, ticket_id, action)


@pytest.mark.parametrize("status", STATUSES)
async def test_staff_take_the_steps_of_the_table_and_no_others(
    agent: SignedInClient, client_for: ClientFor, status: str
) -> None:
    for action in ("send", "reply", "complete", "return", "close", "reopen"):
        before = await ticket_in(status, agent, client_for)
        target = STAFF.get((action, status))
        answer = await take(agent, before["id"], action, reason="Because")
        after = await read_ticket(agent, before["id"])
        if target is None:
            assert answer.status_code in {403, 409}, (action, status)
            assert after == before
        else:
            assert answer.is_success, (action, status, answer.text)
            assert after["status"] == target, (action, status)
        offered = action in before["allowed_actions"]
        assert offered == (target is not None and (action, status) not in REPEATED), (action, status)


@pytest.mark.parametrize("status", STATUSES)
async def test_recipients_take_the_steps_of_the_table_and_no_others(
    agent: SignedInClient, client_for: ClientFor, status: str
) -> None:
    for action in ("comment", "complete"):
        before = await ticket_in(status, agent, client_for)
        recipient = await recipient_of(client_for, before)
        shown = await recipient.get(f"/api/v1/portal/tickets/{before['id']}")
        target = RECIPIENT.get((action, status))
        answer = await take_outside(recipient, before["id"], action)
        after = await read_ticket(agent, before["id"])
        if status == HELD:
            assert (shown.status_code, answer.status_code) == (404, 404)
        elif target is None:
            assert (answer.status_code, after["status"]) == (409, status)
        else:
            assert answer.is_success, (action, status, answer.text)
            assert after["status"] == target, (action, status)
        if status != HELD:
            offered = action in shown.json()["allowed_actions"]
            assert offered == (target is not None and (action, status) not in REPEATED)


async def test_a_refusal_names_the_actions_that_are_allowed(agent: SignedInClient) -> None:
    ticket = await create_ticket(agent)
    answer = await step(agent, ticket["id"], "return", reason="x")
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (409, "invalid_transition")
    assert problem["allowed_actions"] == ticket["allowed_actions"]


@pytest.mark.parametrize(("action", "status"), sorted(REASONS))
async def test_some_steps_need_a_reason(agent: SignedInClient, client_for: ClientFor, action: str, status: str) -> None:
    ticket = await ticket_in(status, agent, client_for)
    for missing in ({}, {"reason": None}):
        answer = await step(agent, ticket["id"], action, **missing)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == "/reason"
        assert answer.json()["errors"][0]["code"] == "reason_required"
    assert (await read_ticket(agent, ticket["id"]))["status"] == status


async def test_verifying_keeps_who_when_and_the_evidence(agent: SignedInClient, client_for: ClientFor) -> None:
    ticket = await ticket_in(YELLOW, agent, client_for)
    closed = (await step(agent, ticket["id"], "close", evidence="Screenshot of 3 March")).json()
    assert closed["resolution"] == "completed"
    assert closed["evidence"] == "Screenshot of 3 March"
    assert closed["verified_by"]["id"] == str(agent.person_id)
    assert closed["verified_at"] == closed["closed_at"]


async def test_closing_early_withdraws_unless_told_otherwise(agent: SignedInClient, client_for: ClientFor) -> None:
    first, second = await ticket_in(PENDING, agent, client_for), await ticket_in(PENDING, agent, client_for)
    withdrawn = (await step(agent, first["id"], "close", reason="Wrong person")).json()
    assert (withdrawn["resolution"], withdrawn["verified_by"]) == ("withdrawn", None)
    done = (await step(agent, second["id"], "close", reason="By phone", resolution="completed")).json()
    assert done["resolution"] == "completed"
    yellow = await ticket_in(YELLOW, agent, client_for)
    refused = await step(agent, yellow["id"], "close", resolution="withdrawn")
    assert refused.json()["errors"][0]["pointer"] == "/resolution"
    early = await step(agent, (await ticket_in(PENDING, agent, client_for))["id"], "close", reason="x", evidence="y")
    assert early.json()["errors"][0] == {
        "pointer": "/evidence",
        "code": "evidence_not_allowed",
        "detail": "Evidence belongs to verifying a completed ticket.",
    }


async def test_being_returned_counts_and_does_not_make_a_ticket_younger(
    agent: SignedInClient, client_for: ClientFor
) -> None:
    ticket = await ticket_in(YELLOW, agent, client_for)
    younger = await create_ticket(agent, send="now")
    returned = (await step(agent, ticket["id"], "return", reason="Still there")).json()
    assert (returned["rework_count"], returned["completed_at"]) == (1, None)
    recipient = await recipient_of(client_for, ticket)
    assert (await portal_step(recipient, ticket["id"], "complete")).is_success
    assert (await step(agent, ticket["id"], "close")).is_success
    reopened = (await step(agent, ticket["id"], "reopen", reason="It is back")).json()
    assert reopened["rework_count"] == 2
    assert [reopened[name] for name in ("closed_at", "resolution", "verified_by", "completed_at")] == [None] * 4
    listed = (await agent.get("/api/v1/tickets")).json()["items"]
    assert [one["id"] for one in listed] == [ticket["id"], younger["id"]]


async def test_repeating_a_step_changes_and_records_nothing(agent: SignedInClient, client_for: ClientFor) -> None:
    ticket = await ticket_in(YELLOW, agent, client_for)
    recipient = await recipient_of(client_for, ticket)
    assert (await portal_step(recipient, ticket["id"], "complete", comment="Again")).status_code == 200
    assert await read_ticket(agent, ticket["id"]) == ticket
    first = (await step(agent, ticket["id"], "close")).json()
    assert (await step(agent, ticket["id"], "close")).json() == first


async def test_every_step_is_one_entry_of_the_record(agent: SignedInClient, client_for: ClientFor) -> None:
    ticket = await create_ticket(agent)
    recipient = await recipient_of(client_for, ticket)
    await step(agent, ticket["id"], "send")
    await recipient.get(f"/api/v1/portal/tickets/{ticket['id']}")
    await take_outside(recipient, ticket["id"], "comment")
    await take(agent, ticket["id"], "reply")
    await portal_step(recipient, ticket["id"], "complete", comment="Done")
    await step(agent, ticket["id"], "return", reason="Not yet")
    await portal_step(recipient, ticket["id"], "complete")
    await step(agent, ticket["id"], "close")
    entries = await read_activity(agent, ticket["id"])
    assert [entry["kind"] for entry in entries] == [
        "created", "sent", "viewed", "commented", "replied",
        "commented", "completed", "returned", "completed", "closed",
    ]  # fmt: skip
    assert [entry["seq"] for entry in entries] == list(range(1, 11))
    returned = entries[7]
    assert returned["facts"]["reason"] == "Not yet"
    assert (returned["facts"]["from"], returned["facts"]["to"]) == (YELLOW, PENDING)
    assert returned["actor"]["id"] == str(agent.person_id)
    assert entries[6]["actor"] == {
        "kind": "contact",
        "id": str(recipient.person_id),
        "name": ticket["recipients"][0]["name"],
    }


async def test_workflows_show_what_the_product_goes_by(agent: SignedInClient) -> None:
    shown = {workflow["kind"]: workflow for workflow in (await agent.get("/api/v1/workflows")).json()["items"]}
    assert set(shown) == {"corrective", "support", "task"}
    corrective = shown["corrective"]
    assert {s["status"]: (s["label"], s["color"], s["needs_attention"]) for s in corrective["statuses"]} == {
        HELD: ("Send Later", "purple", "yes"),
        PENDING: ("Pending Correction", "red", "no"),
        BLUE: ("Comment Added", "blue", "yes"),
        YELLOW: ("Pending Verification", "yellow", "yes"),
        CLOSED: ("Closed", "grey", "no"),
    }
    steps = {
        (row["action"], source): row["to_status"]
        for row in corrective["steps"]
        for source in row["from_statuses"]
        if row["side"] == "staff"
    }
    moving = {pair: target for pair, target in STAFF.items() if pair[0] != "reply" or pair[1] == BLUE}
    assert steps == {pair: target for pair, target in moving.items() if pair not in REPEATED}
