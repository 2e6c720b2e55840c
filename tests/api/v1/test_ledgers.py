"""The two ledgers of the check: pages, filters, and a table that equals them."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.application import ClientFor, SignedInClient
from tests.factories import histories
from tests.factories.support_desks import open_desk
from tests.factories.tickets import read_ticket, step
from tests.factories.users import create_team, create_user

from ticketdesk.bootstrap import Resources

REWORK, BREACHES = "/api/v1/rework", "/api/v1/end-of-day-breaches"
AT = datetime(2026, 2, 10, 18, tzinfo=UTC)
HOUR = timedelta(hours=1)


async def listed(client: SignedInClient, url: str, **params: Any) -> list[dict[str, Any]]:
    """Return the entries of all pages, two at a time."""
    items: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        answer = await client.get(url, params={"limit": 2, **params, **cursor})
        assert answer.status_code == 200, answer.text
        items += answer.json()["items"]
        if answer.json()["next_cursor"] is None:
            return items
        cursor = {"cursor": answer.json()["next_cursor"]}


async def table(client: SignedInClient, url: str, **params: Any) -> list[dict[str, str]]:
    answer = await client.get(url, params=params, headers={"Accept": "text/csv"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert answer.headers["content-disposition"].startswith("attachment; ")
    return list(csv.DictReader(io.StringIO(answer.text)))


def moment(value: str) -> datetime:
    return datetime.fromisoformat(value)


async def test_the_rework_table_equals_the_ledger(resources: Resources, client_for: ClientFor) -> None:
    lead = await client_for("lead")
    wanda, carl = await create_user(resources, name="Wanda"), await create_user(resources, name="=Carl()")
    ticket = await histories.past_ticket(resources, AT, title="@Banner")
    people: dict[str, Any] = {"worker_id": wanda, "checker_id": carl, "assignee_id": wanda}
    for number in range(5):
        await histories.rework(resources, ticket, AT + number * HOUR, "returned", **people)
    await histories.rework(resources, ticket, AT + 5 * HOUR, "commented")
    hidden = await histories.past_ticket(resources, AT, deleted_at=AT)
    await histories.rework(resources, hidden, AT, "returned")
    ledger, rows = await listed(lead, REWORK), await table(lead, REWORK)
    assert len(ledger) == len(rows) == 6
    for entry, row in zip(ledger, rows, strict=True):
        assert (entry["id"], entry["ticket"]["id"], str(entry["ticket"]["number"]), entry["cause"]) == (
            row["id"], row["ticket_id"], row["number"], row["cause"],
        )  # fmt: skip
        assert moment(entry["created_at"]) == moment(row["created_at"])
        assert entry["reason"] == row["reason"]
        for who in ("worker", "checker", "assignee"):
            named = entry[who] or {"id": "", "name": ""}
            assert (named["id"], named["name"]) == (row[f"{who}_id"], row[who].removeprefix("'"))
        assert row["title"] == "'@Banner"
    assert {row["checker"] for row in rows} == {"'=Carl()", ""}
    assert ledger[0]["worker"] == {"id": str(wanda), "name": "Wanda"}
    newest = await listed(lead, REWORK, sort="-created_at")
    assert newest == ledger[::-1]


async def test_what_was_reassigned_twice_and_returned_is_back_with_who_did_it(
    resources: Resources, client_for: ClientFor
) -> None:
    desk = await open_desk(resources, client_for)
    ticket = await desk.open("pending_verification")
    for colleague in (desk.manager, desk.lead):
        body = {"user_id": str(colleague.person_id)}
        given = await desk.lead.post(f"/api/v1/tickets/{ticket['id']}/assignment", json=body)
        assert given.json()["assignee"]["id"] == body["user_id"]
    assert (await step(desk.creator, ticket["id"], "return", reason="The banner is cut off")).is_success
    returned = await read_ticket(desk.worker, ticket["id"])
    assert (returned["status"], returned["assignee"]["name"], returned["rework_count"]) == ("open", "Will", 1)
    (entry,), (row,) = await listed(desk.lead, REWORK), await table(desk.lead, REWORK)
    told = [entry[who]["name"] for who in ("worker", "checker", "assignee")] + [entry["cause"], entry["reason"]]
    assert told == ["Will", "Cara", "Will", "returned", "The banner is cut off"]
    assert [row[name] for name in ("worker", "checker", "assignee", "cause", "reason")] == told
    assert (entry["ticket"]["id"], row["ticket_id"]) == (ticket["id"], ticket["id"])


async def test_rework_is_found_by_person_cause_ticket_and_days(resources: Resources, client_for: ClientFor) -> None:
    auditor = await client_for("auditor")
    wanda, walt = await create_user(resources), await create_user(resources)
    one, other = [await histories.past_ticket(resources, AT) for _ in range(2)]
    # The second is of the same day in Chicago, though not in UTC.
    await histories.rework(resources, one, AT, "returned", worker_id=wanda, checker_id=walt)
    await histories.rework(resources, one, datetime(2026, 2, 11, 5, tzinfo=UTC), "reopened", worker_id=walt)
    await histories.rework(resources, other, datetime(2026, 2, 11, 6, tzinfo=UTC), "commented", assignee_id=wanda)
    for params, causes in (
        ({"worker_id": str(wanda)}, ["returned"]),
        ({"worker_id": [str(wanda), str(walt)]}, ["returned", "reopened"]),
        ({"checker_id": str(walt)}, ["returned"]),
        ({"assignee_id": str(wanda)}, ["commented"]),
        ({"cause": ["reopened", "commented"]}, ["reopened", "commented"]),
        ({"ticket_id": str(other)}, ["commented"]),
        ({"from": "2026-02-10", "to": "2026-02-10"}, ["returned", "reopened"]),
        ({"from": "2026-02-11"}, ["commented"]),
        ({"to": "2026-02-09"}, []),
    ):
        assert [entry["cause"] for entry in await listed(auditor, REWORK, **params)] == causes, params
        assert [row["cause"] for row in await table(auditor, REWORK, **params)] == causes, params


async def test_the_table_of_unchecked_tickets_equals_the_ledger(resources: Resources, client_for: ClientFor) -> None:
    lead = await client_for("lead")
    wanda, cora = await create_user(resources, name="Wanda"), await create_user(resources, name="Cora")
    team = await create_team(resources, "Management")
    ticket = await histories.past_ticket(resources, AT, title="+Banner")
    first, second = date(2026, 2, 10), date(2026, 2, 11)
    await histories.breach(resources, ticket, first, 2 * HOUR, worked_by_id=wanda, checker_id=cora)
    await histories.breach(resources, ticket, second, 26 * HOUR, checker_team_id=team)
    third = await histories.past_ticket(resources, AT)
    await histories.breach(resources, third, second, HOUR, worked_by_id=wanda)
    ledger, rows = await listed(lead, BREACHES), await table(lead, BREACHES)
    assert len(ledger) == 3
    for entry, row in zip(ledger, rows, strict=True):
        for name in ("id", "ended_on", "status"):
            assert entry[name] == row[name]
        assert [moment(entry[name]) for name in ("completed_at", "recorded_at")] == [
            moment(row[name]) for name in ("completed_at", "recorded_at")
        ]
        for who in ("worked_by", "checker", "checker_team"):
            named = entry[who] or {"id": "", "name": ""}
            assert (named["id"], named["name"]) == (row[f"{who}_id"], row[who])
    for params, count in (
        ({"from": "2026-02-11"}, 2),
        ({"to": "2026-02-10"}, 1),
        ({"checker_id": str(cora)}, 1),
        ({"checker_team_id": str(team)}, 1),
        ({"worked_by_id": str(wanda)}, 2),
        ({"ticket_id": str(ticket)}, 2),
    ):
        assert len(await listed(lead, BREACHES, **params)) == len(await table(lead, BREACHES, **params)) == count, (
            params
        )


async def test_days_in_the_wrong_order_and_unknown_filters_are_refused(client_for: ClientFor) -> None:
    lead = await client_for("lead")
    for url in (REWORK, BREACHES):
        for params in ({"from": "2026-02-11", "to": "2026-02-10"}, {"from": "yesterday"}, {"worker": "x"}):
            answer = await lead.get(url, params=params)
            assert answer.status_code == 422, (url, params)
        assert (await lead.get(url, headers={"Accept": "image/png"})).status_code == 406
