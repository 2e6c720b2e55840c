"""Violations, counted over a world small enough to count by hand. The clock stands at 2026-03-02, 9:00 in Chicago."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from tests.application import ClientFor, SignedInClient
from tests.factories import contacts, histories

from ticketdesk.bootstrap import Resources

VIOLATIONS = "/api/v1/reports/violations"
DAYS = {"from": "2026-02-01", "to": "2026-02-28"}
NOTHING = {
    "ticket_count": 0,
    "held_count": 0,
    "open_count": 0,
    "completed_count": 0,
    "withdrawn_count": 0,
    "rework_count": 0,
}


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


World = dict[str, UUID]


@pytest.fixture
async def world(resources: Resources) -> World:
    """Four tickets of Anna and Bo in February, beside what must not be counted."""
    branch = await contacts.create_account(resources, "Brightpath")
    ids = {
        "branch": branch,
        "anna": await contacts.create_contact(resources, "Anna Berg", account_id=branch),
        "bo": await contacts.create_contact(resources, "Bo Yield"),
        "licence": await histories.create_violation_category(resources, "Licence"),
        "yield": await histories.create_violation_category(resources, "Yield claim"),
    }
    anna: dict[str, Any] = {"contact_id": ids["anna"], "account_id": branch}
    day, past = utc("2026-02-10"), histories.past_ticket
    await past(resources, day, ids["licence"], ids["yield"], **anna, closed_at=utc("2026-02-12"), rework_count=2)
    await past(resources, day, ids["licence"], **anna)
    await past(resources, day, contact_id=ids["bo"], status="send_later")
    await past(resources, day, ids["licence"], contact_id=ids["bo"], closed_at=day, resolution="withdrawn")
    await past(resources, utc("2026-01-31T12:00"), ids["licence"], **anna)
    await past(resources, day, ids["licence"], **anna, deleted_at=day)
    await past(resources, day, **anna, kind="task", status="open")
    return ids


def figures(**counts: int) -> dict[str, int]:
    return NOTHING | counts


def named(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the rows by the name of their group, without the group."""
    return {row["group"]["name"]: {k: v for k, v in row.items() if k != "group"} for row in report["rows"]}


async def ask(client: SignedInClient, **parameters: Any) -> dict[str, Any]:
    answer = await client.get(VIOLATIONS, params=DAYS | parameters)
    assert answer.status_code == 200, answer.text
    report: dict[str, Any] = answer.json()
    return report


TOTALS = figures(ticket_count=4, held_count=1, open_count=1, completed_count=1, withdrawn_count=1, rework_count=2)


async def test_a_ticket_counts_in_each_of_its_categories(world: World, client_for: ClientFor) -> None:
    report = await ask(await client_for("auditor"))
    assert list(named(report)) == ["Licence", "No category", "Yield claim"]
    assert named(report) == {
        "Licence": figures(ticket_count=3, open_count=1, completed_count=1, withdrawn_count=1, rework_count=2),
        "Yield claim": figures(ticket_count=1, completed_count=1, rework_count=2),
        "No category": figures(ticket_count=1, held_count=1),
    }
    assert report["totals"] == TOTALS
    assert [row["group"]["key"] for row in report["rows"]] == [
        str(world["licence"]),
        None,
        str(world["yield"]),
    ]
    assert report["period"] == {"from_on": "2026-02-01", "to_on": "2026-02-28", "time_zone": "America/Chicago"}
    assert (report["made_at"], report["is_complete"]) == ("2026-03-02T15:00:00Z", True)


async def test_by_person_account_and_month(world: World, client_for: ClientFor) -> None:
    lead = await client_for("lead")
    anna = figures(ticket_count=2, open_count=1, completed_count=1, rework_count=2)
    bo = figures(ticket_count=2, held_count=1, withdrawn_count=1)
    assert named(await ask(lead, group_by="person")) == {"Anna Berg": anna, "Bo Yield": bo}
    assert named(await ask(lead, group_by="account")) == {"Brightpath": anna, "No account": bo}
    months = await ask(lead, group_by="month", **{"from": "2025-12-01"})
    january = figures(ticket_count=1, open_count=1)
    assert list(named(months).items()) == [("2025-12", NOTHING), ("2026-01", january), ("2026-02", TOTALS)]


async def test_it_is_narrowed(world: World, client_for: ClientFor) -> None:
    lead = await client_for("lead")
    ids = world
    for parameters, tickets in (
        ({"violation_category_id": [str(ids["licence"])]}, 3),
        ({"violation_category_id": [str(ids["licence"]), str(ids["yield"])]}, 3),
        ({"contact_id": [str(ids["bo"])]}, 2),
        ({"account_id": [str(ids["branch"])], "violation_category_id": [str(ids["yield"])]}, 1),
        ({"category_id": [str(ids["bo"])]}, 0),
        ({"team_id": [str(ids["bo"])]}, 0),
        ({"user_id": [str(lead.person_id)]}, 0),
    ):
        assert (parameters, (await ask(lead, **parameters))["totals"]["ticket_count"]) == (parameters, tickets)


async def test_nothing_happened(client_for: ClientFor) -> None:
    lead = await client_for("lead")
    assert (await ask(lead))["totals"] == NOTHING
    assert (await ask(lead))["rows"] == []
    assert named(await ask(lead, group_by="month")) == {"2026-02": NOTHING}
