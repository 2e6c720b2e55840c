"""Limits over HTTP: who is counted with whom, what the answers say, and that no process lets one too many pass."""

import asyncio
import re
import threading
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select
from tests.application import BASE_URL, ClientFor, FrozenClock, SignedInClient
from tests.factories.tickets import create_ticket
from tests.factories.users import PASSWORD, create_user

from ticketdesk.api.proxies import middleware
from ticketdesk.app import create_app
from ticketdesk.bootstrap import Resources, open_resources
from ticketdesk.config import Config
from ticketdesk.domain.rate_limits import QUOTAS, Limited
from ticketdesk.models.rate_limits import rate_limits
from ticketdesk.repositories.base import new_id

EXCHANGE = "/api/v1/auth/links/exchange"
SESSIONS = "/api/v1/auth/sessions"
LIMITS = "/api/v1/settings/limits"
EMAIL = "ada@desk.example"


async def set_quota(client_for: ClientFor, limited: Limited, *, per_client: int, per_credential: int) -> None:
    admin = await client_for("admin")
    quotas = {limited: {"per_client": per_client, "per_credential": per_credential}}
    assert (await admin.patch(LIMITS, json={"quotas": quotas})).status_code == 200


def client_at(app: FastAPI, host: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app, client=(host, 40000)), base_url=BASE_URL)


async def exchange(client: httpx.AsyncClient, token: str = "a", **headers: str) -> httpx.Response:
    return await client.post(EXCHANGE, json={"token": token}, headers=headers)


async def statuses(client: httpx.AsyncClient, *tokens: str) -> list[int]:
    return [(await exchange(client, token)).status_code for token in tokens]


async def test_every_answer_says_where_its_subjects_stand(
    client_for: ClientFor, anonymous: SignedInClient, clock: FrozenClock, resources: Resources
) -> None:
    await set_quota(client_for, Limited.SIGN_IN, per_client=3, per_credential=2)
    await create_user(resources, email=EMAIL)
    answers = [
        await anonymous.post(SESSIONS, json={"email": email, "password": password})
        for email, password in ((EMAIL, PASSWORD), (EMAIL.upper(), "wrong"), (EMAIL, PASSWORD))
    ]
    assert [answer.status_code for answer in answers] == [201, 401, 429]
    assert {answer.headers["ratelimit-policy"] for answer in answers} == {
        '"sign_in_per_client";q=3;w=900, "sign_in_per_credential";q=2;w=900'
    }
    assert [re.findall(r"r=(\d+)", answer.headers["ratelimit"]) for answer in answers] == [
        ["2", "1"],
        ["1", "0"],
        ["0", "0"],
    ]
    refused = answers[-1]
    assert (refused.headers["content-type"], refused.json()["code"]) == ("application/problem+json", "rate_limited")
    assert refused.headers["retry-after"] == "900"
    assert EMAIL not in refused.text
    clock.advance(timedelta(seconds=899))
    assert (await anonymous.post(SESSIONS, json={"email": EMAIL, "password": PASSWORD})).status_code == 429
    clock.advance(timedelta(seconds=1))
    again = await anonymous.post(SESSIONS, json={"email": EMAIL, "password": PASSWORD})
    assert (again.status_code, again.headers["ratelimit"]) == (
        201,
        '"sign_in_per_client";r=2;t=900, "sign_in_per_credential";r=1;t=900',
    )


async def test_a_body_that_breaks_a_rule_is_counted_too(client_for: ClientFor, anonymous: SignedInClient) -> None:
    await set_quota(client_for, Limited.LINK_EXCHANGE, per_client=2, per_credential=1)
    answers = [await anonymous.post(EXCHANGE, json=body) for body in ({}, {"token": None}, {})]
    assert [answer.status_code for answer in answers] == [422, 422, 429]
    assert answers[0].headers["ratelimit"] == '"link_exchange_per_client";r=1;t=900'


async def test_clients_are_told_apart_by_address_and_credentials_by_themselves(
    client_for: ClientFor, app: FastAPI
) -> None:
    await set_quota(client_for, Limited.LINK_EXCHANGE, per_client=4, per_credential=2)
    async with client_at(app, "192.0.2.7") as office, client_at(app, "192.0.2.8") as home:
        # One who guesses at one credential is stopped, and the others at the same address are not …
        assert await statuses(office, "a", "a", "a", "b") == [401, 401, 429, 401]
        # … until the address has had its share, when made-up credentials are not even noted.
        assert await statuses(office, "c", "d") == [429, 429]
        # The credential is used up from wherever, and whatever the client says of itself.
        assert await statuses(home, "c", "a") == [401, 429]
        forged = await exchange(office, "e", **{"X-Forwarded-For": "192.0.2.9", "Forwarded": "for=192.0.2.9"})
        assert forged.status_code == 429


