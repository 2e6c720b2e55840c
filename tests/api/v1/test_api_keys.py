from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from tests.application import ClientFor, FrozenClock, SignedInClient
from tests.factories.contacts import create_contact
from tests.factories.users import create_api_key

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.credentials import fingerprint
from ticketdesk.models.users import api_keys

KEYS = "/api/v1/api-keys"
NEW = {"name": "Monitor", "scopes": ["items:write", "items:read", "api_keys:write", "profile:read"]}


async def create_key(client: SignedInClient, **changes: Any) -> dict[str, Any]:
    answer = await client.post(KEYS, json=NEW | changes)
    assert answer.status_code == 201, answer.text
    key: dict[str, Any] = answer.json()
    return key


async def test_key_is_shown_once_and_stored_nowhere(client_for: ClientFor, resources: Resources) -> None:
    ada = await client_for("agent")

    answer = await ada.post(KEYS, json=NEW, headers={"Idempotency-Key": "once"})
    created = answer.json()

    assert answer.status_code == 201
    assert answer.headers["location"] == f"{KEYS}/{created['id']}"
    assert answer.headers["cache-control"] == "no-store"
    assert created["key"].startswith(created["prefix"])
    assert len(created["prefix"]) == len("td_") + 8
    assert len(created["key"]) >= len(created["prefix"]) + 43
    assert created["scopes"] == sorted(NEW["scopes"])
    assert created["user_id"] == str(ada.person_id)
    listed = (await ada.get(KEYS)).json()["items"]
    assert listed == [{name: value for name, value in created.items() if name != "key"}]
    secret = created["key"].removeprefix(created["prefix"])
    async with resources.engine.begin() as connection:
        assert await connection.scalar(select(api_keys.c.key_hash)) == fingerprint(created["key"])
        tables = await connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
        for (table,) in tables.all():
            rows = (
                await connection.execute(
                    text(f"SELECT t::text, encode(convert_to(t::text, 'UTF8'), 'hex') FROM {table} t")
                )
            ).all()
            assert not any(secret in row[0] or secret.encode().hex() in row[0] for row in rows), table


async def test_repeated_creation_makes_one_key_and_does_not_show_it_again(client_for: ClientFor) -> None:
    ada = await client_for("agent")
    headers = {"Idempotency-Key": "once"}

    first, second = await ada.post(KEYS, json=NEW, headers=headers), await ada.post(KEYS, json=NEW, headers=headers)

    assert second.status_code == 201
    assert second.headers["idempotent-replayed"] == "true"
    assert second.json() == first.json() | {"key": None}
    assert len((await ada.get(KEYS)).json()["items"]) == 1


async def test_keys_differ(client_for: ClientFor) -> None:
    ada = await client_for("agent")

    assert len({(await create_key(ada))["key"] for _ in range(5)}) == 5


async def test_key_stands_for_its_owner_within_its_scopes(client_for: ClientFor) -> None:
    ada = await client_for("agent", name="Ada")
    key = await client_for.bearing((await create_key(ada))["key"])

    me = (await key.get("/api/v1/me")).json()

    assert (me["kind"], me["id"], me["name"]) == ("api_key", str(ada.person_id), "Ada")
    assert me["permissions"] == sorted(NEW["scopes"])
    refused = await key.get("/api/v1/users")
    assert (refused.status_code, refused.json()["required"]) == (403, "users:read")


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"scopes": []}, "/scopes", "too_short"),
        ({"scopes": ["items:read", "users:write"]}, "/scopes/1", "not_permitted"),
        ({"scopes": ["portal"]}, "/scopes/0", "not_permitted"),
        ({"scopes": ["everything"]}, "/scopes/0", "enum"),
        ({"name": ""}, "/name", "string_too_short"),
        ({"name": "a\x00b"}, "/name", "control_character"),
        ({"expires_at": "2026-03-02T15:00:00Z"}, "/expires_at", "in_the_past"),
        ({"expires_at": "2026-03-03"}, "/expires_at", None),
        ({"expires_at": "2026-03-03T00:00:00"}, "/expires_at", "timezone_aware"),
        ({"user_id": str(uuid4())}, "/user_id", "extra_forbidden"),
    ],
)
async def test_key_that_breaks_a_rule_is_refused(
    client_for: ClientFor, change: dict[str, Any], pointer: str, code: str | None
) -> None:
    ada = await client_for("agent")

    answer = await ada.post(KEYS, json=NEW | change)

    assert answer.status_code == 422
    errors = answer.json()["errors"]
    assert [error["pointer"] for error in errors] == [pointer]
    assert code is None or errors[0]["code"] == code
    assert (await ada.get(KEYS)).json()["items"] == []


