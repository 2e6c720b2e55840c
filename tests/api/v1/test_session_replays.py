"""``Idempotency-Key`` where tokens are given out: who asked can have a lost answer again, and nobody else."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select
from tests.application import FrozenClock, SignedInClient
from tests.factories.contacts import create_contact
from tests.factories.users import PASSWORD, create_portal_link, create_user

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.ports import TokenClaims, TokenPurpose
from ticketdesk.models.outbox import idempotency_keys
from ticketdesk.models.users import sessions
from ticketdesk.repositories.base import new_id

SESSIONS = "/api/v1/auth/sessions"
REFRESH = f"{SESSIONS}/refresh"
EXCHANGE = "/api/v1/auth/links/exchange"
RIGHT = {"email": "ada@desk.example", "password": PASSWORD}
KEY = {"Idempotency-Key": "a-key"}


@pytest.fixture(autouse=True)
async def ada(resources: Resources) -> None:
    await create_user(resources, email=RIGHT["email"])


async def link_of_somebody(resources: Resources, clock: FrozenClock) -> str:
    contact = await create_contact(resources)
    link_id, now = await create_portal_link(resources, contact), clock.now()
    claims = TokenClaims(TokenPurpose.LINK, link_id, contact, now, now + timedelta(days=90), new_id())
    return resources.signer.issue(claims)


async def count_sessions(resources: Resources) -> int:
    async with resources.engine.begin() as connection:
        return int(await connection.scalar(select(func.count()).select_from(sessions)) or 0)


async def stored(resources: Resources) -> list[dict[str, Any]]:
    async with resources.engine.begin() as connection:
        return [dict(row) for row in (await connection.execute(select(idempotency_keys))).mappings()]


def is_replay(answer: httpx.Response) -> bool:
    return "idempotent-replayed" in answer.headers


async def test_signing_in_again_with_the_same_key_is_done_once(anonymous: SignedInClient, resources: Resources) -> None:
    answers = await asyncio.gather(*(anonymous.post(SESSIONS, json=RIGHT, headers=KEY) for _ in range(6)))
    assert {answer.status_code for answer in answers} == {201}
    assert sum(map(is_replay, answers)) == 5
    assert len({answer.text for answer in answers}) == 1
    assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}
    assert {answer.headers["location"] for answer in answers} == {f"{SESSIONS}/current"}
    assert await count_sessions(resources) == 1
    other = await anonymous.post(SESSIONS, json={**RIGHT, "email": "ADA@desk.example"}, headers=KEY)
    assert (other.status_code, other.json()["errors"][0]["code"]) == (422, "key_reused")


async def test_a_key_helps_nobody_to_guess_the_password(anonymous: SignedInClient) -> None:
    assert (await anonymous.post(SESSIONS, json=RIGHT, headers=KEY)).status_code == 201
    wrong = {**RIGHT, "password": "wrong"}
    guesses = [(await anonymous.post(SESSIONS, json=wrong, headers=KEY)).status_code for _ in range(6)]
    # Each failure counts, key or not; and while the address is locked, not even the right password is told apart.
    assert guesses == [401] * 5 + [429]
    assert (await anonymous.post(SESSIONS, json=RIGHT, headers=KEY)).status_code == 429


async def test_a_refused_sign_in_keeps_no_key(anonymous: SignedInClient, resources: Resources) -> None:
    assert (await anonymous.post(SESSIONS, json={**RIGHT, "password": "x"}, headers=KEY)).status_code == 401
    assert await stored(resources) == []
    assert not is_replay(await anonymous.post(SESSIONS, json=RIGHT, headers=KEY))


async def test_a_lost_refresh_can_be_had_again(anonymous: SignedInClient) -> None:
    first = (await anonymous.post(SESSIONS, json=RIGHT)).json()
    body = {"refresh_token": first["refresh_token"]}
    answers = await asyncio.gather(*(anonymous.post(REFRESH, json=body, headers=KEY) for _ in range(4)))
    assert [answer.status_code for answer in answers] == [200] * 4
    assert sum(map(is_replay, answers)) == 3
    assert len({answer.text for answer in answers}) == 1
    second = answers[0].json()
    assert (await anonymous.post(REFRESH, json={"refresh_token": second["refresh_token"]}, headers=KEY)).is_success


async def test_a_copied_refresh_token_still_ends_the_session(anonymous: SignedInClient, resources: Resources) -> None:
    first = (await anonymous.post(SESSIONS, json=RIGHT)).json()
    body = {"refresh_token": first["refresh_token"]}
    second = (await anonymous.post(REFRESH, json=body, headers=KEY)).json()
    assert (await anonymous.post(REFRESH, json=body, headers={"Idempotency-Key": "another"})).status_code == 401
    assert len(await stored(resources)) == 1
    me = await anonymous.get("/api/v1/me", headers={"Authorization": f"Bearer {second['access_token']}"})
    assert me.status_code == 401


async def test_a_link_is_exchanged_once_for_one_key(
    anonymous: SignedInClient, resources: Resources, clock: FrozenClock
) -> None:
    tokens = [await link_of_somebody(resources, clock) for _ in range(2)]
    answers = [await anonymous.post(EXCHANGE, json={"token": token}, headers=KEY) for token in (*tokens, *tokens)]
    assert [is_replay(answer) for answer in answers] == [False, False, True, True]
    assert [answer.text for answer in answers[:2]] == [answer.text for answer in answers[2:]]
    assert await count_sessions(resources) == 2


async def test_the_database_holds_no_token_of_an_answer(
    anonymous: SignedInClient, resources: Resources, clock: FrozenClock
) -> None:
    session = (await anonymous.post(SESSIONS, json=RIGHT, headers=KEY)).json()
    link = await link_of_somebody(resources, clock)
    portal = (await anonymous.post(EXCHANGE, json={"token": link}, headers=KEY)).json()
    rows = await stored(resources)
    everything = repr(rows).encode() + b"".join(row["body"] for row in rows)
    assert len(rows) == 2
    for secret in (session["access_token"], session["refresh_token"], portal["access_token"], link, PASSWORD):
        assert secret.encode() not in everything
    assert RIGHT["email"].encode() not in everything
