"""What monitors report, over HTTP, and the ticket that follows from it."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from tests.application import ClientFor, FrozenClock
from tests.factories import contacts as contacts_factory
from tests.factories.monitored_items import ALERTS, create_category, put_item, report
from tests.refusals import Case, not_refused, pointers

from ticketdesk.bootstrap import Resources
from ticketdesk.services import monitored_items

ITEMS = "/api/v1/monitored-items"
ANNA = {"name": "Anna Berg", "email": "anna@x.example", "external_id": "emp-7"}


async def test_the_first_report_creates_and_the_next_one_replaces(client_for: ClientFor, clock: FrozenClock) -> None:
    agent = await client_for("agent")
    first = await agent.put(ITEMS, json=report(contact=ANNA))
    item = first.json()
    assert (first.status_code, first.headers["location"]) == (201, f"{ITEMS}/{item['id']}")
    assert item == report() | {
        "id": item["id"],
        "contact": {"id": item["contact"]["id"], "name": "Anna Berg", "email": "anna@x.example"},
        "created_at": "2026-03-02T15:00:00Z",
        "updated_at": "2026-03-02T15:00:00Z",
    }
    clock.advance(timedelta(hours=1))
    changes = {"captured_text": "Loans.", "captured_at": "2026-03-02T16:00:00Z", "alerts": [ALERTS[1]], "url": None}
    second = await agent.put(ITEMS, json=report(**changes))
    assert (second.status_code, "location" in second.headers) == (200, False)
    # Without a contact in the report, the contact stays.
    assert second.json() == item | changes | {"updated_at": "2026-03-02T16:00:00Z"}
    assert (await agent.get(f"{ITEMS}/{item['id']}")).json() == second.json()


async def test_a_source_and_its_id_make_an_item(client_for: ClientFor) -> None:
    agent = await client_for("agent")
    statuses = [
        (await agent.put(ITEMS, json=report(source=source, external_id=external_id))).status_code
        for source, external_id in (("a", "1"), ("a", "2"), ("b", "1"), ("a", "1"))
    ]
    assert statuses == [201, 201, 201, 200]


async def test_whose_it_is_is_found_or_created(client_for: ClientFor, resources: Resources) -> None:
    agent = await client_for("agent")
    known = await contacts_factory.create_contact(resources, "Bo", "bo@x.example")
    for contact in ({"contact_id": str(known)}, {"contact": {"name": "?", "email": "BO@x.example"}}):
        assert (await put_item(agent, **contact))["contact"] == {
            "id": str(known),
            "name": "Bo",
            "email": "bo@x.example",
        }
    nobody = await put_item(agent, contact={"name": "Ada", "external_id": "emp-9"})
    assert (nobody["contact"]["name"], nobody["contact"]["email"]) == ("Ada", None)
    assert (await put_item(agent, contact={"name": "?", "external_id": "emp-9"}))["contact"] == nobody["contact"]


async def test_bad_input_is_refused_at_its_field(client_for: ClientFor, resources: Resources) -> None:
    agent = await client_for("agent")
    known = str(await contacts_factory.create_contact(resources))
    alert = ALERTS[0]
    cases: list[Case] = [
        ({}, None),
        (report(kind="story"), "/kind"),
        (report(source=""), "/source"),
        (report(external_id=7), "/external_id"),
        (report(external_id="\ud800"), None),
        (report(platform="a\x00"), "/platform"),
        (report(captured_text="\x00"), "/captured_text"),
        (report(captured_text=None), "/captured_text"),
        (report(captured_text="x" * 20_001), "/captured_text"),
        (report(captured_at="2026-03-02"), "/captured_at"),
        (report(captured_at="0001-01-01T00:00:00+14:00"), "/captured_at"),
        (report(captured_at="9999-12-31T23:59:59-12:00"), "/captured_at"),
        (report(captured_at=True), "/captured_at"),
        (report(captured_at=10**30), "/captured_at"),
        (report(url="javascript:alert(1)"), "/url"),
        (report(url="ftp://x.example"), "/url"),
        (report(url="/relative"), "/url"),
        (report(url="https://x.example/" + "a" * 2000), "/url"),
        (report(alerts=[alert] * 51), "/alerts"),
        (report(alerts=[alert, alert | {"text": ""}]), "/alerts/1/text"),
        (report(alerts=[alert | {"regulation": None}]), "/alerts/0/regulation"),
        (report(alerts=[alert | {"severity": 1}]), "/alerts/0/severity"),
        (report(alerts={"0": alert}), "/alerts"),
        (report(contact_id=str(uuid4())), "/contact_id"),
        (report(contact_id=2**63), "/contact_id"),
        (report(contact_id=known, contact=ANNA), "/contact"),
        (report(contact={"name": "Anna"}), "/contact"),
        (report(contact={"name": "Anna", "email": "nobody"}), "/contact/email"),
        (report(contact={"email": "a@x.example"}), "/contact/name"),
        (report(id=str(uuid4())), "/id"),
    ]
    assert await not_refused(agent, "PUT", ITEMS, cases) == []
    assert (await agent.get(ITEMS)).json()["items"] == []
    # Half a change would have left the person behind.
    assert len((await agent.get("/api/v1/contacts")).json()["items"]) == 1
    assert (await agent.get(f"{ITEMS}/{uuid4()}")).status_code == 404
    assert (await agent.get(f"{ITEMS}/{uuid4()}/prefill")).status_code == 404


async def test_items_are_narrowed_and_paged(client_for: ClientFor) -> None:
    agent = await client_for("agent")
    for number in range(4):
        await put_item(
            agent,
            external_id=f"i{number}",
            source="one" if number < 3 else "two",
            kind="post" if number % 2 else "profile",
            platform="LinkedIn" if number else "Instagram",
            contact=ANNA if number > 1 else None,
        )
    anna = (await agent.get("/api/v1/contacts")).json()["items"][0]["id"]
    for query, found in {
        "": "0123",
        "source=one": "012",
        "source=one&source=two": "0123",
        "external_id=i3&external_id=i1": "13",
        "kind=post": "13",
        "platform=LinkedIn": "123",
        f"contact_id={anna}": "23",
        f"contact_id={anna}&kind=profile&source=one": "2",
        "external_id=i1": "1",
        "sort=-created_at": "3210",
    }.items():
        names: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            page = (await agent.get(f"{ITEMS}?limit=2&{query}{cursor}")).json()
            names += [one["external_id"] for one in page["items"]]
            cursor = f"&cursor={page['next_cursor']}" if page["next_cursor"] else None
        assert (query, names) == (query, [f"i{number}" for number in found])
    for query, name in {"kind=story": "kind.0", "contact_id=7": "contact_id.0", "source=%00": "source.0"}.items():
        assert pointers(await agent.get(f"{ITEMS}?{query}")) == [name]


async def test_roles(client_for: ClientFor) -> None:
    item = await put_item(await client_for("agent"))
    paths = (ITEMS, f"{ITEMS}/{item['id']}", f"{ITEMS}/{item['id']}/prefill")
    for role, read, write in (("admin", 200, 200), ("lead", 200, 200), ("auditor", 200, 403), ("guest", 404, 404)):
        client = await client_for(role)
        answers = [await client.get(path) for path in paths]
        assert (role, {answer.status_code for answer in answers}) == (role, {read})
        assert (role, (await client.put(ITEMS, json=report())).status_code) == (role, write)


async def test_many_reports_at_once_make_one_item_of_one_person(client_for: ClientFor) -> None:
    agent = await client_for("agent")
    reports = (report(contact=ANNA, captured_text=f"Version {number}") for number in range(10))
    answers = await asyncio.gather(*(agent.put(ITEMS, json=body) for body in reports))
    assert sorted(answer.status_code for answer in answers) == [200] * 9 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len((await agent.get("/api/v1/contacts")).json()["items"]) == 1


async def prefill(client: Any, item: dict[str, Any]) -> dict[str, Any]:
    answer = await client.get(f"{ITEMS}/{item['id']}/prefill")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


async def test_prefill_shows_what_the_form_of_a_ticket_starts_with(client_for: ClientFor) -> None:
    lead = await client_for("lead")
    licence = await create_category(lead, "12 CFR § 1026.36(g)")
    rate = await create_category(lead, "12 cfr 1026.24")
    await create_category(lead, "12 CFR 1030.8")
    retired = await create_category(lead, "12 CFR 1014.3")
    await lead.patch(f"/api/v1/violation-categories/{retired}", json={"is_active": False})
    item = await put_item(lead, contact=ANNA)
    shown = await prefill(lead, item)
    assert shown == {
        "title": "LinkedIn profile of Anna Berg: 3 findings",
        "contact_id": item["contact"]["id"],
        "recipient": {"name": "Anna Berg", "email": "anna@x.example"},
        "requested_actions": [
            {"text": alert["text"], "note": alert["regulation"], "source": "alert"} for alert in ALERTS
        ],
        "violation_category_ids": [licence, rate],
        "violation_categories": [
            {"id": licence, "name": "On 12 CFR § 1026.36(g)", "regulation": "12 CFR § 1026.36(g)"},
            {"id": rate, "name": "On 12 cfr 1026.24", "regulation": "12 cfr 1026.24"},
        ],
        "monitored_item_id": item["id"],
    }
    assert (await lead.get("/api/v1/tickets")).json()["items"] == []


async def test_prefill_without_a_person_or_an_address_names_no_recipient(client_for: ClientFor) -> None:
    agent = await client_for("agent")
    nobody = await prefill(agent, await put_item(agent, alerts=[], kind="post"))
    assert (nobody["contact_id"], nobody["recipient"], nobody["requested_actions"]) == (None, None, [])
    item = await put_item(agent, contact={"name": "Ada", "external_id": "9"})
    unreachable = await prefill(agent, item)
    assert (unreachable["contact_id"], unreachable["recipient"]) == (item["contact"]["id"], None)


async def test_what_prefill_shows_makes_a_ticket_as_it_is(client_for: ClientFor) -> None:
    lead = await client_for("lead")
    category = await create_category(lead, ALERTS[0]["regulation"])
    shown = await prefill(lead, await put_item(lead, contact=ANNA))
    body = {name: value for name, value in shown.items() if name != "violation_categories"}
    answer = await lead.post("/api/v1/tickets", json={"kind": "corrective", "apply_prefill": False, **body})
    assert answer.status_code == 201, answer.text
    ticket = answer.json()
    assert [(line["text"], line["source"]) for line in ticket["requested_actions"]] == [
        (alert["text"], "alert") for alert in ALERTS
    ]
    assert [one["id"] for one in ticket["violation_categories"]] == [category]


async def test_a_ticket_keeps_the_item_as_it_was(client_for: ClientFor, resources: Resources) -> None:
    lead = await client_for("lead")
    item = await put_item(lead, contact=ANNA)
    async with resources.unit_of_work() as uow:
        kept = await monitored_items.snapshot(uow, UUID(item["id"]))
    names = ("id", "kind", "platform", "url", "captured_text", "captured_at", "alerts")
    assert kept.model_dump(mode="json") == {name: item[name] for name in names}
    ticket = (await lead.post("/api/v1/tickets", json={"kind": "corrective", "monitored_item_id": item["id"]})).json()
    await put_item(lead, captured_text="Corrected.", alerts=[])
    assert (await lead.get(f"/api/v1/tickets/{ticket['id']}")).json()["item"] == {name: item[name] for name in names}
    unknown = {"kind": "corrective", "monitored_item_id": str(uuid4())}
    assert pointers(await lead.post("/api/v1/tickets", json=unknown)) == ["/monitored_item_id"]
