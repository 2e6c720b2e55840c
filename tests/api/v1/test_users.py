import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from tests.application import ClientFor, SignedInClient
from tests.factories.users import PASSWORD, create_team, create_user

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.permissions import Role

USERS = "/api/v1/users"
NEW = {"email": "Ada@Desk.Example", "name": "Ada", "role": "agent", "password": PASSWORD}


@pytest.fixture
async def admin(client_for: ClientFor) -> SignedInClient:
    return await client_for("admin", email="admin@desk.example")


async def sign_in(client: SignedInClient, email: str, password: str = PASSWORD) -> int:
    answer = await client.post("/api/v1/auth/sessions", json={"email": email, "password": password})
    return answer.status_code


async def test_created_user_can_sign_in(admin: SignedInClient, anonymous: SignedInClient) -> None:
    answer = await admin.post(USERS, json=NEW)
    user = answer.json()

    assert answer.status_code == 201
    assert answer.headers["location"] == f"{USERS}/{user['id']}"
    assert user == {
        "id": user["id"],
        "email": "ada@desk.example",
        "name": "Ada",
        "role": "agent",
        "is_active": True,
        "works_tickets": True,
        "capacity": None,
        "availability": {"is_away": False, "away_until": None, "working_hours": None, "is_available_now": True},
        "teams": [],
        "contact_id": None,
        "created_at": "2026-03-02T15:00:00Z",
        "updated_at": "2026-03-02T15:00:00Z",
    }
    assert PASSWORD not in answer.text
    assert (await admin.get(answer.headers["location"])).json() == user
    assert await sign_in(anonymous, "ADA@desk.example") == 201


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"email": "admin@desk.example"}, "/email", "email_taken"),
        ({"email": "ADMIN@DESK.example"}, "/email", "email_taken"),
        ({"email": "no address"}, "/email", "invalid_address"),
        ({"email": "a\x00@desk.example"}, "/email", "invalid_address"),
        ({"name": " "}, "/name", "string_too_short"),
        ({"name": "A\nB"}, "/name", "control_character"),
        ({"role": "guest"}, "/role", "literal_error"),
        ({"role": "root"}, "/role", "literal_error"),
        ({"password": "eleven char"}, "/password", "password_too_short"),
        ({"password": "\u00e4" * 129}, "/password", "password_too_long"),
        ({"password": "ada@desk.example"}, "/password", "password_is_email"),
        ({"password": "a long secret\x00 one"}, "/password", "string_pattern_mismatch"),
        ({"is_active": False}, "/is_active", "extra_forbidden"),
    ],
)
async def test_new_user_that_breaks_a_rule_is_refused(
    admin: SignedInClient, change: dict[str, Any], pointer: str, code: str
) -> None:
    answer = await admin.post(USERS, json=NEW | change)

    assert answer.status_code == 422
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [(pointer, code)]
    assert "secret" not in answer.text
    assert PASSWORD not in answer.text
    assert len((await admin.get(USERS)).json()["items"]) == 1


async def test_of_many_users_with_one_address_created_at_once_one_is(admin: SignedInClient) -> None:
    answers = await asyncio.gather(*(admin.post(USERS, json=NEW) for _ in range(10)))

    assert sorted(answer.status_code for answer in answers) == [201] + [422] * 9


@pytest.mark.parametrize("role", ["admin", "lead", "agent", "auditor"])
async def test_staff_and_auditors_read_users(client_for: ClientFor, role: str) -> None:
    client = await client_for(role, name="Me")

    assert (await client.get(USERS)).json()["items"][0]["name"] == "Me"
    assert (await client.get(f"{USERS}/{client.person_id}")).json()["role"] == role


