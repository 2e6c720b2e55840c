"""Many clients at once over real connections: what is sent again is done once, and no edit is lost."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from tests.application import ClientFor, SignedInClient
from tests.factories.tickets import RECIPIENT
from tests.serving import served

TICKETS = "/api/v1/tickets"
BODY = {"kind": "corrective", "title": "Once", "recipient": RECIPIENT}
EDITORS = 50
ROUNDS = 6


@pytest.fixture
async def connected(app: FastAPI, client_for: ClientFor) -> AsyncIterator[SignedInClient]:
    agent = await client_for("agent")
    limits = httpx.Limits(max_connections=EDITORS)
    async with (
        served(app) as address,
        SignedInClient(base_url=address, headers=agent.headers, limits=limits, timeout=30) as client,
    ):
        yield client


async def test_thirty_times_the_same_request_is_one_creation_and_29_replays(connected: SignedInClient) -> None:
    headers = {"Idempotency-Key": "thirty"}
    answers = await asyncio.gather(*(connected.post(TICKETS, json=BODY, headers=headers) for _ in range(30)))
    assert Counter(answer.status_code for answer in answers) == {201: 30}
    assert Counter(answer.headers.get("idempotent-replayed") for answer in answers) == {None: 1, "true": 29}
    assert len({(answer.text, answer.headers["location"], answer.headers["etag"]) for answer in answers}) == 1
    assert len((await connected.get(TICKETS)).json()["items"]) == 1


async def test_of_fifty_editors_one_wins_each_round_and_none_is_lost(connected: SignedInClient) -> None:
    ticket = (await connected.post(TICKETS, json=BODY | {"send": "later"})).json()
    url = f"{TICKETS}/{ticket['id']}"
    for turn in range(ROUNDS):
        tag = (await connected.get(url)).headers["etag"]
        answers = await asyncio.gather(
            *(
                connected.patch(url, json={"title": f"{turn} by {editor}"}, headers={"If-Match": tag})
                for editor in range(EDITORS)
            )
        )
        assert Counter(answer.status_code for answer in answers) == {200: 1, 412: EDITORS - 1}
        [won] = (answer for answer in answers if answer.is_success)
        assert {answer.json()["code"] for answer in answers if answer is not won} == {"stale_version"}
        now = await connected.get(url)
        assert (now.json()["title"], now.headers["etag"]) == (won.json()["title"], won.headers["etag"])
    assert (await connected.get(url)).json()["version"] == ticket["version"] + ROUNDS
