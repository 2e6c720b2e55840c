"""Reminders, counted over mails few enough to count by hand."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.application import ClientFor
from tests.factories import contacts, histories

from ticketdesk.bootstrap import Resources

REMINDERS = "/api/v1/reports/reminders"
AT, DAY = datetime(2026, 2, 10, 18, tzinfo=UTC), timedelta(days=1)


def figures(reminders: int, mails: int, *after: int) -> dict[str, int]:
    names = ("completed_after_0_count", "completed_after_1_count", "completed_after_2_count")
    counts = {"reminder_count": reminders, "message_count": mails, "completed_count": sum(after)}
    return counts | dict(zip((*names, "completed_after_more_count"), after, strict=True))


async def test_reminders_by_everything(resources: Resources, client_for: ClientFor) -> None:
    branch = await contacts.create_account(resources, "Brightpath")
    anna = await contacts.create_contact(resources, "Anna Berg", account_id=branch)
    bo = await contacts.create_contact(resources, "Bo Yield")
    licence = await histories.create_violation_category(resources, "Licence")
    of_anna: dict[str, Any] = {"contact_id": anna, "account_id": branch}
    # Anna's: one done without a reminder, one after two (a third was too late), one after four; Bo's is still open.
    done = {"completed_at": AT, "closed_at": AT + DAY}
    await histories.past_ticket(resources, AT - 9 * DAY, **of_anna, **done)
    two = await histories.past_ticket(resources, AT - 9 * DAY, licence, **of_anna, **done)
    four = await histories.past_ticket(resources, AT - 99 * DAY, **of_anna, **done)
    waiting = await histories.past_ticket(resources, AT, licence, contact_id=bo)
    await histories.past_ticket(resources, AT, **of_anna, completed_at=AT, closed_at=AT, resolution="withdrawn")
    await histories.past_ticket(resources, AT, **of_anna, **done, kind="task")
    await histories.reminder(resources, anna, AT - 3 * DAY, two, four)
    await histories.reminder(resources, anna, AT - 2 * DAY, two, four)
    await histories.reminder(resources, anna, AT + DAY / 2, two)
    await histories.reminder(resources, anna, AT - 50 * DAY, four)
    await histories.reminder(resources, anna, AT - 60 * DAY, four)
    await histories.reminder(resources, bo, AT + DAY, waiting)
    await histories.reminder(resources, bo, AT + DAY, waiting, state="failed")

    lead = await client_for("lead")
    everything = figures(6, 4, 1, 0, 1, 1)
    expected = {
        "month": {"2026-01": figures(0, 0, 0, 0, 0, 0), "2026-02": everything},
        "category": {"Licence": figures(4, 4, 0, 0, 1, 0), "No category": figures(2, 2, 1, 0, 0, 1)},
        "person": {"Anna Berg": figures(5, 3, 1, 0, 1, 1), "Bo Yield": figures(1, 1, 0, 0, 0, 0)},
        "account": {"Brightpath": figures(5, 3, 1, 0, 1, 1), "No account": figures(1, 1, 0, 0, 0, 0)},
    }
    for by, rows in expected.items():
        answer = await lead.get(REMINDERS, params={"group_by": by, "from": "2026-01-31", "to": "2026-02-28"})
        found = {row["group"]["name"]: {k: v for k, v in row.items() if k != "group"} for row in answer.json()["rows"]}
        assert (by, found) == (by, rows)
        assert answer.json()["totals"] == everything
