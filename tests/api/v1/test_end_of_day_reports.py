"""What was unchecked at the ends of days, counted over a world small enough to count by hand."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.application import ClientFor
from tests.factories import histories
from tests.factories.users import create_team, create_user

from ticketdesk.bootstrap import Resources

END_OF_DAY = "/api/v1/reports/end-of-day"
AT = datetime(2026, 2, 10, 18, tzinfo=UTC)


def figures(breaches: int, tickets: int, unclosed: int, hours: float | None) -> dict[str, Any]:
    return {
        "breach_count": breaches,
        "ticket_count": tickets,
        "unclosed_count": unclosed,
        "longest_wait_hours": hours,
    }


async def test_unchecked_tickets_by_everything(resources: Resources, client_for: ClientFor) -> None:
    carl = await create_user(resources, name="Carl")
    management = await create_team(resources, "Management")
    billing = await histories.create_category(resources, "Billing")
    waiting = await histories.past_ticket(resources, AT, category_id=billing, status="pending_verification")
    closed = await histories.past_ticket(resources, AT, closed_at=AT)
    hours = timedelta(hours=1)
    await histories.breach(resources, waiting, date(2026, 2, 26), 2 * hours, checker_id=carl)
    await histories.breach(resources, waiting, date(2026, 2, 27), 26.5 * hours, checker_id=carl)
    await histories.breach(resources, closed, date(2026, 2, 27), hours / 3, checker_team_id=management)
    await histories.breach(resources, closed, date(2026, 2, 24), hours)

    lead = await client_for("lead")
    expected = {
        "day": {
            "2026-02-25": figures(0, 0, 0, None),
            "2026-02-26": figures(1, 1, 1, 2.0),
            "2026-02-27": figures(2, 2, 1, 26.5),
            "2026-02-28": figures(0, 0, 0, None),
        },
        "checker": {"Carl": figures(2, 1, 1, 26.5), "Management": figures(1, 1, 0, 0.33)},
        "category": {"Billing": figures(2, 1, 1, 26.5), "No category": figures(1, 1, 0, 0.33)},
        "month": {"2026-02": figures(3, 2, 1, 26.5)},
    }
    for by, rows in expected.items():
        answer = await lead.get(END_OF_DAY, params={"group_by": by, "from": "2026-02-25", "to": "2026-02-28"})
        found = {row["group"]["name"]: {k: v for k, v in row.items() if k != "group"} for row in answer.json()["rows"]}
        assert (by, list(found.items())) == (by, list(rows.items()))
        assert answer.json()["totals"] == figures(3, 2, 1, 26.5)
    assert (await lead.get(END_OF_DAY, params={"user_id": str(carl)})).json()["totals"] == figures(2, 1, 1, 26.5)
