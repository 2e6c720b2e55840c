"""A link from a mail becomes a session of the person it was made for."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import Table, select, update
from tests.application import START, ClientFor, FrozenClock, SignedInClient
from tests.factories.contacts import create_contact
from tests.factories.users import create_portal_link

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.ports import TokenClaims, TokenPurpose
from ticketdesk.models.contacts import contacts
from ticketdesk.models.users import portal_links, sessions
from ticketdesk.repositories.base import new_id

EXCHANGE = "/api/v1/auth/links/exchange"
TICKET = new_id()
LINK_LIFETIME = timedelta(days=90)


async def create_link(resources: Resources, contact_id: UUID, **changes: Any) -> str:
    link_id = await create_portal_link(resources, contact_id)
    claims = TokenClaims(TokenPurpose.LINK, link_id, contact_id, START, START + LINK_LIFETIME, TICKET)
    return resources.signer.issue(replace(claims, **changes))


async def exchange(client: httpx.AsyncClient, token: str) -> httpx.Response:
    return await client.post(EXCHANGE, json={"token": token})


def bearing(session: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {session['access_token']}"}


@pytest.fixture
async def carla(resources: Resources) -> UUID:
    return await create_contact(resources, "Carla")


async def test_link_opens_a_session_of_its_contact(
    anonymous: SignedInClient, resources: Resources, carla: UUID
) -> None:
    answer = await exchange(anonymous, await create_link(resources, carla))
    session = answer.json()

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert session == {
        "access_token": session["access_token"],
        "token_type": "Bearer",
        "expires_at": "2026-03-02T16:00:00Z",
        "ticket_id": str(TICKET),
        "contact": {"id": str(carla), "name": "Carla"},
        "desk_name": "Ticketdesk",
    }
    me = (await anonymous.get("/api/v1/me", headers=bearing(session))).json()
    assert (me["kind"], me["id"]) == ("contact", str(carla))


async def test_desk_is_called_what_an_admin_calls_it(
    client_for: ClientFor, anonymous: SignedInClient, resources: Resources, carla: UUID
) -> None:
    admin = await client_for("admin")
    await admin.patch("/api/v1/settings/branding", json={"desk_name": "Brightpath Compliance"})

    session = (await exchange(anonymous, await create_link(resources, carla))).json()

    assert session["desk_name"] == "Brightpath Compliance"


async def test_link_may_be_followed_again_and_many_times_at_once(
    anonymous: SignedInClient, resources: Resources, carla: UUID
) -> None:
    link = await create_link(resources, carla)

    answers = await asyncio.gather(*(exchange(anonymous, link) for _ in range(10)))

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["access_token"] for answer in answers}) == 10
    async with resources.engine.begin() as connection:
        assert len((await connection.execute(select(sessions))).all()) == 10


async def test_session_lasts_an_hour(
    anonymous: SignedInClient, resources: Resources, clock: FrozenClock, carla: UUID
) -> None:
    session = (await exchange(anonymous, await create_link(resources, carla))).json()

    clock.advance(timedelta(minutes=59, seconds=59))
    assert (await anonymous.get("/api/v1/me", headers=bearing(session))).status_code == 200
    clock.advance(timedelta(seconds=1))
    assert (await anonymous.get("/api/v1/me", headers=bearing(session))).status_code == 401


@pytest.mark.parametrize(
    ("table", "change"),
    [
        (portal_links, {"revoked_at": START}),
        (portal_links, {"expires_at": START}),
        (contacts, {"is_active": False}),
    ],
)
async def test_link_that_no_longer_holds_is_refused(
    anonymous: SignedInClient, resources: Resources, carla: UUID, table: Table, change: dict[str, Any]
) -> None:
    link = await create_link(resources, carla)
    async with resources.engine.begin() as connection:
        await connection.execute(update(table).values(change))

    answer = await exchange(anonymous, link)

    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert link not in answer.text


async def test_expired_link_is_refused(
    anonymous: SignedInClient, resources: Resources, clock: FrozenClock, carla: UUID
) -> None:
    link = await create_link(resources, carla, expires_at=START + timedelta(days=7))

    clock.advance(timedelta(days=7))

    assert (await exchange(anonymous, link)).status_code == 401


async def test_link_opens_nothing_of_somebody_else(
    anonymous: SignedInClient, resources: Resources, carla: UUID
) -> None:
    other = await create_contact(resources, "Otto")

    assert (await exchange(anonymous, await create_link(resources, carla, subject=other))).status_code == 401
    assert (await exchange(anonymous, await create_link(resources, carla, token_id=new_id()))).status_code == 401


async def test_revoking_a_link_ends_the_sessions_that_came_through_it(
    anonymous: SignedInClient, resources: Resources, carla: UUID
) -> None:
    session = (await exchange(anonymous, await create_link(resources, carla))).json()
    async with resources.engine.begin() as connection:
        await connection.execute(update(portal_links).values(revoked_at=START))

    assert (await anonymous.get("/api/v1/me", headers=bearing(session))).status_code == 401


async def test_link_is_no_credential_and_a_session_no_link(
    anonymous: SignedInClient, resources: Resources, carla: UUID
) -> None:
    link = await create_link(resources, carla)
    session = (await exchange(anonymous, link)).json()

    assert (await anonymous.get("/api/v1/me", headers=bearing({"access_token": link}))).status_code == 401
    assert (await exchange(anonymous, session["access_token"])).status_code == 401


async def test_signing_out_ends_the_session_and_not_the_link(
    anonymous: SignedInClient, resources: Resources, carla: UUID
) -> None:
    link = await create_link(resources, carla)
    session = (await exchange(anonymous, link)).json()

    answer = await anonymous.delete("/api/v1/auth/sessions/current", headers=bearing(session))

    assert answer.status_code == 204
    assert (await anonymous.get("/api/v1/me", headers=bearing(session))).status_code == 401
    assert (await exchange(anonymous, link)).status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"token": "x"}, 401),
        ({"token": "a\x00b"}, 401),
        ({"token": "\u00e4.\u00e4.\u00e4"}, 401),
        ({"token": "x" * 4096}, 401),
        ({"token": ""}, 422),
        ({"token": "x" * 4097}, 422),
        ({"token": None}, 422),
        ({"token": "secret", "next": "https://elsewhere.example"}, 422),
        ({}, 422),
    ],
)
async def test_what_is_no_link_is_refused(anonymous: SignedInClient, body: dict[str, Any], status: int) -> None:
    answer = await anonymous.post(EXCHANGE, json=body)

    assert answer.status_code == status
    assert "secret" not in answer.text


@pytest.mark.parametrize("path", ["users", "teams", "api-keys", "settings", "tickets", "contacts"])
async def test_contact_reaches_no_route_of_the_staff(client_for: ClientFor, carla: UUID, path: str) -> None:
    client = await client_for.portal(carla)

    assert (await client.get(f"/api/v1/{path}")).status_code == 404