@pytest.mark.parametrize("role", ["lead", "agent", "auditor"])
async def test_only_admins_write_users(client_for: ClientFor, role: str) -> None:
    client = await client_for(role)

    for answer in (
        await client.post(USERS, json=NEW),
        await client.patch(f"{USERS}/{client.person_id}", json={"role": "admin"}),
        await client.patch(f"{USERS}/{uuid4()}", json={"role": "admin"}),
    ):
        assert answer.status_code == 403
        assert answer.json()["required"] == "users:write"


async def test_guests_do_not_read_users(client_for: ClientFor) -> None:
    guest = await client_for("guest")

    assert (await guest.get(USERS)).status_code == 404
    assert (await guest.get(f"{USERS}/{guest.person_id}")).status_code == 404


async def test_unknown_user_is_not_found(admin: SignedInClient) -> None:
    assert (await admin.get(f"{USERS}/{uuid4()}")).status_code == 404
    assert (await admin.patch(f"{USERS}/{uuid4()}", json={"name": "X"})).status_code == 404
    assert (await admin.get(f"{USERS}/7")).status_code in {404, 422}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Root", "Lea", "Ada", "Old_A%"]),
        ("?role=lead&role=admin", ["Root", "Lea"]),
        ("?is_active=false", ["Old_A%"]),
        ("?q=ADA", ["Ada"]),
        ("?q=_a%25", ["Old_A%"]),
        ("?q=x@desk", ["Lea"]),
        ("?q=nobody", []),
    ],
)
async def test_list_is_narrowed(client_for: ClientFor, resources: Resources, query: str, names: list[str]) -> None:
    admin = await client_for("admin", name="Root")
    await create_user(resources, role="lead", name="Lea", email="x@desk.example")
    await create_user(resources, name="Ada")
    await create_user(resources, name="Old_A%", is_active=False)

    assert [user["name"] for user in (await admin.get(USERS + query)).json()["items"]] == names


async def test_list_of_a_team_shows_the_teams_of_each(admin: SignedInClient, resources: Resources) -> None:
    one, other = await create_user(resources, name="One"), await create_user(resources, name="Other")
    zebra = await create_team(resources, "Zebra", one)
    await create_team(resources, "Ape", one, other)

    items = (await admin.get(f"{USERS}?team_id={zebra}")).json()["items"]

    assert [(user["name"], [team["name"] for team in user["teams"]]) for user in items] == [("One", ["Ape", "Zebra"])]


async def test_list_goes_on_where_the_page_ended(admin: SignedInClient, resources: Resources) -> None:
    expected = {str(admin.person_id)} | {str(await create_user(resources)) for _ in range(4)}

    first = await admin.get(f"{USERS}?limit=3")
    second = await admin.get(first.headers["link"].partition(">")[0][1:])

    assert (len(first.json()["items"]), len(second.json()["items"])) == (3, 2)
    assert {user["id"] for page in (first, second) for user in page.json()["items"]} == expected
    assert second.json()["next_cursor"] is None


async def test_patch_changes_what_is_given(admin: SignedInClient, resources: Resources) -> None:
    user_id = await create_user(resources, name="Ada", email="ada@desk.example")

    answer = await admin.patch(f"{USERS}/{user_id}", json={"name": "Ada L.", "email": "Ada.L@desk.example"})

    assert answer.status_code == 200
    assert (answer.json()["name"], answer.json()["email"]) == ("Ada L.", "ada.l@desk.example")
    assert (await admin.patch(f"{USERS}/{user_id}", json={})).json() == answer.json()


@pytest.mark.parametrize(
    "change",
    [{"name": None}, {"role": None}, {"is_active": "no"}, {"is_active": 0}, {"password": None}, {"id": str(uuid4())}],
)
async def test_patch_that_breaks_a_rule_is_refused(
    admin: SignedInClient, resources: Resources, change: dict[str, Any]
) -> None:
    user_id = await create_user(resources)
    before = (await admin.get(f"{USERS}/{user_id}")).json()

    assert (await admin.patch(f"{USERS}/{user_id}", json=change)).status_code == 422
    assert (await admin.get(f"{USERS}/{user_id}")).json() == before