async def test_key_gives_no_more_than_it_has(client_for: ClientFor) -> None:
    ada = await client_for("agent")
    key = await client_for.bearing((await create_key(ada, scopes=["api_keys:write", "items:read"]))["key"])

    wider = await key.post(KEYS, json=NEW | {"scopes": ["items:read", "items:write"]})
    narrower = await key.post(KEYS, json=NEW | {"scopes": ["items:read"]})

    assert (wider.status_code, wider.json()["errors"][0]["pointer"]) == (422, "/scopes/1")
    assert narrower.status_code == 201
    assert narrower.json()["user_id"] == str(ada.person_id)


async def test_key_without_the_scope_manages_no_keys(client_for: ClientFor) -> None:
    ada = await client_for("agent")
    created = await create_key(ada, scopes=["items:read"])
    key = await client_for.bearing(created["key"])

    assert (await key.get(KEYS)).status_code == 403
    assert (await key.post(KEYS, json=NEW)).status_code == 403
    assert (await key.delete(f"{KEYS}/{created['id']}")).status_code == 403


@pytest.mark.parametrize(("role", "status"), [("auditor", 403), ("guest", 404)])
async def test_who_writes_nothing_has_no_keys(client_for: ClientFor, role: str, status: int) -> None:
    client = await client_for(role)

    assert (await client.post(KEYS, json=NEW | {"scopes": ["profile:read"]})).status_code == status
    assert (await client.get(KEYS)).status_code == status


async def test_no_key_comes_into_the_portal(client_for: ClientFor, resources: Resources) -> None:
    client = await client_for("agent", contact_id=await create_contact(resources))
    refused = await client.post(KEYS, json=NEW | {"scopes": ["portal"]})
    _, key = await create_api_key(resources, client.person_id, ["portal"])

    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/scopes/0")
    assert (await (await client_for.bearing(key)).get("/api/v1/portal/tickets")).status_code == 403
    assert (await client.get("/api/v1/portal/tickets")).status_code == 200


async def test_users_have_their_own_keys_and_admins_all(client_for: ClientFor) -> None:
    ada, bob, admin = await client_for("agent"), await client_for("lead"), await client_for("admin")
    keys = [await create_key(client) for client in (ada, bob, admin)]

    async def listed(client: SignedInClient) -> list[str]:
        return [key["id"] for key in (await client.get(KEYS)).json()["items"]]

    assert await listed(ada) == [keys[0]["id"]]
    assert await listed(bob) == [keys[1]["id"]]
    assert await listed(admin) == [key["id"] for key in keys]
    assert (await bob.delete(f"{KEYS}/{keys[0]['id']}")).status_code == 404
    assert (await admin.delete(f"{KEYS}/{keys[0]['id']}")).status_code == 204
    assert await listed(ada) == []


async def test_key_of_an_admin_sees_only_the_owners_unless_it_may_write_users(client_for: ClientFor) -> None:
    ada, admin = await client_for("agent"), await client_for("admin")
    theirs = await create_key(ada)
    narrow = await client_for.bearing((await create_key(admin, scopes=["api_keys:write"]))["key"])
    wide = await client_for.bearing((await create_key(admin, scopes=["api_keys:write", "users:write"]))["key"])

    assert len((await narrow.get(KEYS)).json()["items"]) == 2
    assert (await narrow.delete(f"{KEYS}/{theirs['id']}")).status_code == 404
    assert len((await wide.get(KEYS)).json()["items"]) == 3
    assert (await wide.delete(f"{KEYS}/{theirs['id']}")).status_code == 204


async def test_revoked_key_is_refused_at_the_next_request(client_for: ClientFor) -> None:
    ada = await client_for("agent")
    created = await create_key(ada)
    key = await client_for.bearing(created["key"])
    assert (await key.get("/api/v1/me")).status_code == 200

    answer = await ada.delete(f"{KEYS}/{created['id']}")

    assert (answer.status_code, answer.content) == (204, b"")
    assert (await key.get("/api/v1/me")).status_code == 401
    assert (await ada.delete(f"{KEYS}/{created['id']}")).status_code == 404


async def test_key_expires(client_for: ClientFor, clock: FrozenClock) -> None:
    ada = await client_for("agent")
    key = await client_for.bearing((await create_key(ada, expires_at="2026-03-03T15:00:00Z"))["key"])

    clock.advance(timedelta(hours=24, seconds=-1))
    assert (await key.get("/api/v1/me")).status_code == 200
    clock.advance(timedelta(seconds=1))
    assert (await key.get("/api/v1/me")).status_code == 401


async def test_last_use_is_shown(client_for: ClientFor, clock: FrozenClock) -> None:
    ada = await client_for("agent")
    key = await client_for.bearing((await create_key(ada))["key"])
    clock.advance(timedelta(minutes=3))

    await key.get("/api/v1/me")

    assert (await ada.get(KEYS)).json()["items"][0]["last_used_at"] == "2026-03-02T15:03:00Z"


async def test_key_has_no_session_to_end(client_for: ClientFor) -> None:
    key = await client_for.bearing((await create_key(await client_for("agent")))["key"])

    assert (await key.delete("/api/v1/auth/sessions/current")).status_code == 409
    assert (await key.get("/api/v1/me")).status_code == 200
