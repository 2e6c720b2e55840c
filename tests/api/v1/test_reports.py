"""What all reports have in common: who may read them, what they take, and their three types."""

import csv
import io
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from tests.application import START, ClientFor
from tests.factories import contacts, histories
from tests.factories.users import create_api_key, create_user
from tests.refusals import pointers

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.report_layouts import LAYOUTS
from ticketdesk.domain.reports import ReportName
from ticketdesk.schemas import reports as schemas
from ticketdesk.schemas.base import Schema

REPORTS = "/api/v1/reports"
FIGURES: dict[ReportName, type[Schema]] = {
    ReportName.VIOLATIONS: schemas.ViolationsFigures,
    ReportName.TURNAROUND: schemas.TurnaroundFigures,
    ReportName.REWORK: schemas.ReworkFigures,
    ReportName.END_OF_DAY: schemas.EndOfDayFigures,
    ReportName.WORKLOAD: schemas.WorkloadFigures,
    ReportName.REMINDERS: schemas.RemindersFigures,
}
# To a spreadsheet a formula, to a browser markup, to XML neither text nor character.
HOSTILE = '=HYPERLINK("https://x.example")]]><script>alert(1)</script>&\x01\u202e' + "long " * 30
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("name", ReportName)
def test_figures_are_the_columns(name: ReportName) -> None:
    assert list(FIGURES[name].model_fields) == [column.name for column in LAYOUTS[name].columns]


async def write_everything(resources: Resources, name: str) -> None:
    """Write something that each report shows under ``name``."""
    user = await create_user(resources, name=name)
    violation = await histories.create_violation_category(resources, name)
    category = await histories.create_category(resources, name)
    account = await contacts.create_account(resources)
    contact = await contacts.create_contact(resources)
    at = START.replace(month=2, day=10)
    people: dict[str, Any] = {"contact_id": contact, "account_id": account, "category_id": category}
    done = {"completed_at": at, "closed_at": at, "worked_by_id": user, "assignee_id": user}
    ticket = await histories.past_ticket(resources, at, violation, **people, **done)
    await histories.past_ticket(resources, at.replace(day=9), **people, **done, kind="support")
    await histories.past_ticket(resources, at, violation, **people, assignee_id=user)
    await histories.rework(resources, ticket, at, "returned", worker_id=user, checker_id=user)
    await histories.breach(resources, ticket, at.date(), START - at, checker_id=user)
    await histories.reminder(resources, contact, at, ticket)


@pytest.mark.parametrize(
    ("name", "by"),
    [
        ("violations", "category"),
        ("turnaround", "category"),
        ("rework", "worker"),
        ("end-of-day", "checker"),
        ("workload", "person"),
        ("reminders", "category"),
    ],
)
async def test_the_three_types_say_the_same(
    resources: Resources, client_for: ClientFor, name: ReportName, by: str
) -> None:
    await write_everything(resources, HOSTILE)
    lead, url = await client_for("lead"), f"{REPORTS}/{name}?group_by={by}&from=2026-02-01&to=2026-02-28"
    report = (await lead.get(url)).json()
    assert HOSTILE in [row["group"]["name"] for row in report["rows"]]
    names = [column["name"] for column in report["columns"]]

    table = await lead.get(url, headers={"Accept": "text/csv"})
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    file = f'attachment; filename="{name}-by-{by}-2026-02-01-2026-02-28.csv"'
    assert (table.headers["content-disposition"], table.headers["vary"]) == (file, "Accept")
    header, *lines = csv.reader(io.StringIO(table.text, newline=""))
    assert header == [f"{by}_key", by, *names]
    expected = [[row["group"]["key"], _safe(row["group"]["name"]), *(row[n] for n in names)] for row in report["rows"]]
    expected.append([None, "Total", *(report["totals"][n] for n in names)])
    assert lines == [["" if value is None else str(value) for value in line] for line in expected]

    chart = await lead.get(url, headers={"Accept": "image/svg+xml"})
    assert chart.headers["content-type"] == "image/svg+xml"
    policy = chart.headers["content-security-policy"]
    assert {"sandbox", "default-src 'none'"} <= set(policy.split("; "))
    assert chart.headers["content-disposition"].startswith("inline; filename=")
    assert (await lead.get(url, headers={"Accept": "image/svg+xml"})).content == chart.content
    root = ET.fromstring(chart.content)
    assert {element.tag for element in root.iter()} <= {f"{SVG}{tag}" for tag in TAGS}
    spoken = root.findtext(f"{SVG}desc") or ""
    series = [column for column in LAYOUTS[name].columns if column.name in LAYOUTS[name].charted]
    for row in report["rows"]:
        assert row["group"]["name"].replace("\x01", "\ufffd") in spoken
    for column in series:
        assert column.label in [text.text for text in root.iter(f"{SVG}text")]
        assert f"{column.label} " in spoken


