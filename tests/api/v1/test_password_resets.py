"""Choosing a new password by mail: nobody learns who has an account, and a link works once."""

from datetime import timedelta

import httpx
import pytest
from sqlalchemy import func, select, update
from tests.application import ClientFor, FrozenClock, SignedInClient
from tests.factories.contacts import create_contact
from tests.factories.guests import create_guest
from tests.factories.password_resets import mailed
from tests.factories.users import PASSWORD, create_user

from ticketdesk.bootstrap import Resources
from ticketdesk.jobs.housekeeping import forget_expired
from ticketdesk.models.invites import password_resets
from ticketdesk.models.messages import messages
from ticketdesk.models.users import users

RESETS = "/api/v1/auth/password-resets"
SESSIONS = "/api/v1/auth/sessions"
EMAIL = "anna@berg.example"
NEW_PASSWORD = "a quite different passphrase"


@pytest.fixture
async def guest(client_for: ClientFor, resources: Resources) -> SignedInClient:
    return await client_for.of(await create_guest(resources, await create_contact(resources), email=EMAIL))


async def ask(client: httpx.AsyncClient, email: str = EMAIL) -> httpx.Response:
    return await client.post(RESETS, json={"email": email})


async def token(client: httpx.AsyncClient, resources: Resources) -> str:
    assert (await ask(client)).status_code == 202
    [link] = await mailed(resources)
    return link.partition("#/r/")[2]


async def redeem(client: httpx.AsyncClient, link: str, password: str = NEW_PASSWORD) -> httpx.Response:
    return await client.post(f"{RESETS}/redeem", json={"token": link, "password": password})


async def sign_in(client: httpx.AsyncClient, password: str) -> int:
    return (await client.post(SESSIONS, json={"email": EMAIL, "password": password})).status_code


async def test_the_link_replaces_the_password_and_ends_every_session(
    guest: SignedInClient, anonymous: SignedInClient, resources: Resources
) -> None:
    for _ in range(6):
        await sign_in(anonymous, "wrong")
    assert await sign_in(anonymous, PASSWORD) == 429
    link = await token(anonymous, resources)
    assert (await guest.get("/api/v1/me")).status_code == 200

    assert (await redeem(anonymous, link)).status_code == 204
    assert (await guest.get("/api/v1/me")).status_code == 401
    assert [await sign_in(anonymous, tried) for tried in (PASSWORD, NEW_PASSWORD)] == [401, 201]
    again = await redeem(anonymous, link, "yet another passphrase")
    assert (again.status_code, again.json()["code"]) == (410, "gone")
    assert await sign_in(anonymous, NEW_PASSWORD) == 201


@pytest.mark.parametrize(
    "email", [EMAIL, f"  {EMAIL.upper()} ", "nobody@berg.example", "no address", "off@berg.example"]
)
async def test_every_address_gets_one_answer_and_leaves_the_same_behind(
    guest: SignedInClient, anonymous: SignedInClient, resources: Resources, email: str
) -> None:
    await create_user(resources, email="off@berg.example", is_active=False)
    answer = await ask(anonymous, email)

    said = {"detail": "If somebody signs in with this address, a mail with a link is on its way."}
    assert (answer.status_code, answer.json()) == (202, said)
    async with resources.engine.connect() as connection:
        assert await connection.scalar(select(func.count()).select_from(messages)) == 0
    assert len(await mailed(resources)) == (1 if EMAIL in email.lower() else 0)


async def test_a_newer_link_an_hour_and_deactivation_end_a_link(
    guest: SignedInClient, anonymous: SignedInClient, resources: Resources, clock: FrozenClock
) -> None:
    older, newer = await token(anonymous, resources), await token(anonymous, resources)
    assert (await redeem(anonymous, older)).status_code == 410
    clock.advance(timedelta(hours=1))
    assert (await redeem(anonymous, newer)).status_code == 410
    last = await token(anonymous, resources)
    async with resources.engine.begin() as connection:
        await connection.execute(update(users).values(is_active=False))
    assert (await redeem(anonymous, last)).status_code == 410
    assert await sign_in(anonymous, PASSWORD) == 401


@pytest.mark.parametrize("change", [{"email": "anna@neu.example"}, {"password": "given by an admin"}])
async def test_a_new_address_or_password_ends_a_link_that_was_sent_before(
    client_for: ClientFor,
    guest: SignedInClient,
    anonymous: SignedInClient,
    resources: Resources,
    change: dict[str, str],
) -> None:
    admin, link = await client_for("admin"), await token(anonymous, resources)
    assert (await admin.patch(f"/api/v1/users/{guest.person_id}", json={"name": "Anna"})).status_code == 200
    assert (await admin.patch(f"/api/v1/users/{guest.person_id}", json=change)).status_code == 200
    assert (await redeem(anonymous, link)).status_code == 410
    assert (await ask(anonymous, change.get("email", EMAIL))).status_code == 202
    [newer] = await mailed(resources)
    assert (await redeem(anonymous, newer.partition("#/r/")[2])).status_code == 204


async def test_what_is_no_link_and_no_password_is_refused_and_uses_nothing(
    guest: SignedInClient, anonymous: SignedInClient, resources: Resources
) -> None:
    link = await token(anonymous, resources)
    assert (await redeem(anonymous, "forged")).status_code == 401
    assert (await redeem(anonymous, link[:-2])).status_code == 401
    for password in ("short", EMAIL):
        answer = await redeem(anonymous, link, password)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/password")
    # Nor does a link from here open anything else.
    assert (await anonymous.post("/api/v1/auth/links/exchange", json={"token": link})).status_code == 401
    assert (await redeem(anonymous, link)).status_code == 204


async def test_a_lost_answer_is_given_again(
    guest: SignedInClient, anonymous: SignedInClient, resources: Resources
) -> None:
    body = {"token": await token(anonymous, resources), "password": NEW_PASSWORD}
    first, again = [
        await anonymous.post(f"{RESETS}/redeem", json=body, headers={"Idempotency-Key": "reset-1"}) for _ in range(2)
    ]
    assert (first.status_code, again.status_code) == (204, 204)
    assert again.headers["idempotent-replayed"] == "true"


async def test_staff_are_led_to_their_front_end_and_no_token_is_kept(
    client_for: ClientFor, anonymous: SignedInClient, resources: Resources
) -> None:
    admin = await client_for("admin", email=EMAIL)
    assert (await admin.patch("/api/v1/settings/mail", json={"staff_url": "https://desk.example/tickets"})).is_success
    await ask(anonymous)
    [link] = await mailed(resources)

    assert link.startswith("https://desk.example/tickets#/r/")
    async with resources.engine.connect() as connection:
        kept = str(await connection.scalar(select(messages.c.text_body)))
    assert "https://desk.example/tickets#/r/…" in kept
    assert link.partition("#/r/")[2] not in kept


async def test_asking_is_limited_by_address(guest: SignedInClient, anonymous: SignedInClient) -> None:
    statuses = [(await ask(anonymous, email)).status_code for email in [EMAIL] * 6 + ["nobody@berg.example"] * 6]
    assert statuses == ([202] * 5 + [429]) * 2


async def test_old_resets_are_forgotten(
    guest: SignedInClient, anonymous: SignedInClient, resources: Resources, clock: FrozenClock
) -> None:
    await token(anonymous, resources)
    clock.advance(timedelta(hours=2, seconds=1))
    await forget_expired(resources)
    async with resources.engine.connect() as connection:
        assert await connection.scalar(select(func.count()).select_from(password_resets)) == 0
