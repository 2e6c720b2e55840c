"""``Idempotency-Key``: the same request is done once, whoever sends it again and when."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi import FastAPI
from tests.application import ClientFor, FrozenClock, SignedInClient
from tests.factories.tickets import RECIPIENT

from ticketdesk.api import key_turns
from ticketdesk.bootstrap import Resources
from ticketdesk.domain.errors import Conflict
from ticketdesk.jobs import housekeeping
from ticketdesk.repositories.database import open_pool

BODY = {"kind": "corrective", "title": "Once", "recipient": RECIPIENT}
KEY = {"Idempotency-Key": "a-key"}
URL = "/api/v1/tickets"


@pytest.fixture
async def agent(client_for: ClientFor) -> SignedInClient:
    return await client_for("agent")


async def test_a_request_still_in_progress_is_not_started_again(resources: Resources, database_url: str) -> None:
    pool = open_pool(database_url, pool_size=1, lock_timeout_ms=50)
    async with resources.unit_of_work() as first:
        await first.idempotency.claim("user:1", "a-key", b"x", first.now())
        with pytest.raises(Conflict) as refused:
            async with replace(resources, pool=pool).unit_of_work() as second:
                await second.idempotency.claim("user:1", "a-key", b"x", second.now())
    assert refused.value.code == "request_in_progress"
    await pool.dispose()


async def test_the_same_json_in_another_spelling_is_the_same_request(agent: SignedInClient) -> None:
    first = await agent.post(URL, json=BODY, headers=KEY)
    again = await agent.post(URL, json=dict(reversed(BODY.items())), headers=KEY)
    assert again.headers["idempotent-replayed"] == "true"
    assert again.json() == first.json()


async def test_a_refused_request_keeps_no_key(agent: SignedInClient) -> None:
    refused = await agent.post(URL, json=BODY | {"title": ""}, headers=KEY)
    assert refused.status_code == 422
    assert (await agent.post(URL, json=BODY, headers=KEY)).status_code == 201


async def test_keys_belong_to_their_caller(agent: SignedInClient, client_for: ClientFor) -> None:
    other = await client_for("agent")
    answers = await asyncio.gather(*(one.post(URL, json=BODY, headers=KEY) for one in (agent, other)))
    assert len({answer.json()["id"] for answer in answers}) == 2


async def test_a_key_is_kept_for_a_day(agent: SignedInClient, resources: Resources, clock: FrozenClock) -> None:
    async with resources.unit_of_work() as uow:
        caller = f"user:{agent.person_id}"
        assert await uow.idempotency.claim(caller, "old", b"x", uow.now())
    for hours, is_kept in ((23, True), (2, False)):
        clock.advance(timedelta(hours=hours))
        await housekeeping.forget_expired(resources)
        async with resources.unit_of_work() as uow:
            assert (await uow.idempotency.find(caller, "old") is not None) == is_kept


@pytest.mark.parametrize("key", ["", "x" * 256, "tab\there"])
async def test_a_key_that_is_none_is_refused(agent: SignedInClient, key: str) -> None:
    answer = await agent.post(URL, json=BODY, headers={"Idempotency-Key": key})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "Idempotency-Key")


async def test_the_same_form_with_another_boundary_is_the_same_request(agent: SignedInClient) -> None:
    form = {"file": ("contacts.csv", b"name,email\nAna Ruiz,ana@branch.example\n", "text/csv")}
    first, again = [await agent.post("/api/v1/contacts/import", files=form, headers=KEY) for _ in range(2)]
    assert first.request.headers["content-type"] != again.request.headers["content-type"]
    assert (first.status_code, again.headers["idempotent-replayed"]) == (200, "true")


async def test_requests_that_wait_for_their_key_hold_one_connection(
    agent: SignedInClient, app: FastAPI, resources: Resources, database_url: str
) -> None:
    pool = open_pool(database_url, pool_size=2)
    app.state.resources = replace(resources, pool=pool)
    caller = f"user:{agent.person_id}"
    async with asyncio.TaskGroup() as group, resources.unit_of_work() as elsewhere:
        await elsewhere.idempotency.claim(caller, "a-key", b"x", elsewhere.now())
        retries = [group.create_task(agent.post(URL, json=BODY, headers=KEY)) for _ in range(6)]
        for _ in range(3):
            read = await agent.get("/api/v1/me")
            assert (read.status_code, [retry.done() for retry in retries]) == (200, [False] * 6)
        await elsewhere.idempotency.remove(caller, "a-key")
    answers = [retry.result() for retry in retries]
    assert sorted(answer.headers.get("idempotent-replayed", "") for answer in answers) == ["", *["true"] * 5]
    assert {answer.json()["id"] for answer in answers} == {answers[0].json()["id"]}
    await pool.dispose()


async def test_who_waits_too_long_for_a_turn_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_turns, "PATIENCE_SECONDS", 0.0)
    async with key_turns.turn("Bearer a", "key"):
        async with key_turns.turn("Bearer b", "key"), key_turns.turn("Bearer a", "other"):
            pass
        with pytest.raises(Conflict) as refused:
            async with key_turns.turn("Bearer a", "key"):
                pass
    assert refused.value.code == "request_in_progress"


async def test_who_needs_no_credential_awaits_no_turn(
    anonymous: SignedInClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_turns, "PATIENCE_SECONDS", 0.0)
    credential = {"Authorization": "Bearer left-over"}
    # Looking at a password takes so long that one by one they would wait for nothing but each other.
    async with key_turns.turn(credential["Authorization"], KEY["Idempotency-Key"]):
        body = {"email": "nobody@desk.example", "password": "wrong"}
        refused = await anonymous.post("/api/v1/auth/sessions", json=body, headers=KEY | credential)
    assert refused.status_code == 401
