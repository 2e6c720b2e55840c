"""A call goes through everything that is open, to the last ticket."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update
from tests.application import ClientFor, FrozenClock, SignedInClient
from tests.factories.contacts import create_account, create_contact
from tests.factories.support_rows import create_support_row
from tests.factories.tickets import create_ticket, read_activity

from ticketdesk.bootstrap import Resources
from ticketdesk.models.tickets import tickets

CALLS = "/api/v1/calls"


@pytest.fixture
async def agent(client_for: ClientFor) -> SignedInClient:
    return await client_for("agent")


@pytest.fixture
async def ada(resources: Resources) -> UUID:
    return await create_contact(
        resources, "Ada Quist", "ada@brightpath.example", account_id=await create_account(resources)
    )


async def start(staff: SignedInClient, contact_id: UUID) -> dict[str, Any]:
    answer = await staff.post(CALLS, json={"contact_id": str(contact_id)})
    assert answer.status_code == 201, answer.text
    call: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"{CALLS}/{call['id']}"
    return call


async def touch(staff: SignedInClient, call: dict[str, Any], ticket_id: str, outcome: str, **fields: Any) -> Any:
    body = {"outcome": outcome, **fields}
    return await staff.put(f"{CALLS}/{call['id']}/tickets/{ticket_id}", json=body)


async def complete(staff: SignedInClient, call: dict[str, Any], **fields: Any) -> Any:
    return await staff.post(f"{CALLS}/{call['id']}/complete", json=fields)


async def set_columns(resources: Resources, ticket_id: str, **columns: Any) -> None:
    async with resources.engine.begin() as connection:
        await connection.execute(update(tickets).where(tickets.c.id == UUID(ticket_id)).values(columns))


async def test_the_worksheet_is_what_is_open_when_the_call_begins(
    agent: SignedInClient, resources: Resources, clock: FrozenClock, ada: UUID
) -> None:
    account_id = (await agent.get(f"/api/v1/contacts/{ada}")).json()["account"]["id"]
    colleague = await create_contact(resources, "Bo Lind", account_id=UUID(account_id))
    stranger = await create_contact(resources, "Cy Moss", account_id=await create_account(resources, "Other"))
    recipient = {"name": "Ada Quist", "email": "ada@brightpath.example"}
    younger = await create_support_row(resources, ada, created_at=clock.now() + timedelta(hours=1))
    of_colleague = await create_support_row(resources, colleague, "pending_verification")
    corrective = (await create_ticket(agent, recipient=recipient, send="now"))["id"]
    await create_ticket(agent, recipient=recipient)
    await create_ticket(agent, recipient={"name": "Bo", "email": "bo@brightpath.example"}, send="now")
    await create_support_row(resources, ada, "closed")
    await create_support_row(resources, ada, archived_at=clock.now())
    await create_support_row(resources, ada, deleted_at=clock.now())
    await create_support_row(resources, stranger)

    call = await start(agent, ada)
    await create_support_row(resources, ada)

    assert [one["ticket_id"] for one in call["tickets"]] == [of_colleague, corrective, younger]
    assert {one["outcome"] for one in call["tickets"]} == {None}
    assert call["tickets"][0]["status_label"] == "To Be Checked"
    assert (call["contact"]["name"], call["account"]["name"]) == ("Ada Quist", "Brightpath Lending")
    assert (await agent.get(f"{CALLS}/{call['id']}")).json() == call


async def test_one_untouched_ticket_keeps_the_call_from_being_completed(
    agent: SignedInClient, resources: Resources, ada: UUID
) -> None:
    noted, excused, left = [await create_support_row(resources, ada) for _ in range(3)]
    call = await start(agent, ada)
    await touch(agent, call, noted, "noted")
    await touch(agent, call, excused, "excused", text="He has to leave")

    refused = await complete(agent, call)

    number = next(one["number"] for one in call["tickets"] if one["ticket_id"] == left)
    problem = refused.json()
    assert (refused.status_code, problem["code"]) == (409, "tickets_untouched")
    assert problem["tickets"] == [{"ticket_id": left, "number": number}]
    assert f"#{number}" in problem["detail"]
    await touch(agent, call, left, "noted", text="Waits for the new logo")
    completed = (await complete(agent, call, summary="All clear")).json()
    assert (completed["summary"], completed["completed_by"]["id"]) == ("All clear", str(agent.person_id))


@pytest.mark.parametrize(
    "since", [{"status": "closed", "resolution": "completed"}, {"archived_at": 1}, {"deleted_at": 1}]
)
async def test_a_ticket_that_is_over_since_then_needs_no_word(
    agent: SignedInClient, resources: Resources, clock: FrozenClock, ada: UUID, since: dict[str, Any]
) -> None:
    ticket = await create_support_row(resources, ada)
    call = await start(agent, ada)
    columns = {name: clock.now() if value == 1 else value for name, value in since.items()}
    if "status" in since:
        columns["closed_at"] = clock.now()
    await set_columns(resources, ticket, **columns)
    if "archived_at" in since:
        assert (await touch(agent, call, ticket, "noted")).json()["code"] == "ticket_archived"
    assert (await complete(agent, call)).status_code == 200


async def test_noted_tickets_count_as_reached_out_for(
    client_for: ClientFor, agent: SignedInClient, resources: Resources, ada: UUID
) -> None:
    noted = await create_support_row(resources, ada, outreach_required=True)
    excused = await create_support_row(resources, ada, outreach_required=True)
    call = await start(agent, ada)
    # Whoever it is assigned to: any staff user may.
    colleague = await client_for("agent")
    assert (await touch(colleague, call, noted, "noted", text="New hours from May")).is_success
    assert (await touch(colleague, call, excused, "excused", text="He has to leave")).is_success
    assert (await complete(agent, call)).is_success

    entries = await read_activity(agent, noted)
    assert [entry["kind"] for entry in entries] == ["call_noted", "outreach"]
    assert entries[0]["facts"] == {"call_id": call["id"], "outcome": "noted", "text": "New hours from May"}
    assert entries[0]["actor"]["id"] == str(colleague.person_id)
    assert entries[1]["facts"] == {"channel": "call", "call_id": call["id"]}
    assert [entry["kind"] for entry in await read_activity(agent, excused)] == ["call_noted"]
    async with resources.engine.connect() as connection:
        rows = await connection.execute(select(tickets.c.id, tickets.c.outreach_required))
        assert {str(row.id): row.outreach_required for row in rows} == {noted: False, excused: True}


async def test_saying_it_again_changes_nothing(agent: SignedInClient, resources: Resources, ada: UUID) -> None:
    ticket = await create_support_row(resources, ada)
    call = await start(agent, ada)
    first = await touch(agent, call, ticket, "noted", text="Fine")
    again = await touch(agent, call, ticket, "noted", text="Fine")
    assert (again.json(), again.headers["etag"]) == (first.json(), first.headers["etag"])
    changed = (await touch(agent, call, ticket, "excused", text="Not spoken of after all")).json()
    assert (changed["version"], changed["tickets"][0]["outcome"]) == (3, "excused")
    assert len(await read_activity(agent, ticket)) == 2
    done = await complete(agent, call)
    assert (await complete(agent, call, summary="Other")).json() == done.json()
    assert (await touch(agent, call, ticket, "excused", text="Not spoken of after all")).json() == done.json()
    late = await touch(agent, call, ticket, "noted")
    assert (late.status_code, late.json()["code"]) == (409, "call_completed")


async def test_what_breaks_a_rule_is_refused(agent: SignedInClient, resources: Resources, ada: UUID) -> None:
    ticket, alone = await create_support_row(resources, ada), await create_contact(resources, "Without Account")
    call = await start(agent, ada)
    other = await create_support_row(resources, ada)
    for answer, pointer, code in (
        (await touch(agent, call, ticket, "excused"), "/text", "reason_required"),
        (await touch(agent, call, ticket, "spoken"), "/outcome", "enum"),
        (await agent.post(CALLS, json={"contact_id": str(uuid4())}), "/contact_id", "unknown_reference"),
        (await agent.post(CALLS, json={"contact_id": str(alone)}), "/contact_id", "account_required"),
    ):
        assert answer.status_code == 422
        assert (answer.json()["errors"][0]["pointer"], answer.json()["errors"][0]["code"]) == (pointer, code)
    assert (await touch(agent, call, other, "noted")).status_code == 404
    assert (await agent.get(f"{CALLS}/{uuid4()}")).status_code == 404


async def test_a_stale_version_is_refused(agent: SignedInClient, resources: Resources, ada: UUID) -> None:
    ticket = await create_support_row(resources, ada)
    call = await start(agent, ada)
    url = f"{CALLS}/{call['id']}"
    tag = (await agent.get(url)).headers["etag"]
    said = {"outcome": "noted"}
    assert (await agent.put(f"{url}/tickets/{ticket}", json=said, headers={"If-Match": tag})).is_success
    for stale in (
        await agent.put(f"{url}/tickets/{ticket}", json=said, headers={"If-Match": tag}),
        await agent.post(f"{url}/complete", json={}, headers={"If-Match": tag}),
    ):
        assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")


async def test_calls_are_listed_newest_first(
    agent: SignedInClient, resources: Resources, clock: FrozenClock, ada: UUID
) -> None:
    bo = await create_contact(resources, "Bo Lind", account_id=await create_account(resources, "Other"))
    older = await start(agent, ada)
    clock.advance(timedelta(hours=1))
    newer = await start(agent, bo)
    assert (await complete(agent, newer)).is_success

    async def listed(**query: Any) -> list[str]:
        return [one["id"] for one in (await agent.get(CALLS, params=query)).json()["items"]]

    assert await listed() == [newer["id"], older["id"]]
    assert await listed(contact_id=str(ada)) == [older["id"]]
    assert await listed(account_id=newer["account"]["id"]) == [newer["id"]]
    assert await listed(completed="true") == [newer["id"]]
    assert await listed(completed="false") == [older["id"]]
    first = (await agent.get(CALLS, params={"limit": 1})).json()
    assert await listed(limit=1, cursor=first["next_cursor"]) == [older["id"]]
