import asyncio
from typing import Any
from uuid import uuid4

import pytest
from tests.application import ClientFor, SignedInClient
from tests.factories.users import create_team, create_user

from ticketdesk.bootstrap import Resources

TEAMS = "/api/v1/teams"


@pytest.fixture
async def admin(client_for: ClientFor) -> SignedInClient:
    return await client_for("admin")


async def test_team_is_created_empty(admin: SignedInClient) -> None:
    answer = await admin.post(TEAMS, json={"name": "Compliance"})
    team = answer.json()

    assert answer.status_code == 201
    assert answer.headers["location"] == f"{TEAMS}/{team['id']}"
    assert (team["name"], team["members"]) == ("Compliance", [])
    assert (await admin.get(answer.headers["location"])).json() == team
    assert (await admin.get(TEAMS)).json() == {"items": [team], "next_cursor": None}


@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": "a\x00"}, {"name": None}, {"name": "A", "members": []}])
async def test_team_that_breaks_a_rule_is_refused(admin: SignedInClient, body: dict[str, Any]) -> None:
    assert (await admin.post(TEAMS, json=body)).status_code == 422


async def test_name_belongs_to_one_team(admin: SignedInClient, resources: Resources) -> None:
    await create_team(resources, "Compliance")
    other = await create_team(resources, "Production")

    created = await admin.post(TEAMS, json={"name": "Compliance"})
    renamed = await admin.patch(f"{TEAMS}/{other}", json={"name": "Compliance"})

    for answer in (created, renamed):
        assert answer.status_code == 422
        assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [("/name", "name_taken")]
    assert (await admin.get(f"{TEAMS}/{other}")).json()["name"] == "Production"


async def test_of_many_teams_with_one_name_created_at_once_one_is(admin: SignedInClient) -> None:
    answers = await asyncio.gather(*(admin.post(TEAMS, json={"name": "Compliance"}) for _ in range(10)))

    assert sorted(answer.status_code for answer in answers) == [201] + [422] * 9


async def test_team_is_renamed(admin: SignedInClient, resources: Resources) -> None:
    team_id = await create_team(resources, "Complience")

    assert (await admin.patch(f"{TEAMS}/{team_id}", json={"name": "Compliance"})).json()["name"] == "Compliance"
    assert (await admin.patch(f"{TEAMS}/{team_id}", json={})).json()["name"] == "Compliance"
    assert (await admin.patch(f"{TEAMS}/{team_id}", json={"name": None})).status_code == 422


async def test_members_are_replaced(admin: SignedInClient, resources: Resources) -> None:
    old, zoe, ann = [
        await create_user(resources, role=role, name=name)
        for role, name in [("agent", "Old"), ("lead", "Zoe"), ("agent", "Ann")]
    ]
    team_id = await create_team(resources, "Compliance", old)

    answer = await admin.put(f"{TEAMS}/{team_id}/members", json={"user_ids": [str(zoe), str(ann), str(zoe)]})

    assert [(member["name"], member["role"]) for member in answer.json()["members"]] == [
        ("Ann", "agent"),
        ("Zoe", "lead"),
    ]
    assert (await admin.put(f"{TEAMS}/{team_id}/members", json={"user_ids": []})).json()["members"] == []


async def test_only_staff_become_members_and_nothing_changes_otherwise(
    admin: SignedInClient, resources: Resources
) -> None:
    member, auditor, guest = [await create_user(resources, role=role) for role in ("agent", "auditor", "guest")]
    team_id = await create_team(resources, "Compliance", member)
    user_ids = [str(admin.person_id), str(auditor), str(guest), str(uuid4())]

    answer = await admin.put(f"{TEAMS}/{team_id}/members", json={"user_ids": user_ids})

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/user_ids/1", "/user_ids/2", "/user_ids/3"]
    assert [m["id"] for m in (await admin.get(f"{TEAMS}/{team_id}")).json()["members"]] == [str(member)]


async def test_members_set_twice_at_once_are_one_set_or_the_other(admin: SignedInClient, resources: Resources) -> None:
    users = [str(await create_user(resources)) for _ in range(6)]
    team_id = await create_team(resources, "Compliance")
    sets = [users[:3], users[2:]] * 5

    answers = await asyncio.gather(
        *(admin.put(f"{TEAMS}/{team_id}/members", json={"user_ids": user_ids}) for user_ids in sets)
    )

    members = {member["id"] for member in (await admin.get(f"{TEAMS}/{team_id}")).json()["members"]}
    assert {answer.status_code for answer in answers} == {200}
    assert members in (set(users[:3]), set(users[2:]))


@pytest.mark.parametrize("role", ["lead", "agent", "auditor"])
async def test_others_read_teams_and_do_not_write_them(client_for: ClientFor, resources: Resources, role: str) -> None:
    client = await client_for(role)
    team_id = await create_team(resources, "Compliance", client.person_id)

    assert (await client.get(f"{TEAMS}/{team_id}")).json()["members"][0]["id"] == str(client.person_id)
    assert (await client.get(TEAMS)).status_code == 200
    assert (await client.post(TEAMS, json={"name": "Mine"})).status_code == 403
    assert (await client.patch(f"{TEAMS}/{team_id}", json={"name": "Mine"})).status_code == 403
    assert (await client.put(f"{TEAMS}/{team_id}/members", json={"user_ids": []})).status_code == 403


async def test_guests_know_of_no_teams(client_for: ClientFor, resources: Resources) -> None:
    guest = await client_for("guest")
    team_id = await create_team(resources, "Compliance")

    for answer in (await guest.get(TEAMS), await guest.get(f"{TEAMS}/{team_id}")):
        assert answer.status_code == 404


async def test_unknown_team_is_not_found(admin: SignedInClient) -> None:
    assert (await admin.get(f"{TEAMS}/{uuid4()}")).status_code == 404
    assert (await admin.patch(f"{TEAMS}/{uuid4()}", json={"name": "A"})).status_code == 404
    assert (await admin.put(f"{TEAMS}/{uuid4()}/members", json={"user_ids": []})).status_code == 404
