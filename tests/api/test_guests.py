"""A guest is the contact who registered: the same tickets, words and files, whether by link or signed in."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Table, update
from tests.application import ClientFor, FrozenClock, SignedInClient
from tests.factories.attachments import PORTAL, attach
from tests.factories.guests import create_guest
from tests.factories.support_tickets import create_client
from tests.factories.tickets import create_ticket, portal_step, read_activity, read_ticket
from tests.factories.users import PASSWORD

from ticketdesk.bootstrap import Resources
from ticketdesk.models.contacts import contacts
from ticketdesk.models.users import users

BO = {"name": "Bo Lind", "email": "bo@lind.example"}
SESSIONS = "/api/v1/auth/sessions"


@pytest.fixture
async def agent(client_for: ClientFor) -> SignedInClient:
    return await client_for("agent", name="Ann Agent")


@pytest.fixture
async def ticket(agent: SignedInClient) -> dict[str, Any]:
    return await create_ticket(agent, send="now", requested_actions=[{"text": "Edit"}])


@pytest.fixture
def contact_id(ticket: dict[str, Any]) -> UUID:
    return UUID(ticket["recipients"][0]["contact_id"])


@pytest.fixture
async def guest(contact_id: UUID, client_for: ClientFor, resources: Resources) -> SignedInClient:
    return await client_for.of(await create_guest(resources, contact_id, name="Anna", email="anna@berg.example"))


async def test_a_guest_uses_the_portal_as_whoever_comes_by_link(
    guest: SignedInClient, agent: SignedInClient, ticket: dict[str, Any], contact_id: UUID
) -> None:
    hidden = await create_ticket(agent, send="now", recipient=BO)
    held = await create_ticket(agent)
    url = f"/api/v1/portal/tickets/{ticket['id']}"
    listed = (await guest.get("/api/v1/portal/tickets")).json()["items"]
    assert [one["id"] for one in listed] == [ticket["id"]]
    for unseen in (hidden, held):
        assert (await guest.get(f"/api/v1/portal/tickets/{unseen['id']}")).status_code == 404
        assert (await portal_step(guest, unseen["id"], "complete")).status_code == 404
    assert (await guest.get(url)).json()["allowed_actions"] == ["comment", "complete"]
    action = ticket["requested_actions"][0]["id"]
    assert (await guest.patch(f"{url}/requested-actions/{action}", json={"is_done": True})).is_success
    assert (await guest.post(f"{url}/comments", json={"body": "Which one?"})).json()["author"]["side"] == "recipient"
    assert (await portal_step(guest, ticket["id"], "complete")).json()["status"] == "pending_verification"
    entries = (await read_activity(agent, ticket["id"]))[1:]
    assert [entry["kind"] for entry in entries] == ["viewed", "action_ticked", "commented", "completed"]
    assert {(entry["actor"]["kind"], entry["actor"]["id"]) for entry in entries} == {("contact", str(contact_id))}
    seen = await read_ticket(agent, ticket["id"])
    assert seen["recipients"][0]["viewed_at"] is not None
    assert seen["worked_by"] is None
    for staffs in ("/api/v1/tickets", f"/api/v1/tickets/{ticket['id']}", "/api/v1/contacts", "/api/v1/notifications"):
        assert (await guest.get(staffs)).status_code == 404


async def test_files_that_came_by_link_stay_theirs_once_they_sign_in(
    guest: SignedInClient, ticket: dict[str, Any], contact_id: UUID, client_for: ClientFor, resources: Resources
) -> None:
    url = f"/api/v1/portal/tickets/{ticket['id']}"
    by_link = await client_for.portal(contact_id)
    for uploader, writer in ((by_link, guest), (guest, by_link)):
        file = await attach(uploader, ticket["id"], side=PORTAL)
        said = {"body": "See the file.", "attachment_ids": [file["id"]]}
        assert (await writer.post(f"{url}/comments", json=said)).status_code == 201
    link = (await guest.post(f"/api/v1/portal/attachments/{file['id']}/links")).json()["url"]
    assert (await guest.get(link)).is_success
    async with resources.engine.begin() as connection:
        await connection.execute(update(users).where(users.c.id == guest.person_id).values(is_active=False))
    assert (await guest.get(link)).status_code == 404


async def test_what_a_guest_asks_for_is_their_contacts(
    client_for: ClientFor, resources: Resources, agent: SignedInClient
) -> None:
    client = await create_client(resources, requires_check=True)
    guest = await client_for.of(await create_guest(resources, client.contact_id))
    asked = {"title": "Swap it", "category_id": str(client.category_id)}
    made = (await guest.post("/api/v1/portal/tickets", json=asked)).json()
    seen = await read_ticket(agent, made["id"])
    assert (seen["contact"]["id"], seen["created_by"], seen["checker"]) == (str(client.contact_id), None, None)
    # The same key of the same person is the same request.
    keyed = {"Idempotency-Key": "k"}
    first, again = [await guest.post("/api/v1/portal/tickets", json=asked, headers=keyed) for _ in range(2)]
    assert first.json()["id"] == again.json()["id"] != made["id"]


async def sign_in(client: SignedInClient) -> int:
    return (await client.post(SESSIONS, json={"email": "anna@berg.example", "password": PASSWORD})).status_code


@pytest.mark.parametrize(("table", "status"), [(users, 401), (contacts, 401)])
async def test_a_guest_who_is_disabled_is_out_with_the_next_request(
    guest: SignedInClient,
    anonymous: SignedInClient,
    contact_id: UUID,
    resources: Resources,
    clock: FrozenClock,
    table: Table,
    status: int,
) -> None:
    session = (await anonymous.post(SESSIONS, json={"email": "anna@berg.example", "password": PASSWORD})).json()
    assert (await guest.get("/api/v1/portal/tickets")).is_success
    disabled = contact_id if table is contacts else guest.person_id
    async with resources.engine.begin() as connection:
        await connection.execute(update(table).where(table.c.id == disabled).values(is_active=False))
    assert (await guest.get("/api/v1/portal/tickets")).status_code == status
    clock.advance(timedelta(seconds=1))
    refreshed = await anonymous.post(f"{SESSIONS}/refresh", json={"refresh_token": session["refresh_token"]})
    assert (refreshed.status_code, await sign_in(anonymous)) == (status, status)


async def test_staff_who_are_contacts_too_act_for_the_desk(
    client_for: ClientFor, resources: Resources, ticket: dict[str, Any], contact_id: UUID
) -> None:
    staff = await client_for("agent", contact_id=contact_id)
    said = await staff.post(f"/api/v1/tickets/{ticket['id']}/comments", json={"body": "x", "visibility": "internal"})
    assert said.json()["author"]["side"] == "staff"
    entry = (await read_activity(staff, ticket["id"]))[-1]
    assert entry["actor"] == {"kind": "user", "id": str(staff.person_id), "name": entry["actor"]["name"]}


async def test_a_change_of_role_makes_no_guest_staff_and_no_staff_a_guest(
    client_for: ClientFor, guest: SignedInClient, agent: SignedInClient
) -> None:
    admin = await client_for("admin")
    for user_id, role, code in (
        (guest.person_id, "agent", "guest_role"),
        (guest.person_id, "guest", "literal_error"),
        (agent.person_id, "guest", "literal_error"),
    ):
        answer = await admin.patch(f"/api/v1/users/{user_id}", json={"role": role})
        assert answer.status_code == 422
        assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [("/role", code)]
    assert (await guest.get("/api/v1/portal/tickets")).is_success
