"""No list reads more tickets than a few pages of them, whatever it is narrowed by: as PostgreSQL itself counts them."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from benchmarks.dataset import load, row_id
from sqlalchemy import Select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.actors import Actor, ActorKind
from ticketdesk.domain.paging import PageRequest
from ticketdesk.domain.permissions import Permission, Role
from ticketdesk.models.messages import messages
from ticketdesk.repositories.keyset import one_page
from ticketdesk.repositories.messages import _view
from ticketdesk.repositories.ticket_walks import Limits, chosen
from ticketdesk.schemas.tickets import TicketQuery

TICKETS = 3_000
LIMIT = 10
# In an index that does not begin with the person, one of fifty tickets is theirs: of 3,000 the page needs 550.
MOST = 800
ME = UUID(row_id("e", 7))
ACTOR = Actor(ActorKind.USER, ME, "Staff 7", frozenset({Permission.TICKETS_READ}), role=Role.AGENT)
NARROWED: list[dict[str, Any]] = [
    {},
    {"status": ["closed"]},
    {"status": ["comment_added", "pending_verification"]},
    {"open": True},
    {"open": False},
    {"needs_attention": True},
    {"needs_attention": False},
    {"archived": True},
    {"assignee_id": ["me"]},
    {"assignee_id": ["me"], "open": True},
    {"assignee_id": ["me"], "needs_attention": True},
    {"assignee_id": ["none"], "open": True},
    {"created_by": ["me"]},
    {"created_by": ["me"], "status": ["closed"]},
    {"checker_id": ["me"]},
    {"checker_id": ["none"]},
    {"assignee_id": ["me", row_id("e", 8)]},
    {"assignee_id": ["me", "none"], "open": True},
    {"account_id": [row_id("a", 1), row_id("a", 2)]},
    {"contact_id": [row_id("c", 5)]},
    {"contact_id": [row_id("c", 5)], "open": True},
    # Of three hundred tickets one has it, and of those with any tag one of 76.
    {"tag": ["logo"]},
]
MIDDLE = datetime(2024, 12, 15, 12, tzinfo=UTC)
# Times between which half of the tickets lie, so that they are too many to look them up.
BY_TIME: list[dict[str, Any]] = [
    {name: MIDDLE} for name in ("closed_after", "closed_before", "created_after", "created_before", "updated_since")
] + [{"closed_after": MIDDLE, "closed_before": MIDDLE + timedelta(days=60)}]
FEW = Limits(walked=100, few=50, recent=100)


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


async def explain(connection: AsyncConnection, statement: Select[Any]) -> dict[str, Any]:
    compiled = statement.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
    sql = str(compiled).replace(":", "\\:")
    explained = await connection.scalar(text(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}"))
    plan: dict[str, Any] = (explained if isinstance(explained, list) else json.loads(explained))[0]["Plan"]
    return plan


def count_read(plan: dict[str, Any], table: str = "tickets") -> int:
    """Return how many rows of ``table`` were looked at."""
    return sum(
        node["Actual Rows"] * node["Actual Loops"] + node.get("Rows Removed by Filter", 0)
        for node in nodes(plan)
        if node.get("Relation Name") == table
    )


@pytest.mark.long
async def test_lists_read_few_tickets(resources: Resources) -> None:
    await load(resources.engine, TICKETS)
    async with resources.engine.connect() as connection:
        for narrowed in NARROWED:
            for sort in ("created_at", "updated_at"):
                for is_descending in (False, True):
                    request = PageRequest(LIMIT, is_descending=is_descending)
                    plan = await explain(connection, chosen(TicketQuery(**narrowed), sort, request, ACTOR))
                    kinds = {node["Node Type"] for node in nodes(plan)}
                    assert count_read(plan) <= MOST, (narrowed, sort, is_descending, kinds)
                    assert "Seq Scan" not in kinds, (narrowed, sort, is_descending)
        for narrowed in BY_TIME:
            for sort in ("created_at", "updated_at"):
                for is_descending in (False, True):
                    request = PageRequest(LIMIT, is_descending=is_descending)
                    plan = await explain(connection, chosen(TicketQuery(**narrowed), sort, request, ACTOR, FEW))
                    assert count_read(plan) <= MOST, (narrowed, sort, is_descending, count_read(plan))
        for is_descending in (False, True):
            listed = one_page(
                _view(ACTOR), messages.c.created_at, messages.c.id, PageRequest(LIMIT, is_descending=is_descending)
            )
            plan = await explain(connection, listed)
            assert count_read(plan, "message_tickets") <= MOST, is_descending
