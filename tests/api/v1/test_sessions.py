"""Signing in, staying in and signing out over HTTP."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select, update
from tests.application import ClientFor, FrozenClock, SignedInClient
from tests.factories.users import PASSWORD, create_user

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.ports import PasswordHasher
from ticketdesk.integrations.passwords import Argon2Hasher
from ticketdesk.models.users import sign_in_failures, users

SESSIONS = "/api/v1/auth/sessions"
REFRESH = f"{SESSIONS}/refresh"
EMAIL = "ada@desk.example"


async def sign_in(client: httpx.AsyncClient, email: str = EMAIL, password: str = PASSWORD) -> httpx.Response:
    return await client.post(SESSIONS, json={"email": email, "password": password})


async def refresh(client: httpx.AsyncClient, token: str) -> httpx.Response:
    return await client.post(REFRESH, json={"refresh_token": token})


async def me(client: httpx.AsyncClient, session: Mapping[str, Any]) -> httpx.Response:
    return await client.get("/api/v1/me", headers={"Authorization": f"Bearer {session['access_token']}"})


@pytest.fixture
async def ada(resources: Resources) -> None:
    await create_user(resources, email=EMAIL, name="Ada", role="lead")


async def test_right_password_opens_a_session(anonymous: SignedInClient, ada: None) -> None:
    answer = await sign_in(anonymous)
    session = answer.json()

    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["location"] == f"{SESSIONS}/current"
    assert session["token_type"] == "Bearer"
    assert session["expires_at"] == "2026-03-02T15:15:00Z"
    assert session["refresh_expires_at"] == "2026-03-16T15:00:00Z"
    assert session["user"]["name"] == "Ada"
    assert "password" not in answer.text
    assert (await me(anonymous, session)).json()["email"] == EMAIL


@pytest.mark.parametrize("email", ["ADA@Desk.Example", "  ada@desk.example "])
async def test_address_is_compared_in_its_normal_form(anonymous: SignedInClient, ada: None, email: str) -> None:
    assert (await sign_in(anonymous, email)).status_code == 201


@pytest.mark.parametrize(
    ("email", "password"),
    [(EMAIL, "hunter2!"), ("nobody@desk.example", PASSWORD), (EMAIL, f"{PASSWORD} "), ("no address", PASSWORD)],
)
async def test_wrong_password_and_unknown_address_get_one_answer(
    anonymous: SignedInClient, ada: None, email: str, password: str
) -> None:
    answer = await sign_in(anonymous, email, password)

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["code"] == "not_authenticated"
    assert answer.json()["detail"] == "E-mail address or password is wrong."
    assert password.strip() not in answer.text


@pytest.mark.parametrize("fields", [{"is_active": False}, {"password_hash": None}])
async def test_who_may_not_come_in_gets_the_same_answer(
    anonymous: SignedInClient, resources: Resources, fields: dict[str, Any]
) -> None:
    await create_user(resources, email=EMAIL, **fields)

    answer = await sign_in(anonymous)

    assert (answer.status_code, answer.json()["detail"]) == (401, "E-mail address or password is wrong.")


@pytest.mark.parametrize(
    "body",
    [
        {"email": "a\x00@desk.example", "password": "x"},
        {"email": EMAIL, "password": "se\x00cret"},
        {"email": EMAIL, "password": "x" * 1001},
        {"email": EMAIL, "password": ""},
        {"email": EMAIL, "password": ["secret"]},
        {"email": EMAIL},
        {"email": EMAIL, "password": "secret", "otp": "secret"},
        {},
    ],
)
async def test_input_that_breaks_a_rule_is_refused_without_an_echo(
    anonymous: SignedInClient, body: dict[str, Any]
) -> None:
    answer = await anonymous.post(SESSIONS, json=body)

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert "cret" not in answer.text


@pytest.mark.parametrize("field", ["email", "password"])
async def test_lone_surrogates_are_refused(anonymous: SignedInClient, field: str) -> None:
    body = {"email": EMAIL, "password": PASSWORD} | {field: "SURROGATE"}
    content = httpx.Request("POST", SESSIONS, json=body).content.replace(b"SURROGATE", rb"a\ud800@desk.example")

    answer = await anonymous.post(SESSIONS, content=content, headers={"Content-Type": "application/json"})

    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"


@pytest.mark.parametrize("email", [EMAIL, "nobody@desk.example"])
async def test_repeated_failures_lock_the_address_for_a_while(
    anonymous: SignedInClient, ada: None, clock: FrozenClock, email: str
) -> None:
    statuses = [(await sign_in(anonymous, email, "wrong")).status_code for _ in range(7)]
    locked = await sign_in(anonymous, email)

    assert statuses == [401] * 5 + [429] * 2
    assert locked.status_code == 429
    assert locked.json()["code"] == "too_many_attempts"
    clock.advance(timedelta(seconds=int(locked.headers["retry-after"]) - 1))
    assert (await sign_in(anonymous, email)).status_code == 429
    clock.advance(timedelta(seconds=1))
    assert (await sign_in(anonymous, email)).status_code == (201 if email == EMAIL else 401)


async def test_success_forgets_failures(anonymous: SignedInClient, ada: None, resources: Resources) -> None:
    for _ in range(6):
        assert (await sign_in(anonymous, password="wrong")).status_code == 401
        assert (await sign_in(anonymous, password="wrong")).status_code == 401
        assert (await sign_in(anonymous)).status_code == 201
    async with resources.engine.begin() as connection:
        assert (await connection.execute(select(sign_in_failures))).all() == []


async def test_failures_are_forgotten_in_time(anonymous: SignedInClient, ada: None, clock: FrozenClock) -> None:
    for _ in range(12):
        assert (await sign_in(anonymous, password="wrong")).status_code == 401
        clock.advance(timedelta(minutes=61))


async def test_right_guess_among_many_at_once_tells_nothing_once_the_address_is_locked(
    anonymous: SignedInClient, ada: None
) -> None:
    guesses = ["wrong"] * 19 + [PASSWORD]

    answers = await asyncio.gather(*(sign_in(anonymous, password=guess) for guess in guesses))

    # Nothing but the order of arrival decides: by the time the last one is settled, five have failed.
    assert answers[-1].status_code == 429
    assert {answer.status_code for answer in answers} == {401, 429}


async def test_hash_of_outdated_strength_is_replaced(
    anonymous: SignedInClient, ada: None, resources: Resources
) -> None:
    async def stored() -> str:
        async with resources.engine.begin() as connection:
            return str((await connection.execute(select(users.c.password_hash))).scalar_one())

    outdated = await Argon2Hasher(passes=2, memory_kib=8).hash(PASSWORD)
    async with resources.engine.begin() as connection:
        await connection.execute(update(users).values(password_hash=outdated))

    assert (await sign_in(anonymous, password="wrong")).status_code == 401
    assert await stored() == outdated
    assert (await sign_in(anonymous)).status_code == 201
    replaced = await stored()
    assert replaced != outdated
    assert not resources.hasher.is_outdated(replaced)
    assert (await sign_in(anonymous)).status_code == 201
    assert await stored() == replaced


class GatedHasher:
    """Verifies only once the gate is open; ``is_full`` is set when so many wait before it."""

    def __init__(self, hasher: PasswordHasher, waiting: int) -> None:
        self._hasher = hasher
        self._missing = waiting
        self.gate, self.is_full = asyncio.Event(), asyncio.Event()

    async def hash(self, password: str) -> str:
        return await self._hasher.hash(password)

    async def verify(self, encoded: str | None, password: str) -> bool:
        self._missing -= 1
        if self._missing == 0:
            self.is_full.set()
        await self.gate.wait()
        return await self._hasher.verify(encoded, password)

    def is_outdated(self, encoded: str) -> bool:
        return self._hasher.is_outdated(encoded)


async def test_hashing_holds_no_connection(
    app: FastAPI, client_for: ClientFor, anonymous: SignedInClient, ada: None, resources: Resources
) -> None:
    more_than_connections = 3 * resources.config.database_pool_size
    hasher = GatedHasher(resources.hasher, more_than_connections)
    app.state.resources = replace(resources, hasher=hasher)
    other = await client_for("agent")
    pending = asyncio.gather(*(sign_in(anonymous) for _ in range(more_than_connections)))
    await asyncio.wait_for(hasher.is_full.wait(), 20)

    assert (await other.get("/api/v1/me")).status_code == 200
    hasher.gate.set()
    assert {answer.status_code for answer in await pending} == {201}


async def test_access_token_holds_for_fifteen_minutes(anonymous: SignedInClient, ada: None, clock: FrozenClock) -> None:
    session = (await sign_in(anonymous)).json()

    clock.advance(timedelta(minutes=14, seconds=59))
    assert (await me(anonymous, session)).status_code == 200
    clock.advance(timedelta(seconds=1))
    assert (await me(anonymous, session)).status_code == 401


async def test_refreshing_gives_the_next_pair(anonymous: SignedInClient, ada: None, clock: FrozenClock) -> None:
    first = (await sign_in(anonymous)).json()
    clock.advance(timedelta(hours=1))

    answer = await refresh(anonymous, first["refresh_token"])

    second = answer.json()
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert second["refresh_token"] != first["refresh_token"]
    assert second["refresh_expires_at"] == "2026-03-16T16:00:00Z"
    assert (await me(anonymous, first)).status_code == 401
    assert (await me(anonymous, second)).status_code == 200


async def test_refresh_token_presented_again_ends_the_session(anonymous: SignedInClient, ada: None) -> None:
    first = (await sign_in(anonymous)).json()
    other = (await sign_in(anonymous)).json()
    second = (await refresh(anonymous, first["refresh_token"])).json()

    again = await refresh(anonymous, first["refresh_token"])

    assert again.status_code == 401
    assert first["refresh_token"] not in again.text
    assert (await me(anonymous, second)).status_code == 401
    assert (await refresh(anonymous, second["refresh_token"])).status_code == 401
    assert (await me(anonymous, other)).status_code == 200


async def test_of_twenty_refreshes_at_once_one_wins_and_the_session_ends(anonymous: SignedInClient, ada: None) -> None:
    session = (await sign_in(anonymous)).json()
    # Opens all connections, so that none of the twenty is late.
    await asyncio.gather(*(me(anonymous, session) for _ in range(20)))

    answers = await asyncio.gather(*(refresh(anonymous, session["refresh_token"]) for _ in range(20)))

    winners = [answer.json() for answer in answers if answer.status_code == 200]
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 19
    assert (await me(anonymous, winners[0])).status_code == 401
    assert (await refresh(anonymous, winners[0]["refresh_token"])).status_code == 401


async def test_session_ends_after_thirty_days_however_often_it_was_refreshed(
    anonymous: SignedInClient, ada: None, clock: FrozenClock
) -> None:
    session = (await sign_in(anonymous)).json()
    for _ in range(5):
        clock.advance(timedelta(days=5))
        session = (await refresh(anonymous, session["refresh_token"])).json()
    assert session["refresh_expires_at"] == "2026-04-01T15:00:00Z"
    clock.advance(timedelta(days=5, minutes=-5))
    session = (await refresh(anonymous, session["refresh_token"])).json()
    assert session["expires_at"] == "2026-04-01T15:00:00Z"

    clock.advance(timedelta(minutes=5))

    assert (await me(anonymous, session)).status_code == 401
    assert (await refresh(anonymous, session["refresh_token"])).status_code == 401


async def test_refresh_token_holds_for_fourteen_days(anonymous: SignedInClient, ada: None, clock: FrozenClock) -> None:
    session = (await sign_in(anonymous)).json()

    clock.advance(timedelta(days=14))

    assert (await refresh(anonymous, session["refresh_token"])).status_code == 401


@pytest.mark.parametrize("token", ["x", "\u00fc" * 50, "td_" + "a" * 40])
async def test_foreign_refresh_token_is_refused(anonymous: SignedInClient, token: str) -> None:
    answer = await refresh(anonymous, token)

    assert answer.status_code == 401
    assert token not in answer.text


async def test_tokens_serve_one_purpose_each(anonymous: SignedInClient, ada: None) -> None:
    session = (await sign_in(anonymous)).json()

    assert (await me(anonymous, {"access_token": session["refresh_token"]})).status_code == 401
    assert (await refresh(anonymous, session["access_token"])).status_code in {401, 422}
    link = await anonymous.post("/api/v1/auth/links/exchange", json={"token": session["access_token"]})
    assert link.status_code == 401


async def test_signing_out_ends_this_session_alone(anonymous: SignedInClient, ada: None) -> None:
    session, other = (await sign_in(anonymous)).json(), (await sign_in(anonymous)).json()
    headers = {"Authorization": f"Bearer {session['access_token']}"}

    answer = await anonymous.delete(f"{SESSIONS}/current", headers=headers)

    assert (answer.status_code, answer.content) == (204, b"")
    assert (await me(anonymous, session)).status_code == 401
    assert (await refresh(anonymous, session["refresh_token"])).status_code == 401
    assert (await me(anonymous, other)).status_code == 200


async def test_deactivated_user_is_out_at_the_next_request(
    anonymous: SignedInClient, ada: None, resources: Resources
) -> None:
    session = (await sign_in(anonymous)).json()
    async with resources.engine.begin() as connection:
        await connection.execute(update(users).values(is_active=False))

    assert (await me(anonymous, session)).status_code == 401
    assert (await refresh(anonymous, session["refresh_token"])).status_code == 401
