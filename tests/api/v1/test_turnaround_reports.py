"""Turnaround, measured over tickets few enough to measure by hand."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from tests.application import ClientFor
from tests.factories import contacts, histories
from tests.factories.users import create_team, create_user

from ticketdesk.bootstrap import Resources
from ticketdesk.models.tickets import activities

TURNAROUND = "/api/v1/reports/turnaround"
AT, HOUR = datetime(2026, 2, 10, 18, tzinfo=UTC), timedelta(hours=1)
# What is told of the two tickets of this category.
BILLING = {
    "ticket_count": 2,
    # 8 and 4; 2 and 2; 10 and 6 hours: the 90th percentile lies nine tenths of the way up.
    "created_to_completed_median_hours": 6.0,
    "created_to_completed_p90_hours": 7.6,
    "completed_to_closed_median_hours": 2.0,
    "completed_to_closed_p90_hours": 2.0,
    "created_to_closed_median_hours": 8.0,
    "created_to_closed_p90_hours": 9.6,
    "first_response_median_hours": 3.0,
    "first_response_p90_hours": 3.8,
    # Staff: 2 and 3 hours, and 4; the client: 3 hours, and none.
    "staff_median_hours": 4.5,
    "staff_p90_hours": 4.9,
    "client_median_hours": 1.5,
    "client_p90_hours": 2.7,
    # Two questions answered, and one.
    "round_trips_average": 1.5,
}


def rows_of(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["group"]["name"]: row for row in report["rows"]}


async def write_tickets(resources: Resources) -> tuple[UUID, UUID]:
    """Write what is measured; return Walt, and the category of his ticket."""
    wanda, walt = await create_user(resources, name="Wanda"), await create_user(resources, name="Walt")
    await create_team(resources, "Production", wanda, walt)
    await create_team(resources, "Early birds", wanda)
    billing, other = [await histories.create_category(resources, name) for name in ("Billing", "Other")]
    account = await contacts.create_account(resources, "Brightpath")
    support = {
        "kind": "support",
        "contact_id": await contacts.create_contact(resources),
        "account_id": account,
    }

    async def closed(category: Any, user: Any, completed: int | None, hours: int, *said: tuple[str, int]) -> None:
        """Write a ticket closed after ``hours``; ``said`` are kinds of entries with their hours."""
        ticket_id = await histories.past_ticket(
            resources,
            AT,
            **support,
            category_id=category,
            assignee_id=user,
            worked_by_id=user if completed is not None else None,
            completed_at=AT + completed * HOUR if completed is not None else None,
            closed_at=AT + hours * HOUR,
            first_response_at=AT + said[0][1] * HOUR if said else None,
        )
        story = (("created", 0), *said, ("closed", hours))
        entries = [histories.entry(ticket_id, AT + at * HOUR, kind, seq) for seq, (kind, at) in enumerate(story, 1)]
        await histories.write(resources, activities, *entries)

    # Created, answered after 2 hours, asked again after 5, completed after 8, closed after 10.
    await closed(billing, wanda, 8, 10, ("replied", 2), ("commented", 5), ("completed", 8))
    await closed(billing, wanda, 4, 6, ("completed", 4))
    # Closed without a check after 20 hours, without a word; not completed by anybody.
    await closed(other, walt, None, 20)
    # Not closed in the period; and not asked for.
    await histories.past_ticket(resources, AT, **support, category_id=other, status="open")
    await histories.past_ticket(resources, AT, closed_at=AT + HOUR)
    return walt, other


async def test_turnaround_by_everything(resources: Resources, client_for: ClientFor) -> None:
    walt, other = await write_tickets(resources)
    lead = await client_for("lead")
    report = (await lead.get(TURNAROUND)).json()
    assert list(rows_of(report)) == ["Billing", "Other"]
    figures = {k: v for k, v in rows_of(report)["Billing"].items() if k != "group"}
    assert figures == BILLING
    alone = rows_of(report)["Other"]
    assert (alone["ticket_count"], alone["created_to_closed_median_hours"], alone["staff_p90_hours"]) == (1, 20.0, 20.0)
    assert (alone["created_to_completed_median_hours"], alone["first_response_p90_hours"]) == (None, None)
    totals = report["totals"]
    assert (totals["ticket_count"], totals["created_to_closed_median_hours"]) == (3, 10.0)
    counts = {
        "person": {"Wanda": 2, "Walt": 1},
        "worker": {"Wanda": 2, "Nobody of the desk": 1},
        "team": {"Production": 3, "Early birds": 2},
        "account": {"Brightpath": 3},
        "month": {"2026-01": 0, "2026-02": 3, "2026-03": 0},
    }
    for by, expected in counts.items():
        found = rows_of((await lead.get(TURNAROUND, params={"group_by": by})).json())
        assert {name: row["ticket_count"] for name, row in found.items()} == expected, by
    assert (await lead.get(TURNAROUND, params={"kind": ["corrective"]})).json()["totals"]["ticket_count"] == 1
    narrowed = await lead.get(TURNAROUND, params={"user_id": str(walt), "category_id": str(other)})
    assert narrowed.json()["totals"]["created_to_closed_median_hours"] == 20.0
