"""A compiled statement says, takes and gives what Core would have said, taken and given."""

from datetime import datetime, timedelta, timezone
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import ARRAY, Boolean, DateTime, Integer, LargeBinary, Text, Uuid, bindparam, cast, func, select, update
from sqlalchemy.dialects.postgresql import JSONB
from tests.application import START

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.ticket_workflow import Status
from ticketdesk.models import metadata
from ticketdesk.models.tickets import tickets
from ticketdesk.models.users import teams
from ticketdesk.repositories.statements import Statement, StatementCache, insertion

BY_NAME = teams.c.name == bindparam("wanted")


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (Integer, 2**31 - 1),
        (Boolean, None),
        (Text, "naïve \U0001f3ab"),
        (Text, Status.SEND_LATER),
        (LargeBinary, b"\0\xff"),
        (Uuid, UUID("0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b")),
        (DateTime(timezone=True), START),
        (DateTime(timezone=True), datetime(2026, 3, 2, 9, tzinfo=timezone(-timedelta(hours=6)))),
        (ARRAY(Uuid), []),
        (ARRAY(Text), ["a", None]),
        (JSONB, {"a": [1, None, "é"], "b": {}}),
        (JSONB, []),
        (JSONB, None),
        (JSONB(none_as_null=True), None),
    ],
)
async def test_values_go_there_and_back_as_they_do_through_core(resources: Resources, kind: Any, given: Any) -> None:
    value = bindparam("given", type_=kind)
    asked = select(cast(value, kind).label("value"), cast(value, kind).is_(None).label("is_null"))
    async with resources.pool.unit() as connection:
        [ours] = await connection.fetch(Statement(asked), {"given": given})
        [theirs] = (await connection.execute(asked, {"given": given})).mappings()
    assert (ours["value"], ours["is_null"]) == (theirs["value"], theirs["is_null"])
    assert ours["value"] == given


@pytest.mark.parametrize(
    ("core", "is_read"),
    [
        (select(teams.c.id), True),
        (select(teams.c.id).with_for_update(), False),
        (select(teams.c.id).with_for_update(read=True), False),
        (update(teams).values(name="x").returning(teams.c.id), False),
        (select(update(teams).values(name="x").returning(teams.c.id).cte("changed")), False),
        (select(teams.c.id).where(teams.c.id.in_(select(teams.c.id).with_for_update(skip_locked=True))), False),
    ],
)
def test_what_neither_writes_nor_locks_is_told_from_the_rest(core: Any, is_read: bool) -> None:
    assert Statement(core).is_read is is_read


def test_constants_keep_their_places_between_the_values() -> None:
    statement = Statement(
        select(teams.c.id).where(BY_NAME, func.length(teams.c.name) > 3, teams.c.name != bindparam("other"))
    )
    assert statement.arguments({"other": "b", "wanted": "a", "unasked": 1}) == ["a", 3, "b"]


def test_a_value_that_is_missing_is_not_taken_for_null() -> None:
    with pytest.raises(KeyError, match="wanted"):
        Statement(select(teams.c.id).where(BY_NAME)).arguments({})
    with pytest.raises(KeyError, match="name"):
        insertion(teams, ("id", "name")).arguments({"id": uuid4()})


def test_a_list_of_values_is_refused() -> None:
    with pytest.raises(TypeError):
        Statement(select(teams.c.id).where(teams.c.name.in_(["a", "b"])))


def test_no_column_has_a_default_that_only_core_would_fill_in() -> None:
    columns = [column for table in metadata.tables.values() for column in table.columns]
    assert [column for column in columns if column.default is not None or column.onupdate is not None] == []


def test_a_cache_keeps_as_many_as_it_may_and_composes_each_once() -> None:
    composed: list[int] = []
    cache = StatementCache(2)

    def ask(number: int) -> str:
        def compose() -> Any:
            composed.append(number)
            return select(func.abs(number))

        return cache.get(number, compose).sql

    first = ask(1)
    assert (ask(2), ask(1), composed) == (ask(2), first, [1, 2])
    ask(3)
    ask(1)
    assert composed == [1, 2, 3, 1]


def test_every_insertion_of_a_table_names_its_columns() -> None:
    assert insertion(tickets, ("id", "title")).sql.startswith("INSERT INTO tickets (id, title) VALUES ($1")
    assert insertion(tickets, ("id", "title")) is insertion(tickets, ("id", "title"))


async def test_rows_are_read_by_name_in_the_order_of_the_columns(resources: Resources) -> None:
    asked = Statement(select(cast(bindparam("given"), JSONB).label("b"), cast(1, Integer).label("a")))
    async with resources.pool.unit() as connection:
        [row] = await connection.fetch(asked, {"given": '{"x": 1}'})
    assert (list(row.keys()), row["a"]) == (["b", "a"], 1)
