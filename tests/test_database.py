import asyncio
from collections.abc import Iterator

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from tests.database import DatabaseServer

from ticketdesk.bootstrap import Resources
from ticketdesk.repositories.migrations import current, head

TEAM = "INSERT INTO teams (id, name, created_at, updated_at) VALUES (gen_random_uuid(), 'Fees', now(), now())"


class Writer:
    """Writes to lent databases over one connection, as a test does over those that are kept."""

    def __init__(self, server: DatabaseServer, template: str) -> None:
        self._server = server
        self._template = template
        self._runner = asyncio.Runner()
        self._regulars = set(server.regulars)

    def lends_again(self, *statements: str, is_regular: bool = True) -> bool:
        """Run ``statements`` in a lent database and tell whether that is the one that is lent next."""
        name = self._server.lend(self._template)
        connection = self._runner.run(self._write(name, statements))
        if is_regular:
            self._server.regulars.add(connection.get_server_pid())
        self._server.take_back(name)
        following = self._server.lend(self._template)
        self._server.take_back(following)
        connection.terminate()
        return following == name

    def close(self) -> None:
        """Forget the connections."""
        self._server.regulars.intersection_update(self._regulars)
        self._runner.close()

    async def _write(self, name: str, statements: tuple[str, ...]) -> asyncpg.Connection:
        url = self._server.url(name).replace("+asyncpg", "")
        connection = await asyncpg.connect(url)
        for statement in statements:
            await connection.execute(statement)
        return connection


@pytest.fixture
def writer(database_server: DatabaseServer, database_template: str) -> Iterator[Writer]:
    opened = Writer(database_server, database_template)
    yield opened
    opened.close()


def test_a_database_with_rows_alone_is_wiped_and_handed_on(writer: Writer) -> None:
    assert writer.lends_again(TEAM, "SELECT nextval('tickets_number_seq')")


@pytest.mark.parametrize("change", [
    "CREATE TABLE left_behind (turn int)",
    "ALTER TABLE activities DISABLE TRIGGER USER",
    "ALTER TABLE teams ALTER name DROP NOT NULL",
    "DROP TRIGGER activities_keep_all ON activities",
    "UPDATE alembic_version SET version_num = 'none'",
    "DELETE FROM alembic_version",
    "INSERT INTO teams (id, name, created_at, updated_at)"
    " SELECT gen_random_uuid(), 'Fees ' || number, now(), now() FROM generate_series(1, 20000) AS number",
])  # fmt: skip
def test_a_database_that_cannot_be_as_it_was_is_not_handed_on(writer: Writer, change: str) -> None:
    assert not writer.lends_again(change)


def test_a_database_that_somebody_writes_to_is_not_handed_on(writer: Writer) -> None:
    assert not writer.lends_again(TEAM, "BEGIN", TEAM.replace("Fees", "Tax"))


def test_a_database_that_a_stranger_is_connected_to_is_not_handed_on(writer: Writer) -> None:
    assert not writer.lends_again(TEAM, is_regular=False)


@pytest.mark.parametrize("turn", [1, 2])
async def test_each_test_finds_the_schemas_version_alone_and_counts_from_one(resources: Resources, turn: int) -> None:
    async with resources.engine.connect() as connection:
        names = await connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
        counts = {name: await connection.scalar(text(f"SELECT count(*) FROM {name}")) for name in names.all()}
        assert {name: count for name, count in counts.items() if count} == {"alembic_version": 1}
        assert await connection.scalar(text("SELECT nextval('tickets_number_seq')")) == 1
        await connection.execute(text(TEAM))


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
