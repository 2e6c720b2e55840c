"""A filter that comes several times means any of its values, in whatever list (spec: api.md, filters)."""

from collections.abc import Iterable

import pytest
from tests.application import ClientFor, SignedInClient
from tests.factories.contacts import create_account, create_contact
from tests.factories.tickets import create_ticket

from ticketdesk.bootstrap import Resources

A, B = "Ann", "Bo"


@pytest.fixture
async def agent(client_for: ClientFor) -> SignedInClient:
    return await client_for("agent")


async def any_of(staff: SignedInClient, path: str, name: str, owners: Iterable[object]) -> set[str]:
    """Return the ids of what is found with each of ``owners``; what all of them find together is all of that."""
    values = [str(owner) for owner in owners]
    found = [await ids(staff, path, {name: [value]}) for value in values]
    assert all(found), name
    assert await ids(staff, path, {name: values}) == set[str]().union(*found)
    return set[str]().union(*found)


async def ids(staff: SignedInClient, path: str, query: dict[str, list[str]]) -> set[str]:
    answer = await staff.get(f"/api/v1/{path}", params=query)
    assert answer.is_success, answer.text
    return {one["id"] for one in answer.json()["items"]}


async def test_of_mails(agent: SignedInClient) -> None:
    sent = [
        await create_ticket(agent, send="now", recipient={"name": name, "email": f"{name}@x.example"})
        for name in (A, B, "Cy")
    ]
    by_ticket = await any_of(agent, "messages", "ticket_id", [ticket["id"] for ticket in sent[:2]])
    by_contact = await any_of(agent, "messages", "contact_id", [ticket["contact"]["id"] for ticket in sent[:2]])
    assert by_ticket == by_contact
    assert len(by_ticket) == 2


async def test_of_people(agent: SignedInClient, client_for: ClientFor, resources: Resources) -> None:
    accounts = [await create_account(resources, name) for name in (A, B, "Cy")]
    people = [await create_contact(resources, account_id=account) for account in accounts]
    assert await any_of(agent, "contacts", "account_id", accounts[:2]) == {str(person) for person in people[:2]}
    for person in people:
        assert (await agent.post("/api/v1/calls", json={"contact_id": str(person)})).is_success
    by_account = await any_of(agent, "calls", "account_id", accounts[:2])
    assert await any_of(agent, "calls", "contact_id", people[:2]) == by_account
    assert len(by_account) == 2


async def test_of_teams_and_invites(client_for: ClientFor) -> None:
    admin = await client_for("admin")
    teams = [(await admin.post("/api/v1/teams", json={"name": name})).json()["id"] for name in (A, B)]
    members = [(await client_for("agent")).person_id for _ in teams]
    for team, member in zip(teams, members, strict=True):
        assert (await admin.put(f"/api/v1/teams/{team}/members", json={"user_ids": [str(member)]})).is_success
    assert await any_of(admin, "users", "team_id", teams) == {str(member) for member in members}
    for name in (A, B, "Cy"):
        invited = await admin.post("/api/v1/invites", json={"name": name, "email": f"{name}@x.example"})
        assert invited.is_success, invited.text
    invites = (await admin.get("/api/v1/invites")).json()["items"]
    assert len(await any_of(admin, "invites", "contact_id", [invite["contact"]["id"] for invite in invites[1:]])) == 2
