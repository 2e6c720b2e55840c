from collections.abc import AsyncIterator
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import column, select, table, text

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.actors import SYSTEM
from ticketdesk.domain.ticket_workflow import Status, TicketKind
from ticketdesk.repositories.database import open_pool
from ticketdesk.repositories.tickets import TicketRecord

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TICKET = TicketRecord(
    kind=TicketKind.SUPPORT, title="Fees", description="", status=Status.NEW, priority="normal",
    created_at=NOW, updated_at=NOW, last_update_at=NOW, last_update_by="Dana", last_update_kind="created",
)  # fmt: skip


@pytest.mark.parametrize("name", [field.name for field in fields(TicketRecord)])
def test_a_ticket_with_another_column_is_the_ticket_with_that_replaced(name: str) -> None:
    other: Any = object()
    changed = TICKET.with_columns(**{name: other})
    assert changed == replace(TICKET, **{name: other})
    assert getattr(TICKET, name) is not other


def test_a_ticket_has_no_other_columns() -> None:
    with pytest.raises(TypeError, match="assigne_id"):
        TICKET.with_columns(assigne_id=None)


@pytest.fixture
async def unused(resources: Resources, database_url: str) -> AsyncIterator[Resources]:
    """Resources whose connection nobody has asked anything."""
    pool = open_pool(database_url, pool_size=1)
    yield replace(resources, pool=pool)
    await pool.dispose()


@pytest.mark.parametrize("asked", ["lock_all", "recipients"])
async def test_a_single_ticket_is_asked_for_by_a_plan_that_is_kept(unused: Resources, asked: str) -> None:
    async with unused.unit_of_work() as uow:
        # As where there are more tickets than a test has.
        await uow.tickets._execute(text("SET LOCAL enable_seqscan = off"))
        arguments = (SYSTEM,) if asked == "lock_all" else ()
        for _ in range(8):
            await getattr(uow.tickets, asked)([uuid4()], *arguments)
        kept = await uow.tickets._all(
            select(column("statement"), column("generic_plans")).select_from(table("pg_prepared_statements"))
        )
    # PostgreSQL makes five plans for the values at hand before it compares them with the one for all values.
    assert [row["generic_plans"] >= 3 for row in kept if "FROM ticket" in row["statement"]] == [True]
