"""Turns of connections: never more than there are, first come first served, none lost."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from ticketdesk.repositories import pools
from ticketdesk.repositories.database import open_pool
from ticketdesk.repositories.pools import Pool

SIZE = 2


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    opened = open_pool(database_url, pool_size=SIZE)
    yield opened
    await opened.dispose()


async def test_no_more_are_lent_than_there_are_and_who_comes_first_is_served_first(pool: Pool) -> None:
    served: list[int] = []
    lent, most = 0, 0

    async def work(number: int) -> None:
        nonlocal lent, most
        async with pool.unit():
            served.append(number)
            lent += 1
            most = max(most, lent)
            await asyncio.sleep(0)
            lent -= 1

    # Opening them takes the one longer than the other.
    async with pool.unit(), pool.unit():
        pass
    await asyncio.gather(*(work(number) for number in range(20)))
    assert (served, most) == (list(range(20)), SIZE)


async def test_who_waits_too_long_is_told_and_loses_nobody_elses_turn(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "PATIENCE_SECONDS", 0.01)
    async with pool.unit(), pool.unit():
        with pytest.raises(TimeoutError):
            await pool.lend()
    async with pool.unit(), pool.unit():
        pass


async def test_a_turn_survives_a_server_that_is_not_there() -> None:
    pool = open_pool("postgresql://postgres@127.0.0.1:1/nobody", pool_size=1)
    for _ in range(3):
        with pytest.raises(ConnectionRefusedError):
            await pool.lend()
    await pool.dispose()


async def test_a_server_that_refuses_a_connection_is_told_as_core_does_and_costs_no_turn(database_url: str) -> None:
    nowhere = make_url(database_url).set(database="nowhere").render_as_string(hide_password=False)
    refused = open_pool(nowhere, pool_size=1)
    for _ in range(2):
        with pytest.raises(DBAPIError, match="nowhere"):
            async with refused.unit():
                pass
    await refused.dispose()
