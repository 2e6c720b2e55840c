"""Accounts over HTTP."""

import asyncio
from uuid import uuid4

from tests.application import ClientFor
from tests.refusals import Case, not_refused

ACCOUNTS = "/api/v1/accounts"
BRIGHTPATH = {"name": "Brightpath Lending", "external_ids": {"nmls_id": "330421", "web_id": "w-1"}}


async def test_an_account_is_created_and_read(client_for: ClientFor) -> None:
    agent = await client_for("agent")
    answer = await agent.post(ACCOUNTS, json=BRIGHTPATH)
    created = answer.json()
    assert (answer.status_code, answer.headers["etag"][:3]) == (201, '"1-')
    assert created == {
        "id": created["id"],
        "name": "Brightpath Lending",
        "external_ids": {"web_id": "w-1", "nmls_id": "330421", "crm_id": None},
        "is_active": True,
        "signed_up_at": None,
        "created_at": "2026-03-02T15:00:00Z",
        "updated_at": "2026-03-02T15:00:00Z",
        "version": 1,
    }
    assert (await agent.get(answer.headers["location"])).json() == created


async def test_external_ids_are_merged(client_for: ClientFor) -> None:
    agent = await client_for("agent")
    path = (await agent.post(ACCOUNTS, json=BRIGHTPATH)).headers["location"]
    answer = await agent.patch(path, json={"external_ids": {"crm_id": "c-1", "web_id": None}})
    assert answer.json()["external_ids"] == {"web_id": None, "nmls_id": "330421", "crm_id": "c-1"}
    assert (await agent.patch(path, json={"external_ids": {}})).headers["etag"] == answer.headers["etag"]
    changed = (await agent.patch(path, json={"name": "Brightpath Home", "is_active": False})).json()
    assert (changed["name"], changed["is_active"], changed["version"]) == ("Brightpath Home", False, 3)


async def test_accounts_are_found_by_name_and_external_id(client_for: ClientFor) -> None:
    agent = await client_for("agent")
    path = (await agent.post(ACCOUNTS, json=BRIGHTPATH)).headers["location"]
    await agent.post(ACCOUNTS, json={"name": "Northwind Mortgage"})
    for query, found in {"bright": 1, "LENDING bri": 1, "330421": 1, "north": 1, "mort bright": 0, "*": 0}.items():
        items = (await agent.get(ACCOUNTS, params={"q": query})).json()["items"]
        assert (query, len(items)) == (query, found)
    await agent.patch(path, json={"is_active": False, "external_ids": {"nmls_id": "9"}})
    assert (await agent.get(ACCOUNTS, params={"q": "330421"})).json()["items"] == []
    active = (await agent.get(ACCOUNTS, params={"is_active": "true"})).json()["items"]
    assert [one["name"] for one in active] == ["Northwind Mortgage"]


async def test_accounts_are_paged(client_for: ClientFor) -> None:
    agent = await client_for("agent")
    for number in range(3):
        await agent.post(ACCOUNTS, json={"name": f"Branch {number}"})
    first = (await agent.get(f"{ACCOUNTS}?limit=2")).json()
    rest = (await agent.get(f"{ACCOUNTS}?limit=2&cursor={first['next_cursor']}")).json()
    assert [one["name"] for one in first["items"] + rest["items"]] == ["Branch 0", "Branch 1", "Branch 2"]
    assert rest["next_cursor"] is None


BAD: list[Case] = [
    ({"name": "a\x00"}, "/name"),
    ({"name": "\ud800"}, None),
    ({"name": None}, "/name"),
    ({"name": "A", "external_ids": None}, "/external_ids"),
    ({"name": "A", "external_ids": {"crm_id": 7}}, "/external_ids/crm_id"),
    ({"name": "A", "external_ids": {"crm_id": True}}, "/external_ids/crm_id"),
    ({"name": "A", "external_ids": {"crm_id": "a\nb"}}, "/external_ids/crm_id"),
    ({"name": "A", "external_ids": {"other_id": "7"}}, "/external_ids/other_id"),
    ({"name": "A", "external_ids": ["crm_id"]}, "/external_ids"),
    ({"name": "A", "id": "7"}, "/id"),
]


async def test_bad_input_is_refused_at_its_field(client_for: ClientFor) -> None:
    agent = await client_for("agent")
    path = (await agent.post(ACCOUNTS, json=BRIGHTPATH)).headers["location"]
    assert await not_refused(agent, "POST", ACCOUNTS, [*BAD, ({}, "/name")]) == []
    assert await not_refused(agent, "PATCH", path, [*BAD, ({"is_active": "yes"}, "/is_active")]) == []
    assert (await agent.get(path)).json()["version"] == 1
    assert (await agent.get(f"{ACCOUNTS}/{uuid4()}")).status_code == 404
    assert (await agent.patch(f"{ACCOUNTS}/{uuid4()}", json={})).status_code == 404


async def test_roles(client_for: ClientFor) -> None:
    path = (await (await client_for("agent")).post(ACCOUNTS, json=BRIGHTPATH)).headers["location"]
    for role, statuses in {"admin": (200, 200), "lead": (200, 200), "auditor": (200, 403), "guest": (404, 404)}.items():
        client = await client_for(role)
        answers = await client.get(path), await client.patch(path, json={})
        assert (role, *(answer.status_code for answer in answers)) == (role, *statuses)


async def test_changes_at_the_same_time_are_all_kept(client_for: ClientFor) -> None:
    agent = await client_for("agent")
    path = (await agent.post(ACCOUNTS, json={"name": "Branch"})).headers["location"]
    ids = {"web_id": "w", "nmls_id": "n", "crm_id": "c"}
    await asyncio.gather(*(agent.patch(path, json={"external_ids": {key: value}}) for key, value in ids.items()))
    after = (await agent.get(path)).json()
    assert (after["external_ids"], after["version"]) == (ids, 4)
    late = await agent.patch(path, json={"name": "Late"}, headers={"If-Match": '"3"'})
    assert (late.status_code, late.json()["code"]) == (412, "stale_version")
