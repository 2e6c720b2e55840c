"""A guest becomes one of the desk: the same person with the same history, and every old session dead at once."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from tests.application import ClientFor, SignedInClient
from tests.factories.answers import answers_path, save
from tests.factories.guests import create_guest
from tests.factories.tasks import create_task
from tests.factories.tickets import create_ticket, read_activity
from tests.factories.users import PASSWORD

from ticketdesk.bootstrap import Resources
from ticketdesk.models.users import sessions

SESSIONS = "/api/v1/auth/sessions"
EMAIL = "anna@berg.example"


@pytest.fixture
async def admin(client_for: ClientFor) -> SignedInClient:
    return await client_for("admin")


@pytest.fixture
async def contact_id(admin: SignedInClient) -> UUID:
    return UUID((await create_ticket(admin, send="now"))["recipients"][0]["contact_id"])


@pytest.fixture
async def guest(contact_id: UUID, client_for: ClientFor, resources: Resources) -> SignedInClient:
    return await client_for.of(await create_guest(resources, contact_id, name="Anna", email=EMAIL))


async def upgrade(admin: SignedInClient, user_id: object, role: str = "agent") -> tuple[int, str]:
    answer = await admin.post(f"/api/v1/users/{user_id}/upgrade", json={"role": role})
    return answer.status_code, answer.json().get("code") or answer.json()["role"]


async def test_old_sessions_are_dead_on_the_next_request(
    admin: SignedInClient,
    guest: SignedInClient,
    contact_id: UUID,
    client_for: ClientFor,
    anonymous: SignedInClient,
    resources: Resources,
) -> None:
    by_link = await client_for.portal(contact_id)
    signed_in = (await anonymous.post(SESSIONS, json={"email": EMAIL, "password": PASSWORD})).json()

    assert await upgrade(admin, guest.person_id, "lead") == (200, "lead")

    for client in (guest, by_link):
        assert (await client.get("/api/v1/me")).status_code == 401
    refreshed = await anonymous.post(f"{SESSIONS}/refresh", json={"refresh_token": signed_in["refresh_token"]})
    assert refreshed.status_code == 401
    async with resources.engine.connect() as connection:
        ended = select(sessions.c.revoked_reason).where(sessions.c.revoked_at.is_not(None))
        assert list(await connection.scalars(ended)) == ["upgraded"] * 3


async def test_history_stays_theirs(
    admin: SignedInClient, guest: SignedInClient, contact_id: UUID, anonymous: SignedInClient, client_for: ClientFor
) -> None:
    [ticket] = (await guest.get("/api/v1/portal/tickets")).json()["items"]
    url = f"/api/v1/portal/tickets/{ticket['id']}"
    assert (await guest.post(f"{url}/comments", json={"body": "Which one?"})).status_code == 201
    before = (await admin.get(f"/api/v1/tickets/{ticket['id']}/comments")).json()["items"]

    assert (await upgrade(admin, guest.person_id))[0] == 200

    signed_in = (await anonymous.post(SESSIONS, json={"email": EMAIL, "password": PASSWORD})).json()
    assert (signed_in["user"]["id"], signed_in["user"]["contact_id"]) == (str(guest.person_id), str(contact_id))
    staff = await client_for.bearing(signed_in["access_token"])
    assert (await staff.get(f"/api/v1/tickets/{ticket['id']}/comments")).json()["items"] == before
    entries = await read_activity(staff, ticket["id"])
    said = next(entry for entry in entries if entry["kind"] == "commented")
    assert (said["actor"]["kind"], said["actor"]["id"]) == ("contact", str(contact_id))
    assert (await staff.get(url)).json()["comments"][-1]["author"]["side"] == "recipient"


async def test_answers_stay_theirs(
    admin: SignedInClient,
    guest: SignedInClient,
    contact_id: UUID,
    anonymous: SignedInClient,
    client_for: ClientFor,
    resources: Resources,
) -> None:
    task = await create_task(resources, admin.person_id, {contact_id: None})
    answered = await save(guest, task, "Payroll of the staff")
    sheet = f"/api/v1/tickets/{task.id}/answers"
    before = (await admin.get(sheet)).json()["questionnaires"]

    assert (await upgrade(admin, guest.person_id))[0] == 200

    signed_in = (await anonymous.post(SESSIONS, json={"email": EMAIL, "password": PASSWORD})).json()
    staff = await client_for.bearing(signed_in["access_token"])
    assert (await staff.get(sheet)).json()["questionnaires"] == before
    # In the portal they are the same person, and go on where they were.
    assert (await staff.get(answers_path(task))).json() == answered
    again = await save(staff, task, "Payroll and travel")
    assert again["questionnaires"][0]["questions"][0]["answer"]["version"] == 2


async def test_only_guests_are_upgraded_by_admins_to_roles_that_are_assigned(
    admin: SignedInClient, guest: SignedInClient, client_for: ClientFor
) -> None:
    assert await upgrade(admin, admin.person_id) == (409, "not_a_guest")
    assert await upgrade(admin, uuid4()) == (404, "not_found")
    assert await upgrade(admin, guest.person_id, "guest") == (422, "invalid_input")
    assert await upgrade(await client_for("lead"), guest.person_id) == (403, "not_permitted")
    assert await upgrade(guest, guest.person_id) == (404, "not_found")
    assert (await guest.get("/api/v1/portal/tickets")).is_success
    assert await upgrade(admin, guest.person_id, "auditor") == (200, "auditor")
    assert await upgrade(admin, guest.person_id) == (409, "not_a_guest")


async def test_a_disabled_guest_is_out_and_their_links_go_by_the_contact(
    admin: SignedInClient, guest: SignedInClient, contact_id: UUID, client_for: ClientFor
) -> None:
    by_link = await client_for.portal(contact_id)
    assert (await admin.patch(f"/api/v1/users/{guest.person_id}", json={"is_active": False})).is_success
    assert (await guest.get("/api/v1/portal/tickets")).status_code == 401
    assert (await by_link.get("/api/v1/portal/tickets")).is_success

    assert (await admin.patch(f"/api/v1/contacts/{contact_id}", json={"is_active": False})).is_success
    assert (await by_link.get("/api/v1/portal/tickets")).status_code == 401