TAGS = ("svg", "title", "desc", "rect", "line", "text")


def _safe(name: str) -> str:
    return f"'{name}" if name.startswith("=") else name


@pytest.mark.parametrize("name", ReportName)
async def test_a_chart_of_nothing_says_so(client_for: ClientFor, name: ReportName) -> None:
    lead = await client_for("lead", works_tickets=False)
    chart = ET.fromstring((await lead.get(f"{REPORTS}/{name}", headers={"Accept": "image/svg+xml"})).content)
    assert "Nothing to show for this period." in [text.text for text in chart.iter(f"{SVG}text")]


@pytest.mark.parametrize("name", ReportName)
async def test_bad_parameters_are_named(client_for: ClientFor, name: ReportName) -> None:
    lead = await client_for("lead")
    for query, pointer in {
        "from=2026-02-30": "from",
        "to=yesterday": "to",
        "from=2026-02-02&to=2026-02-01": "from",
        "from=2024-01-01&to=2026-01-01": "from",
        "from=0001-01-01": "from",
        "group_by=shoe_size": "group_by",
        "account_id=7": "account_id.0",
        "colour=red": "colour",
    }.items():
        answer = await lead.get(f"{REPORTS}/{name}?{query}")
        assert (query, answer.status_code, pointers(answer)) == (query, 422, [pointer])


async def test_days_are_those_of_the_desk(resources: Resources, client_for: ClientFor) -> None:
    """In March 2026 Chicago is six hours behind UTC until the 8th, and five from then on."""
    admin = await client_for("admin")
    for at in ("2026-03-01T05:59:59", "2026-03-01T06:00", "2026-04-01T04:59:59", "2026-04-01T05:00"):
        await histories.past_ticket(resources, START.fromisoformat(f"{at}+00:00"))
    march = f"{REPORTS}/violations?group_by=month&from=2026-02-28&to=2026-04-01"

    async def counted() -> list[tuple[str, int]]:
        rows = (await admin.get(march)).json()["rows"]
        return [(row["group"]["key"], row["ticket_count"]) for row in rows]

    assert await counted() == [("2026-02", 1), ("2026-03", 2), ("2026-04", 1)]
    await admin.patch("/api/v1/settings/calendar", json={"time_zone": "UTC"})
    assert await counted() == [("2026-02", 0), ("2026-03", 2), ("2026-04", 2)]


async def test_reports_are_for_leads_and_auditors(resources: Resources, client_for: ClientFor) -> None:
    statuses = {"admin": 200, "lead": 200, "auditor": 200, "agent": 403, "guest": 404}
    for role, status in statuses.items():
        assert (await (await client_for(role)).get(f"{REPORTS}/workload")).status_code == status, role
    lead = await create_user(resources, role="lead")
    for scope, status in (("reports:read", 200), ("tickets:read", 403)):
        _, key = await create_api_key(resources, lead, [scope])
        assert (await (await client_for.bearing(key)).get(f"{REPORTS}/workload")).status_code == status
