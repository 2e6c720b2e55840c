"""The filter on attention is the rule of the domain, row by row."""

import itertools
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.attention import AttentionFacts, reasons
from ticketdesk.domain.ticket_workflow import Status
from ticketdesk.models.tickets import tickets
from ticketdesk.models.users import users
from ticketdesk.repositories.base import new_id
from ticketdesk.repositories.ticket_attention import ATTENTION, needs_attention

AT = datetime(2026, 3, 2, tzinfo=UTC)


def row(status: Status, **columns: Any) -> dict[str, Any]:
    is_closed = status is Status.CLOSED
    return {
        "id": new_id(),
        "kind": "task",
        "title": "T",
        "status": status,
        "created_at": AT,
        "updated_at": AT,
        "closed_at": AT if is_closed else None,
        "resolution": "completed" if is_closed else None,
        "last_update_at": AT,
        "last_update_by": "x",
        "last_update_kind": "created",
        "activity_hash": bytes(32),
        **columns,
    }


async def test_filter_and_rule_agree_on_every_combination(resources: Resources) -> None:
    person = {"id": new_id(), "email": "a@b.example", "name": "A", "role": "agent", "created_at": AT, "updated_at": AT}
    combinations = itertools.product(Status, (None, person["id"]), (None, AT), (None, "refused"), (False, True))
    rows = [
        row(status, assignee_id=assignee, archived_at=archived, delivery_failure=failure, had_nobody_eligible=nobody)
        for status, assignee, archived, failure, nobody in combinations
    ]
    async with resources.engine.begin() as connection:
        await connection.execute(insert(users).values(person))
        await connection.execute(insert(tickets), rows)
        found = (
            (
                await connection.execute(
                    select(
                        tickets.c.id,
                        needs_attention().label("needed"),
                        *(condition.label(reason) for reason, condition in ATTENTION.items()),
                    )
                )
            )
            .mappings()
            .all()
        )
    by_id = {one["id"]: one for one in found}
    for one in rows:
        expected = reasons(
            AttentionFacts(
                one["status"],
                is_assigned=one["assignee_id"] is not None,
                is_archived=one["archived_at"] is not None,
                has_delivery_failed=one["delivery_failure"] is not None,
                had_nobody_eligible=one["had_nobody_eligible"],
            )
        )
        seen = by_id[one["id"]]
        assert seen["needed"] == bool(expected)
        if one["archived_at"] is None:
            assert {reason for reason in ATTENTION if seen[reason]} == set(expected)
