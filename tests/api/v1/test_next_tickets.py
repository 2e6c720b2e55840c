"""What to work next is the oldest that waits for whoever asks."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update
from tests.application import START, ClientFor, SignedInClient
from tests.factories.contacts import create_account, create_contact
from tests.factories.support_rows import create_support_row
from tests.factories.tickets import ticket_in
from tests.factories.users import create_team

from ticketdesk.bootstrap import Resources
from ticketdesk.models.tickets import tickets

NEXT = "/api/v1/tickets/next"


@pytest.fixture
async def agent(client_for: ClientFor) -> SignedInClient:
    return await client_for("agent")


@pytest.fixture
async def ada(resources: Resources) -> UUID:
    return await create_contact(resources, account_id=await create_account(resources))


async def next_of(staff: SignedInClient) -> str | None:
    answer = await staff.get(NEXT)
    if answer.status_code == 204:
        assert answer.content == b""
        return None
    assert answer.status_code == 200, answer.text
    ticket: dict[str, Any] = answer.json()
    same = await staff.get(f"/api/v1/tickets/{ticket['id']}")
    assert (answer.content, answer.headers["etag"]) == (same.content, same.headers["etag"])
    assert (await staff.get(NEXT, headers={"If-None-Match": same.headers["etag"]})).status_code == 304
    return str(ticket["id"])


async def test_all_that_waits_for_me_comes_oldest_first(
    agent: SignedInClient, client_for: ClientFor, resources: Resources, ada: UUID
) -> None:
    me, other = agent.person_id, await client_for("agent")
    team = await create_team(resources, "Management", me)
    done = {"completed_at": START}
    waiting: list[tuple[str, dict[str, Any]]] = [
        ("open", {"assignee_id": me, "rework_count": 3}),
        ("pending_verification", {"checker_id": me, "assignee_id": other.person_id, **done}),
        ("new", {"assignee_id": me, "priority": "low"}),
        ("comment_added", {"checker_team_id": team, **done}),
        ("comment_added", {"assignee_id": me}),
    ]
    others: list[tuple[str, dict[str, Any]]] = [
        ("pending_verification", {"assignee_id": me, **done}),
        ("open", {"assignee_id": other.person_id}),
        ("new", {}),
        ("closed", {"assignee_id": me}),
        ("open", {"assignee_id": me, "archived_at": START}),
        ("open", {"assignee_id": me, "deleted_at": START}),
        ("comment_added", {"checker_id": me}),
    ]
    for status, fields in others:
        await create_support_row(resources, ada, status, created_at=START - timedelta(days=9), **fields)
    assert await next_of(agent) is None
    # Made from the youngest to the oldest, so that the order of their ids is no help.
    made = [
        await create_support_row(resources, ada, status, created_at=START - timedelta(hours=age), **fields)
        for age, (status, fields) in enumerate(waiting)
    ]
    for expected in reversed(made):
        assert await next_of(agent) == expected
        async with resources.engine.begin() as connection:
            gone = update(tickets).where(tickets.c.id == UUID(expected)).values(archived_at=START)
            await connection.execute(gone)
    assert await next_of(agent) is None


@pytest.mark.parametrize(
    ("status", "waits"),
    [("send_later", False), ("pending_correction", False), ("comment_added", True), ("pending_verification", True)],
)
async def test_a_corrective_ticket_waits_while_it_is_staffs_turn(
    agent: SignedInClient, client_for: ClientFor, status: str, waits: bool
) -> None:
    ticket = await ticket_in(status, agent, client_for)
    assert await next_of(agent) == (ticket["id"] if waits else None)
    assert await next_of(await client_for("agent")) is None
