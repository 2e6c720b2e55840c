"""A ticket made from a monitored item: recipient, title, actions and categories come from what the monitor found."""

from typing import Any

import pytest
from tests.application import ClientFor, SignedInClient

PROFILE = {
    "source": "monitor",
    "external_id": "profile-7",
    "kind": "profile",
    "platform": "LinkedIn",
    "url": "https://linkedin.example/in/anna-berg",
    "contact": {"name": "Anna Berg", "email": "anna.berg@brightpath.example"},
    "captured_text": "Senior loan officer. Lowest rates guaranteed!",
    "captured_at": "2026-03-01T12:00:00Z",
    "alerts": [
        {"code": "nmls_missing", "text": "Add your NMLS id.", "regulation": "12 CFR 1026.36(g)"},
        {"code": "guarantee", "text": "Remove the guarantee.", "regulation": "FINRA 2210"},
        {"code": "superlative", "text": "Prove or remove 'lowest'.", "regulation": "finra – 2210"},
    ],
}


@pytest.fixture
async def lead(client_for: ClientFor) -> SignedInClient:
    return await client_for("lead")


@pytest.fixture
async def categories(lead: SignedInClient) -> dict[str, str]:
    made = {}
    rows = [
        ("Missing licence id", "12 CFR 1026.36(g)"),
        ("Promissory claim", "FINRA 2210"),
        ("Testimonials", "206(4)-1"),
    ]
    for name, regulation in rows:
        body = {"name": name, "regulation": regulation}
        made[name] = (await lead.post("/api/v1/violation-categories", json=body)).json()["id"]
    return made


async def put_item(lead: SignedInClient, **changes: Any) -> dict[str, Any]:
    answer = await lead.put("/api/v1/monitored-items", json=PROFILE | changes)
    assert answer.is_success, answer.text
    item: dict[str, Any] = answer.json()
    return item


async def test_three_alerts_become_three_actions_and_their_categories(
    lead: SignedInClient, categories: dict[str, str]
) -> None:
    item = await put_item(lead)
    answer = await lead.post("/api/v1/tickets", json={"kind": "corrective", "monitored_item_id": item["id"]})
    assert answer.status_code == 201, answer.text
    ticket = answer.json()
    assert [(a["text"], a["source"]) for a in ticket["requested_actions"]] == [
        ("Add your NMLS id.", "alert"),
        ("Remove the guarantee.", "alert"),
        ("Prove or remove 'lowest'.", "alert"),
    ]
    assert {c["name"] for c in ticket["violation_categories"]} == {"Missing licence id", "Promissory claim"}
    assert ticket["contact"]["name"] == "Anna Berg"
    assert ticket["recipients"][0]["email"] == "anna.berg@brightpath.example"
    assert ticket["title"]
    assert ticket["item"]["captured_text"] == PROFILE["captured_text"]
    assert len(ticket["item"]["alerts"]) == 3


async def test_the_form_shows_what_creating_applies(lead: SignedInClient, categories: dict[str, str]) -> None:
    item = await put_item(lead)
    form = (await lead.get(f"/api/v1/monitored-items/{item['id']}/prefill")).json()
    assert (await lead.get("/api/v1/tickets")).json()["items"] == []
    made = (await lead.post("/api/v1/tickets", json={"kind": "corrective", "monitored_item_id": item["id"]})).json()
    assert form["title"] == made["title"]
    assert [a["text"] for a in form["requested_actions"]] == [a["text"] for a in made["requested_actions"]]
    assert set(form["violation_category_ids"]) == {c["id"] for c in made["violation_categories"]}


async def test_a_person_may_add_to_the_prefill_or_do_without(lead: SignedInClient, categories: dict[str, str]) -> None:
    item = await put_item(lead)
    base = {"kind": "corrective", "monitored_item_id": item["id"], "title": "My title"}
    added = base | {
        "requested_actions": [{"text": "Call me"}, {"text": "Remove the guarantee."}],
        "violation_category_ids": [categories["Testimonials"]],
    }
    ticket = (await lead.post("/api/v1/tickets", json=added)).json()
    assert ticket["title"] == "My title"
    assert [(a["text"], a["source"]) for a in ticket["requested_actions"]] == [
        ("Call me", "manual"),
        ("Remove the guarantee.", "manual"),
        ("Add your NMLS id.", "alert"),
        ("Prove or remove 'lowest'.", "alert"),
    ]
    assert len(ticket["violation_categories"]) == 3
    person = {"name": "Bo", "email": "bo@x.example"}
    bare = (await lead.post("/api/v1/tickets", json=base | {"apply_prefill": False, "recipient": person})).json()
    assert (bare["requested_actions"], bare["violation_categories"]) == ([], [])
    assert bare["item"]["id"] == item["id"]


async def test_the_ticket_keeps_its_own_snapshot(lead: SignedInClient) -> None:
    item = await put_item(lead)
    ticket = (await lead.post("/api/v1/tickets", json={"kind": "corrective", "monitored_item_id": item["id"]})).json()
    await put_item(lead, captured_text="Corrected.", alerts=[])
    kept = (await lead.get(f"/api/v1/tickets/{ticket['id']}")).json()["item"]
    assert kept["captured_text"] == PROFILE["captured_text"]
    assert len(kept["alerts"]) == 3


async def test_an_item_of_nobody_needs_a_recipient(lead: SignedInClient) -> None:
    item = await put_item(lead, external_id="post-9", contact=None)
    answer = await lead.post("/api/v1/tickets", json={"kind": "corrective", "monitored_item_id": item["id"]})
    assert answer.status_code == 422
    assert [e["code"] for e in answer.json()["errors"]] == ["recipient_required"]
