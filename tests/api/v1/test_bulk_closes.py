"""Closing many: each by itself, and a word on each."""

from typing import Any
from uuid import uuid4

import pytest
from tests.application import ClientFor, SignedInClient
from tests.factories.tickets import create_ticket, read_activity, read_ticket, ticket_in

from ticketdesk.repositories.base import new_id

CLOSE = "/api/v1/tickets/close"


@pytest.fixture
async def agent(client_for: ClientFor) -> SignedInClient:
    return await client_for("agent")


async def close(staff: SignedInClient, *ticket_ids: str, **fields: Any) -> list[dict[str, Any]]:
    answer = await staff.post(CLOSE, json={"ticket_ids": ticket_ids, **fields})
    assert answer.status_code == 200, answer.text
    results: list[dict[str, Any]] = answer.json()["results"]
    assert [one["ticket_id"] for one in results] == list(ticket_ids)
    return results


async def mails(staff: SignedInClient, ticket_id: str) -> list[str]:
    return [one["purpose"] for one in (await staff.get(f"/api/v1/tickets/{ticket_id}/messages")).json()["items"]]


async def test_each_ticket_is_closed_as_by_itself(agent: SignedInClient, client_for: ClientFor) -> None:
    yellow = (await ticket_in("pending_verification", agent, client_for))["id"]
    red = (await ticket_in("pending_correction", agent, client_for))["id"]
    closed = (await ticket_in("closed", agent, client_for))["id"]
    archived = (await ticket_in("pending_correction", agent, client_for))["id"]
    assert (await agent.put(f"/api/v1/tickets/{archived}/archive")).is_success
    missing = str(uuid4())

    # The youngest first: locks go by id all the same, and results as they were asked for.
    results = await close(
        agent, missing, archived, closed, red, yellow, reason="Agreed by phone", comment="All settled"
    )

    assert [(one["outcome"], one["status"], one["code"]) for one in results] == [
        ("refused", None, "not_found"),
        ("refused", "pending_correction", "ticket_archived"),
        ("unchanged", "closed", None),
        ("closed", "closed", None),
        ("closed", "closed", None),
    ]
    after = [await read_ticket(agent, one) for one in (yellow, red)]
    assert [one["resolution"] for one in after] == ["completed", "withdrawn"]
    assert [await mails(agent, one) for one in (yellow, red, closed)] == [["assignment", "close"]] * 3
    kinds = [one["kind"] for one in await read_activity(agent, red)]
    assert kinds == ["created", "replied", "closed"]


async def test_a_refusal_leaves_nothing_behind_and_says_what_is_open(
    agent: SignedInClient, client_for: ClientFor
) -> None:
    red = await ticket_in("pending_correction", agent, client_for)
    yellow = await ticket_in("pending_verification", agent, client_for)
    needs_reason, done = await close(agent, red["id"], yellow["id"])
    assert (needs_reason["code"], needs_reason["detail"]) == ("reason_required", "This step needs a reason.")
    assert needs_reason["allowed_actions"] == red["allowed_actions"]
    assert (done["outcome"], done["allowed_actions"]) == ("closed", None)
    (not_so,) = await close(agent, red["id"], reason="x", resolution="withdrawn")
    assert not_so["outcome"] == "closed"
    other = await ticket_in("pending_verification", agent, client_for)
    (refused,) = await close(agent, other["id"], resolution="withdrawn", comment="Never mind")
    assert refused["code"] == "resolution_not_allowed"
    assert await read_ticket(agent, other["id"]) == other
    assert (await agent.get(f"/api/v1/tickets/{other['id']}/comments")).json()["items"] == []


async def test_a_key_gives_the_whole_answer_again(agent: SignedInClient) -> None:
    ticket = await create_ticket(agent, send="now")
    body = {"ticket_ids": [ticket["id"]], "reason": "Agreed by phone"}
    key = {"Idempotency-Key": str(new_id())}
    first, again = [await agent.post(CLOSE, json=body, headers=key) for _ in range(2)]
    assert first.json()["results"][0]["outcome"] == "closed"
    assert (again.content, again.headers["idempotent-replayed"]) == (first.content, "true")


@pytest.mark.parametrize("ids", [[], [str(uuid4())] * 2, [str(uuid4()) for _ in range(201)], ["x"]])
async def test_what_is_no_list_of_tickets_is_refused(agent: SignedInClient, ids: list[str]) -> None:
    answer = await agent.post(CLOSE, json={"ticket_ids": ids})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].startswith("/ticket_ids")
