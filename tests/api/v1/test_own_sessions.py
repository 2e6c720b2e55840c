"""Where somebody is signed in: shown to them alone, and ended by them at once."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update
from tests.application import ClientFor, FrozenClock, SignedInClient
from tests.factories.contacts import create_contact
from tests.factories.users import create_api_key, create_user

from ticketdesk.bootstrap import Resources
from ticketdesk.models.users import portal_links, sessions

SESSIONS = "/api/v1/auth/sessions"


async def listed(client: SignedInClient) -> list[dict[str, Any]]:
    answer = await client.get(SESSIONS)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def test_a_user_sees_where_they_are_signed_in_and_ends_one(client_for: ClientFor, resources: Resources) -> None:
    here = await client_for("guest")
    there = await client_for.of(here.person_id)
    await client_for("guest")

    shown = await listed(here)
    assert [(one["kind"], one["is_current"]) for one in shown] == [("sign_in", True), ("sign_in", False)]
    assert set(shown[0]) == {"id", "kind", "created_at", "expires_at", "is_current"}

    assert (await here.delete(f"{SESSIONS}/{shown[1]['id']}")).status_code == 204
    assert (await there.get("/api/v1/me")).status_code == 401
    assert [one["id"] for one in await listed(here)] == [shown[0]["id"]]
    async with resources.engine.connect() as connection:
        ended = select(sessions.c.revoked_reason).where(sessions.c.id == UUID(shown[1]["id"]))
        assert await connection.scalar(ended) == "ended_by_owner"


async def test_ending_the_session_in_use_signs_out(client_for: ClientFor) -> None:
    client = await client_for("agent")
    assert (await client.delete(f"{SESSIONS}/{(await listed(client))[0]['id']}")).status_code == 204
    assert (await client.get(SESSIONS)).status_code == 401


async def test_sessions_of_others_and_ended_ones_do_not_exist(client_for: ClientFor, clock: FrozenClock) -> None:
    ada, bob = await client_for("admin"), await client_for("guest")
    [of_bob] = await listed(bob)
    assert (await ada.delete(f"{SESSIONS}/{of_bob['id']}")).status_code == 404
    assert [one["id"] for one in await listed(bob)] == [of_bob["id"]]

    clock.advance(timedelta(days=29))
    again = await client_for.of(bob.person_id)
    clock.advance(timedelta(days=1))
    assert (await again.delete(f"{SESSIONS}/{of_bob['id']}")).status_code == 404
    assert [one["is_current"] for one in await listed(again)] == [True]


async def test_a_user_sees_the_links_they_followed_but_a_link_sees_no_user(
    client_for: ClientFor, resources: Resources
) -> None:
    contact = await create_contact(resources)
    by_link = await client_for.portal(contact)
    guest = await client_for.of(await create_user(resources, role="guest", contact_id=contact))
    stranger = await client_for.portal(await create_contact(resources))

    assert [one["kind"] for one in await listed(guest)] == ["link", "sign_in"]
    [own] = await listed(by_link)
    assert (own["kind"], own["is_current"]) == ("link", True)
    assert (await stranger.delete(f"{SESSIONS}/{own['id']}")).status_code == 404
    assert (await guest.delete(f"{SESSIONS}/{own['id']}")).status_code == 204
    assert (await by_link.get(SESSIONS)).status_code == 401


async def test_a_session_by_a_revoked_link_is_over(client_for: ClientFor, resources: Resources) -> None:
    contact = await create_contact(resources)
    by_link = await client_for.portal(contact)
    guest = await client_for.of(await create_user(resources, role="guest", contact_id=contact))
    of_link = (await listed(by_link))[0]["id"]
    async with resources.engine.begin() as connection:
        await connection.execute(update(portal_links).values(revoked_at=resources.clock.now()))

    assert [one["kind"] for one in await listed(guest)] == ["sign_in"]
    assert (await guest.delete(f"{SESSIONS}/{of_link}")).status_code == 404


@pytest.mark.parametrize("role", ["agent", "auditor"])
async def test_a_key_lists_the_sessions_and_ends_none(client_for: ClientFor, resources: Resources, role: str) -> None:
    client = await client_for(role)
    _, key = await create_api_key(resources, client.person_id, ["profile:read"])
    by_key = await client_for.bearing(key)
    [session] = await listed(by_key)

    assert session["is_current"] is False
    answer = await by_key.delete(f"{SESSIONS}/{session['id']}")
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert (await client.get(SESSIONS)).status_code == 200


async def test_sessions_come_page_by_page(client_for: ClientFor) -> None:
    client = await client_for("agent")
    for _ in range(2):
        await client_for.of(client.person_id)
    first = (await client.get(f"{SESSIONS}?limit=2")).json()
    second = (await client.get(f"{SESSIONS}?limit=2&cursor={first['next_cursor']}")).json()
    assert (len(first["items"]), len(second["items"]), second["next_cursor"]) == (2, 1, None)
