"""Reaching out is an activity of its own."""

from typing import Any

import pytest
from sqlalchemy import select
from tests.application import ClientFor, SignedInClient
from tests.factories.contacts import create_account, create_contact
from tests.factories.support_rows import create_support_row
from tests.factories.tickets import read_activity

from ticketdesk.bootstrap import Resources
from ticketdesk.models.tickets import tickets


@pytest.fixture
async def agent(client_for: ClientFor) -> SignedInClient:
    return await client_for("agent")


async def reach(staff: SignedInClient, ticket_id: str, **fields: Any) -> Any:
    body = {"channel": "mail", "note": "Sent the guide once more.", **fields}
    return await staff.post(f"/api/v1/tickets/{ticket_id}/outreach", json=body)


async def support_row(resources: Resources, **fields: Any) -> str:
    contact = await create_contact(resources, account_id=await create_account(resources))
    return await create_support_row(resources, contact, **fields)


async def test_outreach_is_recorded_and_no_longer_required(agent: SignedInClient, resources: Resources) -> None:
    ticket = await support_row(resources, outreach_required=True)
    answer = await reach(agent, ticket, channel="call")
    assert (answer.status_code, answer.json()["version"], answer.json()["status"]) == (200, 2, "open")
    assert answer.headers["etag"] == (await agent.get(f"/api/v1/tickets/{ticket}")).headers["etag"]
    (entry,) = await read_activity(agent, ticket)
    assert (entry["kind"], entry["facts"]) == ("outreach", {"channel": "call", "note": "Sent the guide once more."})
    async with resources.engine.connect() as connection:
        assert await connection.scalar(select(tickets.c.outreach_required)) is False
    assert (await agent.get("/api/v1/messages")).json()["items"] == []


async def test_outreach_that_breaks_a_rule_is_refused(agent: SignedInClient, resources: Resources) -> None:
    ticket = await support_row(resources, archived_at=resources.clock.now())
    assert (await reach(agent, ticket)).json()["code"] == "ticket_archived"
    for fields, pointer in (({"channel": "fax"}, "/channel"), ({"note": ""}, "/note"), ({"x": 1}, "/x")):
        answer = await reach(agent, ticket, **fields)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    stale = await agent.post(
        f"/api/v1/tickets/{ticket}/outreach", json={"channel": "mail", "note": "x"}, headers={"If-Match": '"9"'}
    )
    assert stale.status_code == 412
