import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from ticketdesk.repositories.migrations import current, head


@pytest.mark.parametrize("turn", [1, 2])
async def test_each_test_gets_a_database_that_no_other_test_wrote_to(database_url: str, turn: int) -> None:
    engine = create_async_engine(database_url)
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE left_behind (turn int)"))
    await engine.dispose()


@pytest.mark.parametrize("turn", [1, 2])
async def test_a_row_that_was_only_locked_is_not_handed_on(database_url: str, turn: int) -> None:
    engine = create_async_engine(database_url)
    async with engine.begin() as connection:
        lockers = await connection.execute(text("SELECT xmax::text FROM alembic_version FOR UPDATE"))
        assert lockers.scalar_one() == "0"
    await engine.dispose()


async def test_a_fresh_database_has_the_newest_schema(database_url: str) -> None:
    assert await current(database_url) == head()


async def test_an_empty_database_has_no_schema(empty_database_url: str) -> None:
    assert await current(empty_database_url) is None


async def test_the_program_connects_without_special_rights(database_url: str) -> None:
    engine = create_async_engine(database_url)
    async with engine.connect() as connection:
        rights = await connection.execute(
            text("SELECT rolsuper, rolcreaterole FROM pg_roles WHERE rolname = current_user")
        )
        assert tuple(rights.one()) == (False, False)
    await engine.dispose()
