"""Rework, counted over a ledger small enough to count by hand."""

from datetime import UTC, datetime
from typing import Any

from tests.application import ClientFor
from tests.factories import contacts, histories
from tests.factories.users import create_team, create_user

from ticketdesk.bootstrap import Resources

REWORK = "/api/v1/reports/rework"
AT = datetime(2026, 2, 10, 18, tzinfo=UTC)


def figures(reworked: int, tickets: int, completed: int, percent: float | None) -> dict[str, Any]:
    return {
        "rework_count": reworked,
        "ticket_count": tickets,
        "completed_count": completed,
        "rework_percent": percent,
    }


def named(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["group"]["name"]: {k: v for k, v in row.items() if k != "group"} for row in report["rows"]}


async def test_rework_by_everything(resources: Resources, client_for: ClientFor) -> None:
    wanda, walt, carl = [await create_user(resources, name=name) for name in ("Wanda", "Walt", "Carl")]
    team = await create_team(resources, "Production", walt)
    billing = await histories.create_category(resources, "Billing")
    contact = await contacts.create_contact(resources)
    account = await contacts.create_account(resources)
    support = {
        "kind": "support", "contact_id": contact, "account_id": account, "category_id": billing, "verified_by_id": carl,
    }  # fmt: skip
    # Wanda: two completed, of which the first was returned twice and reopened once; Walt: one, never returned.
    first = await histories.past_ticket(resources, AT, **support, closed_at=AT, worked_by_id=wanda)
    await histories.past_ticket(resources, AT, **support, closed_at=AT, worked_by_id=wanda)
    await histories.past_ticket(resources, AT, **support, closed_at=AT, worked_by_id=walt)
    # A corrective ticket, completed by its recipient and returned, still open; a withdrawn one is nothing completed.
    other = await histories.past_ticket(resources, AT)
    await histories.past_ticket(resources, AT, closed_at=AT, resolution="withdrawn")
    for cause in ("returned", "returned", "reopened"):
        await histories.rework(resources, first, AT, cause, worker_id=wanda, checker_id=carl)
    await histories.rework(resources, other, AT, "returned", checker_id=walt)
    await histories.rework(resources, other, datetime(2026, 1, 1, tzinfo=UTC), "returned")

    lead = await client_for("lead")
    expected = {
        "worker": {
            "Wanda": figures(3, 1, 2, 150.0),
            "Nobody of the desk": figures(1, 1, 0, None),
            "Walt": figures(0, 0, 1, 0.0),
        },
        "checker": {"Carl": figures(3, 1, 3, 100.0), "Walt": figures(1, 1, 0, None)},
        "category": {"Billing": figures(3, 1, 3, 100.0), "No category": figures(1, 1, 0, None)},
        "cause": {
            "Returned by the checker": figures(3, 2, 3, 100.0),
            "Reopened by staff": figures(1, 1, 3, 33.3),
            "Come back to by the client": figures(0, 0, 3, 0.0),
        },
        "month": {"2026-01": figures(0, 0, 0, None) | {"rework_percent": None}, "2026-02": figures(4, 2, 3, 133.3)},
    }
    for by, rows in expected.items():
        answer = await lead.get(REWORK, params={"group_by": by, "from": "2026-01-30", "to": "2026-03-01"})
        wanted = rows | ({"2026-03": figures(0, 0, 0, None)} if by == "month" else {})
        assert (by, named(answer.json())) == (by, wanted)
        assert answer.json()["totals"] == figures(4, 2, 3, 133.3)
    for parameters, totals in (
        ({"user_id": str(walt)}, figures(1, 1, 1, 100.0)),
        ({"team_id": str(team)}, figures(1, 1, 1, 100.0)),
        ({"kind": "support"}, figures(3, 1, 3, 100.0)),
        ({"category_id": str(billing), "user_id": str(wanda)}, figures(3, 1, 2, 150.0)),
    ):
        assert (await lead.get(REWORK, params=parameters)).json()["totals"] == totals, parameters