async def test_only_a_trusted_proxy_says_who_asks(client_for: ClientFor, resources: Resources, config: Config) -> None:
    await set_quota(client_for, Limited.LINK_EXCHANGE, per_client=1, per_credential=9)
    behind = create_app(replace(resources, config=config.model_copy(update={"trusted_proxies": ("10.0.0.0/8",)})))
    async with client_at(behind, "10.0.0.1") as proxy, client_at(behind, "192.0.2.7") as stranger:

        async def ask(client: httpx.AsyncClient, forwarded: str) -> int:
            return (await exchange(client, **{"X-Forwarded-For": forwarded})).status_code

        assert await ask(proxy, "198.51.100.1") == 401
        assert await ask(proxy, "198.51.100.2") == 401
        # What stands before the address that the proxy saw was written by the client.
        assert await ask(proxy, "198.51.100.3, 198.51.100.2") == 429
        assert await ask(proxy, "198.51.100.3, 198.51.100.4, 10.0.0.2") == 401
        assert await ask(stranger, "198.51.100.5") == 401
        assert await ask(stranger, "198.51.100.6") == 429


@pytest.mark.parametrize("proxies", [("*",), ("proxy.example",), ("10.0.0.1/8",)])
def test_a_proxy_is_an_address_or_a_network(proxies: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"does not appear to be|has host bits set"):
        middleware(proxies)


async def test_nothing_that_was_counted_can_be_read(anonymous: SignedInClient, resources: Resources) -> None:
    await anonymous.post(SESSIONS, json={"email": EMAIL, "password": PASSWORD})
    async with resources.engine.begin() as connection:
        rows = (await connection.execute(select(rate_limits.c.subject))).scalars().all()
    assert [len(subject) for subject in rows] == [32, 32]
    assert len(set(rows)) == 2


async def test_an_export_is_counted_by_credential(client_for: ClientFor) -> None:
    await set_quota(client_for, Limited.EXPORT, per_client=9, per_credential=1)
    one, other = await client_for("agent"), await client_for("agent")
    url = "/api/v1/tickets/0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b/report"
    assert [(await client.get(url)).status_code for client in (one, one, other)] == [404, 429, 404]


async def test_a_default_comes_back(client_for: ClientFor) -> None:
    await set_quota(client_for, Limited.EXPORT, per_client=9, per_credential=1)
    admin = await client_for("admin")
    changed = (await admin.get(LIMITS)).json()["quotas"]
    assert changed["export"] == {"per_client": 9, "per_credential": 1}
    assert changed["sign_in"]["per_client"] == QUOTAS[Limited.SIGN_IN].per_client
    answer = await admin.patch(LIMITS, json={"quotas": {"export": None}})
    assert answer.json()["quotas"]["export"]["per_client"] == QUOTAS[Limited.EXPORT].per_client


@pytest.mark.parametrize(
    "quotas",
    [{"nonsense": None}, {"export": {"per_client": 1}}, {"export": {"per_client": 0, "per_credential": 1}}, None],
)
async def test_quotas_that_are_none_are_refused(client_for: ClientFor, quotas: object) -> None:
    admin = await client_for("admin")
    assert (await admin.patch(LIMITS, json={"quotas": quotas})).status_code == 422


def test_four_processes_together_let_exactly_the_quota_pass(database_url: str, tmp_path: Path) -> None:
    config = Config.model_construct(data_dir=tmp_path, secret_keys=("k" * 32,), database_pool_size=5)
    # While it builds an application, the framework silences warnings for the whole process, so for other threads too.
    building = threading.Lock()

    def build(resources: Resources) -> FastAPI:
        with building:
            return create_app(resources)

    async def ask() -> Counter[int]:
        # What a process has to itself: its event loop, its connections, its application.
        async with (
            open_resources(config, database_url, clock=FrozenClock()) as resources,
            client_at(build(resources), "192.0.2.7") as client,
        ):
            answers = await asyncio.gather(*(exchange(client) for _ in range(25)))
            return Counter(answer.status_code for answer in answers)

    async def ask_from_four_loops() -> list[Counter[int]]:
        return await asyncio.gather(*(asyncio.to_thread(asyncio.run, ask()) for _ in range(4)))

    counted = sum(asyncio.run(ask_from_four_loops()), Counter[int]())
    quota = QUOTAS[Limited.LINK_EXCHANGE].per_credential
    assert counted == {401: quota, 429: 100 - quota}


async def test_no_request_waits_for_a_second_connection_to_be_counted(client_for: ClientFor, config: Config) -> None:
    staff = await client_for("lead")
    report = f"/api/v1/tickets/{(await create_ticket(staff))['id']}/report"
    answers = await asyncio.gather(*(staff.get(report) for _ in range(2 * config.database_pool_size)))
    assert {answer.status_code for answer in answers} == {200}


async def test_who_presents_what_does_not_hold_is_counted(anonymous: SignedInClient) -> None:
    answer = await anonymous.get(f"/api/v1/tickets/{new_id()}/report")
    assert (answer.status_code, "ratelimit" in answer.headers) == (401, True)
