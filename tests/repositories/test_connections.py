"""One connection, one transaction: begun late, ended always, given back clean whatever happened to it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

import asyncpg
import pytest
from sqlalchemy import Float, Integer, bindparam, column, func, insert, literal_column, select, text
from sqlalchemy.exc import DBAPIError
from tests.application import START

from ticketdesk.models.users import teams, users
from ticketdesk.repositories.base import new_id
from ticketdesk.repositories.connections import Connection, TransactionLost, sqlstate
from ticketdesk.repositories.database import open_pool
from ticketdesk.repositories.insertions import ROWS_ONE_BY_ONE
from ticketdesk.repositories.pools import Pool
from ticketdesk.repositories.statements import Statement, insertion

NAMES = Statement(select(teams.c.name).order_by(teams.c.name))
ADD = insertion(teams, ("id", "name", "created_at", "updated_at"))
RENAME = Statement(teams.update().where(teams.c.name == bindparam("old")).values(name=bindparam("new")))
RENAME_USER = Statement(users.update().where(users.c.name == bindparam("old")), ["name"])
LOCKED = Statement(select(teams.c.name).with_for_update())
SLEEP = Statement(select(func.pg_sleep(bindparam("seconds", type_=Float))))
FAILING = Statement(select((literal_column("1") / bindparam("zero", type_=Integer)).label("never")))
BACKEND = Statement(select(func.pg_backend_pid().label("pid")))
TERMINATED = Statement(select(func.pg_terminatebackend(func.pg_backend_pid()).label("is_terminated")))
MANY = [f"one of {ROWS_ONE_BY_ONE + 1}, {letter}" for letter in "abcd"]
Work = Callable[[Connection], Awaitable[Any]]


def team(name: str) -> dict[str, Any]:
    return {"id": new_id(), "name": name, "created_at": START, "updated_at": START}


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    """A pool of one connection: what a unit of work leaves behind is what the next one finds."""
    opened = open_pool(database_url, pool_size=1)
    yield opened
    await opened.dispose()


async def in_unit(pool: Pool, *work: Work) -> None:
    async with pool.unit() as connection:
        for each in work:
            await each(connection)


def is_in_transaction(connection: Connection) -> bool:
    state: bool = connection._driver.is_in_transaction()
    return state


async def names(pool: Pool) -> list[str]:
    """Return what is committed; fails where a unit of work before this one did not end."""
    async with pool.unit() as connection:
        found = [row["name"] for row in await connection.fetch(NAMES, {})]
        assert not is_in_transaction(connection)
        return found


def add(name: str) -> Work:
    return lambda connection: connection.run(ADD, team(name))


def add_soon(*names: str) -> Work:
    async def wait(connection: Connection) -> None:
        connection.insert_soon(teams, [team(each) for each in names])

    return wait


def fetch(statement: Statement, **values: Any) -> Work:
    return lambda connection: connection.fetch(statement, values)


async def composed(connection: Connection) -> None:
    await connection.execute(insert(teams).values(**team("composed")))


async def fail(_: Connection) -> None:
    raise LookupError


async def backend(pool: Pool) -> int:
    async with pool.unit() as connection:
        return int((await connection.fetch(BACKEND, {}))[0]["pid"])


@pytest.mark.parametrize(
    ("work", "has_begun"),
    [
        ([fetch(NAMES)], False),
        ([fetch(LOCKED)], True),
        ([fetch(NAMES), add("a"), fetch(NAMES)], True),
        ([lambda connection: connection.run_many(ADD, [team("a"), team("b")])], True),
        ([composed], True),
        ([lambda connection: connection.execute(select(teams.c.name))], True),
    ],
)
async def test_a_transaction_begins_with_the_first_statement_that_writes_or_locks(
    pool: Pool, work: Sequence[Work], has_begun: bool
) -> None:
    async with pool.unit() as connection:
        for each in work:
            await each(connection)
        assert is_in_transaction(connection) is has_begun
    await names(pool)


async def test_what_was_written_is_there_after_the_block_and_not_after_a_raise(pool: Pool) -> None:
    async with pool.unit() as connection:
        assert await connection.run(ADD, team("compiled")) == 1
        await composed(connection)
        assert await connection.run(RENAME, {"old": "nobody", "new": "x"}) == 0
    assert await names(pool) == ["compiled", "composed"]
    with pytest.raises(LookupError):
        await in_unit(pool, add("gone"), fail)
    assert await names(pool) == ["compiled", "composed"]


@pytest.mark.parametrize(
    "last",
    [
        [],
        [fetch(NAMES)],
        [add("more")],
        [composed],
        [lambda connection: connection.run_many(ADD, [team("a"), team("b")])],
        [lambda connection: connection.run(RENAME, {"old": "first", "new": "second"})],
        [lambda connection: connection.run(RENAME_USER, {"old": "first", "name": "second"})],
        [fetch(BACKEND)],
    ],
)
async def test_rows_that_wait_are_written_whatever_comes_next(pool: Pool, last: Sequence[Work]) -> None:
    await in_unit(pool, add("first"))
    await in_unit(pool, add_soon("waited"), add_soon(*MANY), *last)
    assert {"waited", *MANY} < set(await names(pool))
    with pytest.raises(LookupError):
        await in_unit(pool, add_soon("gone"), fail)
    assert "gone" not in await names(pool)


async def test_rows_that_wait_cost_one_round_trip_or_none(pool: Pool) -> None:
    await in_unit(pool, add("a"))
    asked: list[str] = []
    async with pool.unit() as connection:
        connection._driver.add_query_logger(lambda record: asked.append(record.query))
        await add_soon("b")(connection)
        await add_soon("c", "d")(connection)
        assert [row["name"] for row in await connection.fetch(NAMES, {})] == ["a", "b", "c", "d"]
        await add_soon("e")(connection)
        # It asks for other rows, takes this one along and counts its own alone.
        assert await connection.run(RENAME_USER, {"old": "e", "name": "f"}) == 0
        await add_soon("f")(connection)
        assert len(await connection.fetch(BACKEND, {})) == 1
        await asyncio.sleep(0)
    # BEGIN, what waited, the names, and one for each of the others.
    assert len(asked) == 5, asked
    assert await names(pool) == ["a", "b", "c", "d", "e", "f"]


async def test_a_savepoint_undoes_rows_that_wait_and_none_from_before_it(pool: Pool) -> None:
    async with pool.unit() as connection:
        await add_soon("kept")(connection)
        with suppress(LookupError):
            async with connection.savepoint():
                await add_soon("undone")(connection)
                await fail(connection)
        with suppress(DBAPIError):
            async with connection.savepoint():
                await add_soon("kept")(connection)
        async with connection.savepoint():
            await add_soon("after")(connection)
    assert await names(pool) == ["after", "kept"]


async def test_a_savepoint_undoes_both_kinds_of_statements_and_nothing_before_it(pool: Pool) -> None:
    async with pool.unit() as connection:
        await add("kept")(connection)
        with suppress(LookupError):
            async with connection.savepoint():
                await composed(connection)
                await add("undone")(connection)
                await fail(connection)
        async with connection.savepoint():
            await add("after")(connection)
    assert await names(pool) == ["after", "kept"]


@pytest.mark.parametrize("failing", [fetch(FAILING, zero=0), fetch(FAILING, zero=2**40), add("a")])
async def test_a_statement_that_fails_leaves_the_connection_as_it_was(pool: Pool, failing: Work) -> None:
    await in_unit(pool, add("a"))
    served = await backend(pool)
    for before in ([], [add("b")]):
        with pytest.raises(DBAPIError) as caught:
            await in_unit(pool, *before, failing)
        assert sqlstate(caught.value)
        assert await names(pool) == ["a"]
    assert await backend(pool) == served


async def test_a_fault_that_was_swallowed_is_told_at_the_end(pool: Pool) -> None:
    async def swallow(connection: Connection) -> None:
        with suppress(DBAPIError):
            await connection.fetch(FAILING, {"zero": 0})

    with pytest.raises(TransactionLost):
        await in_unit(pool, add("lost"), swallow)
    assert await names(pool) == []


@pytest.mark.parametrize(
    ("work", "again"),
    [
        ([Connection.begin], False),
        ([fetch(SLEEP, seconds=0.001), add("a")], False),
        ([composed, add("a")], False),
        ([add("a"), add("b")], True),
    ],
)
async def test_who_is_cancelled_at_any_moment_leaves_a_clean_connection(
    pool: Pool, work: Sequence[Work], again: bool
) -> None:
    await names(pool)
    turns, has_ended = 0, False
    while not has_ended:
        turns += 1
        task = asyncio.create_task(in_unit(pool, *work))
        for _ in range(turns):
            await asyncio.sleep(0)
        has_ended = task.done()
        task.cancel()
        if again:
            await asyncio.sleep(0)
            task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        # The only connection serves the next one.
        await names(pool)
        await in_unit(pool, lambda connection: connection.execute(teams.delete()))


@pytest.mark.parametrize("work", [[], [add("a")], [composed]])
async def test_a_connection_that_the_server_ended_is_replaced(pool: Pool, work: Sequence[Work]) -> None:
    with pytest.raises((DBAPIError, OSError)):
        await in_unit(pool, *work, fetch(TERMINATED))
    assert await names(pool) == []


async def test_a_plan_from_before_a_migration_is_made_anew(pool: Pool, database_url: str) -> None:
    asked = Statement(select(column("kept").label("kept")).select_from(text("probe")))
    await in_unit(pool, lambda connection: connection.execute(text("CREATE TABLE probe AS SELECT 1 AS kept")))
    await in_unit(pool, fetch(asked))
    driver = await asyncpg.connect(database_url.replace("+asyncpg", ""))
    await driver.execute("ALTER TABLE probe ALTER kept TYPE text")
    await driver.close()
    # Outside of a transaction nobody notices, inside of one the same request may be sent again.
    await in_unit(pool, fetch(asked))
