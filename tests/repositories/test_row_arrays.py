"""Rows that travel as arrays arrive as they do one by one."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import ARRAY, Column, MetaData, Table, Text, Uuid, literal_column, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.schema import CreateTable
from sqlalchemy.types import Boolean, DateTime, Integer, LargeBinary, TypeEngine
from tests.application import START

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.ticket_workflow import Status
from ticketdesk.models.tickets import tickets
from ticketdesk.repositories.row_arrays import can_gather, gather, insertion_of_all, update_of_all
from ticketdesk.repositories.statements import Statement, insertion

VALUES: list[tuple[TypeEngine[Any], list[Any]]] = [
    (Integer(), [2**31 - 1, None, 0]),
    (Boolean(), [None, True, False]),
    (Text(), ["naïve \U0001f3ab", "{a,b}", Status.SEND_LATER]),
    (LargeBinary(), [b"\0\xff", b"", None]),
    (DateTime(timezone=True), [START, None, START]),
    (JSONB(), [{"a": [1, None, "é"]}, [[1], [2, 3]], None]),
    (JSONB(none_as_null=True), [{}, [], None]),
]
KINDS = Table(
    "kinds",
    MetaData(),
    Column("id", Uuid, primary_key=True),
    *(Column(f"value_{place}", kind) for place, (kind, _) in enumerate(VALUES)),
    Column("place", Integer),
    prefixes=["TEMPORARY"],
)
ROWS = [
    {"id": uuid4(), "place": row, **{f"value_{place}": values[row] for place, (_, values) in enumerate(VALUES)}}
    for row in range(3)
]
ALL = Statement(select(*(column for column in KINDS.c), *(column.is_(None) for column in KINDS.c)).order_by("place"))


async def test_rows_are_inserted_as_they_are_one_by_one(resources: Resources) -> None:
    async with resources.pool.unit() as connection:
        await connection.begin()
        await connection.execute(CreateTable(KINDS))
        await connection.run_many(insertion(KINDS, tuple(ROWS[0])), ROWS)
        one_by_one = [tuple(row.values()) for row in await connection.fetch(ALL, {})]
        await connection.execute(KINDS.delete())
        await connection.run(insertion_of_all(KINDS, tuple(ROWS[0])), gather(ROWS))
        assert [tuple(row.values()) for row in await connection.fetch(ALL, {})] == one_by_one


async def test_each_row_is_updated_by_its_own_values(resources: Resources) -> None:
    async with resources.pool.unit() as connection:
        await connection.begin()
        await connection.execute(CreateTable(KINDS))
        await connection.run_many(insertion(KINDS, ("id", "place")), [{"id": row["id"], "place": 7} for row in ROWS])
        core = update(KINDS).values(place=literal_column("kinds.place + 1"))
        swapped = [{"id": row["id"], "value_2": f"{row['place']}"} for row in ROWS[1:]]
        await connection.run(update_of_all(KINDS, core, "id", ["value_2"]), gather(swapped))
        found = await connection.fetch(Statement(select(KINDS.c.id, KINDS.c.value_2, KINDS.c.place)), {})
        assert {row["id"]: (row["value_2"], row["place"]) for row in found} == {
            ROWS[0]["id"]: (None, 7),
            ROWS[1]["id"]: ("1", 8),
            ROWS[2]["id"]: ("2", 8),
        }


def test_arrays_of_arrays_are_refused() -> None:
    assert isinstance(tickets.c.tags.type, ARRAY)
    assert not can_gather(tickets, ["id", "tags"])
    with pytest.raises(TypeError):
        insertion_of_all(tickets, ("id", "tags"))
