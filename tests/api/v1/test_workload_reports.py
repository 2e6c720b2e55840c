"""Workload, counted over a desk small enough to count by hand. The clock stands at 2026-03-02, 9:00 in Chicago."""

from datetime import timedelta
from typing import Any

from tests.application import START, ClientFor
from tests.factories import histories
from tests.factories.users import create_team, create_user

from ticketdesk.bootstrap import Resources

WORKLOAD = "/api/v1/reports/workload"
DAY = timedelta(days=1)


async def test_workload_by_person_and_team(resources: Resources, client_for: ClientFor) -> None:
    auditor = await client_for("auditor")
    wanda = await create_user(resources, name="Wanda", capacity=5)
    idle = await create_user(resources, name="Idle", capacity=3, is_away=True, away_until=START + DAY)
    back = await create_user(resources, name="Back", is_away=True, away_until=START)
    gone = await create_user(resources, name="Gone", is_active=False)
    await create_user(resources, name="Clerk", works_tickets=False)
    await create_team(resources, "Production", wanda, idle)
    for status, age in (("pending_correction", 0.5), ("comment_added", 1), ("pending_verification", 6.9), ("open", 40)):
        kind = "task" if status == "open" else "corrective"
        await histories.past_ticket(resources, START - age * DAY, status=status, kind=kind, assignee_id=wanda)
    await histories.past_ticket(resources, START - 7 * DAY, assignee_id=gone)
    await histories.past_ticket(resources, START - 30 * DAY)
    # Held, archived, deleted, closed: none of these is open.
    await histories.past_ticket(resources, START, status="send_later", assignee_id=wanda)
    await histories.past_ticket(resources, START - 2 * DAY, archived_at=START, assignee_id=wanda)
    await histories.past_ticket(resources, START - 2 * DAY, deleted_at=START, assignee_id=wanda)
    await histories.past_ticket(resources, START - 40 * DAY, closed_at=START - 3 * DAY, assignee_id=wanda)

    def figures(**counts: Any) -> dict[str, Any]:
        return {name: counts.get(name, 0) for name in NAMES} | {"capacity": counts.get("capacity")}

    report = (await auditor.get(WORKLOAD)).json()
    found = {row["group"]["name"]: {k: v for k, v in row.items() if k != "group"} for row in report["rows"]}
    assert found == {
        "Wanda": figures(
            ticket_count=4, open_count=1, pending_correction_count=1, comment_added_count=1,
            pending_verification_count=1, aged_under_1_day_count=1, aged_1_to_3_days_count=1, aged_3_to_7_days_count=1,
            aged_over_30_days_count=1, taken_in_count=4, closed_count=1, staff_count=1, available_count=1, capacity=5,
        ),
        "Gone": figures(ticket_count=1, pending_correction_count=1, aged_7_to_30_days_count=1, taken_in_count=1),
        "Nobody yet": figures(ticket_count=1, pending_correction_count=1, aged_over_30_days_count=1, taken_in_count=1),
        "Idle": figures(staff_count=1, capacity=3),
        "Back": figures(staff_count=1, available_count=1),
    }  # fmt: skip
    assert list(found) == ["Wanda", "Gone", "Nobody yet", "Back", "Idle"]
    assert (report["totals"]["ticket_count"], report["totals"]["capacity"]) == (6, None)
    teams = (await auditor.get(WORKLOAD, params={"group_by": "team"})).json()
    counted = {
        row["group"]["name"]: (row["ticket_count"], row["staff_count"], row["capacity"]) for row in teams["rows"]
    }
    assert counted == {"Production": (4, 2, 8), "No team": (2, 1, None)}
    alone = (await auditor.get(WORKLOAD, params={"user_id": [str(wanda), str(back)]})).json()
    assert [row["group"]["name"] for row in alone["rows"]] == ["Wanda", "Back"]


NAMES = (
    *("ticket_count", "new_count", "open_count", "pending_correction_count", "comment_added_count"),
    *("pending_verification_count", "aged_under_1_day_count", "aged_1_to_3_days_count", "aged_3_to_7_days_count"),
    *("aged_7_to_30_days_count", "aged_over_30_days_count", "taken_in_count", "closed_count", "staff_count"),
    "available_count",
)