async def test_address_of_somebody_else_is_refused(admin: SignedInClient, resources: Resources) -> None:
    user_id = await create_user(resources)

    answer = await admin.patch(f"{USERS}/{user_id}", json={"email": "ADMIN@desk.example", "name": "Changed"})

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "email_taken")
    assert (await admin.get(f"{USERS}/{user_id}")).json()["name"] != "Changed"


@pytest.mark.parametrize(
    ("change", "ends"),
    [
        ({"password": "another long password"}, True),
        ({"role": "lead"}, True),
        ({"is_active": False}, True),
        ({"role": "agent", "is_active": True}, False),
        ({"name": "Ada L.", "email": "l@desk.example"}, False),
        ({}, False),
    ],
)
async def test_some_changes_end_all_sessions_of_the_user(
    admin: SignedInClient, client_for: ClientFor, anonymous: SignedInClient, change: dict[str, Any], ends: bool
) -> None:
    ada = await client_for("agent", email="ada@desk.example")
    credentials = {"email": "ada@desk.example", "password": PASSWORD}
    session = (await anonymous.post("/api/v1/auth/sessions", json=credentials)).json()

    assert (await admin.patch(f"{USERS}/{ada.person_id}", json=change)).status_code == 200

    refreshed = await anonymous.post("/api/v1/auth/sessions/refresh", json={"refresh_token": session["refresh_token"]})
    assert (await ada.get("/api/v1/me")).status_code == (401 if ends else 200)
    assert refreshed.status_code == (401 if ends else 200)
    assert (await admin.get("/api/v1/me")).status_code == 200


async def test_changed_password_is_the_one_that_counts(admin: SignedInClient, anonymous: SignedInClient) -> None:
    user = (await admin.post(USERS, json=NEW)).json()

    await admin.patch(f"{USERS}/{user['id']}", json={"password": "another long password"})

    assert await sign_in(anonymous, user["email"]) == 401
    assert await sign_in(anonymous, user["email"], "another long password") == 201


@pytest.mark.parametrize("change", [{"role": "lead"}, {"is_active": False}, {"role": "agent", "is_active": True}])
async def test_last_active_admin_stays(admin: SignedInClient, resources: Resources, change: dict[str, Any]) -> None:
    await create_user(resources, role="admin", is_active=False)

    answer = await admin.patch(f"{USERS}/{admin.person_id}", json=change)

    assert (answer.status_code, answer.json()["code"]) == (409, "last_admin")
    assert (await admin.get("/api/v1/me")).json()["role"] == "admin"


async def test_last_active_admin_can_be_changed_otherwise(admin: SignedInClient) -> None:
    change = {"name": "Chief", "role": "admin", "is_active": True}

    assert (await admin.patch(f"{USERS}/{admin.person_id}", json=change)).json()["name"] == "Chief"


async def test_admins_who_demote_each_other_at_once_leave_one(client_for: ClientFor, resources: Resources) -> None:
    admins = [await client_for("admin") for _ in range(5)]

    async def demote(actor: SignedInClient, user_id: UUID) -> int:
        return (await actor.patch(f"{USERS}/{user_id}", json={"role": "agent"})).status_code

    others = [admins[(index + 1) % 5].person_id for index in range(5)]
    statuses = await asyncio.gather(*(demote(actor, other) for actor, other in zip(admins, others, strict=True)))

    async with resources.unit_of_work() as uow:
        left = await uow.users.lock_active_admins()
    assert len(left) == 5 - statuses.count(200)
    assert left
    assert set(statuses) <= {200, 401, 403, 409}


async def test_roles_are_all_known_to_the_contract(admin: SignedInClient) -> None:
    contract = (await admin.get("/openapi/v1.json")).json()

    assert contract["components"]["schemas"]["Role"]["enum"] == [role.value for role in Role]
