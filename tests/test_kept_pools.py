from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, select
from tests.kept_pools import KeptPool

from ticketdesk.repositories.pools import Pool
from ticketdesk.repositories.statements import Statement

BACKEND = Statement(select(func.pg_backend_pid().label("pid")))
SIZE = 2


@pytest.fixture
async def kept() -> AsyncIterator[KeptPool]:
    opened = KeptPool(set())
    yield opened
    await opened.close()


async def backend(pool: Pool) -> int:
    async with pool.unit() as connection:
        (row,) = await connection.fetch(BACKEND, {})
    pid: int = row["pid"]
    return pid


async def test_connections_serve_one_test_after_the_other(database_url: str, kept: KeptPool) -> None:
    first = await backend(await kept.get(database_url, SIZE))
    await kept.rest()
    assert kept.processes == {first}
    assert await backend(await kept.get(database_url, SIZE)) == first


async def test_no_test_gets_connections_that_another_still_uses(database_url: str, kept: KeptPool) -> None:
    pool = await kept.get(database_url, SIZE)
    async with pool.unit():
        await kept.rest()
    assert kept.processes == set()
    assert await kept.get(database_url, SIZE) is not pool


async def test_each_size_has_connections_of_its_own(database_url: str, kept: KeptPool) -> None:
    pool = await kept.get(database_url, SIZE)
    assert await kept.get(database_url, SIZE + 1) is not pool
