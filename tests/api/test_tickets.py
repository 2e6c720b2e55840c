"""Creating, reading, listing, editing, archiving and deleting tickets over HTTP."""

import asyncio
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from tests.application import ClientFor, FrozenClock, SignedInClient
from tests.factories.tickets import RECIPIENT, create_ticket, read_ticket, step
from tests.refusals import errors_of

from ticketdesk.bootstrap import Resources

MISSING = "01978c1e-5f3a-7c00-8000-000000000000"


@pytest.fixture
async def agent(client_for: ClientFor) -> SignedInClient:
    return await client_for("agent", name="Ann Agent")


async def test_a_held_ticket_waits_for_its_sender(agent: SignedInClient) -> None:
    answer = await agent.post(
        "/api/v1/tickets",
        json={
            "kind": "corrective",
            "title": "  Remove the guarantee  ",
            "description": "Two lines\r\nof text",
            "recipient": RECIPIENT,
            "requested_actions": [{"text": "Edit the post"}, {"text": "Send a screenshot", "note": "PNG"}],
            "send": "later",
        },
    )
    assert answer.status_code == 201
    ticket = answer.json()
    assert answer.headers["location"] == f"/api/v1/tickets/{ticket['id']}"
    assert re.fullmatch(rf'"{ticket["version"]}-[0-9a-f]{{16}}"', answer.headers["etag"])
    assert (ticket["status"], ticket["status_label"], ticket["status_color"]) == ("send_later", "Send Later", "purple")
    assert ticket["title"] == "Remove the guarantee"
    assert ticket["description"] == "Two lines\nof text"
    assert ticket["attention"] == {"needed": True, "reasons": ["send_later"]}
    assert [(a["position"], a["text"], a["note"], a["is_done"]) for a in ticket["requested_actions"]] == [
        (1, "Edit the post", None, False),
        (2, "Send a screenshot", "PNG", False),
    ]
    assert [r["email"] for r in ticket["recipients"]] == [RECIPIENT["email"]]
    assert ticket["contact"]["name"] == "Anna Berg"
    assert ticket["created_by"]["name"] == ticket["assignee"]["name"] == "Ann Agent"
    assert ticket["sent_at"] is None
    assert ticket["next_reminder_at"] is None
    assert ticket["no_reminder_reason"] == "not_pending"
    assert set(ticket["allowed_actions"]) == {"send", "reply", "close"}
    assert await read_ticket(agent, ticket["id"]) == ticket


async def test_sending_now_writes_to_the_recipient_at_once(agent: SignedInClient) -> None:
    ticket = await create_ticket(agent, send="now")
    assert ticket["status"] == "pending_correction"
    assert ticket["sent_at"] == ticket["created_at"]
    assert ticket["next_reminder_at"] is not None
    messages = (await agent.get(f"/api/v1/tickets/{ticket['id']}/messages")).json()["items"]
    assert [(m["purpose"], m["state"], m["address"], m["sender"]["name"]) for m in messages] == [
        ("assignment", "queued", RECIPIENT["email"], "Ann Agent")
    ]


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"recipient": None}, "/contact_id", "recipient_required"),
        ({"title": None}, "/title", "title_required"),
        ({"title": " \n "}, "/title", "string_too_short"),
        ({"title": "a\x00b"}, "/title", "control_character"),
        ({"title": "a\nBcc: x@y.example"}, "/title", "control_character"),
        ({"title": "x" * 201}, "/title", "string_too_long"),
        ({"description": "a\x00b"}, "/description", "control_character"),
        ({"recipient": {"name": "A", "email": "no address"}}, "/recipient/email", "invalid_address"),
        ({"recipient": None, "contact_id": MISSING}, "/contact_id", "unknown_reference"),
        ({"violation_category_ids": [MISSING]}, "/violation_category_ids/0", "unknown_reference"),
        ({"monitored_item_id": MISSING}, "/monitored_item_id", "unknown_reference"),
        ({"requested_actions": [{"text": "x", "colour": "red"}]}, "/requested_actions/0/colour", "extra_forbidden"),
        ({"priority": "huge"}, "/priority", "enum"),
        ({"status": "closed"}, "/status", "extra_forbidden"),
        ({"send": True}, "/send", "literal_error"),
    ],
)
async def test_bad_input_names_the_field_and_the_rule(
    agent: SignedInClient, change: dict[str, Any], pointer: str, code: str
) -> None:
    body = {"kind": "corrective", "title": "T", "recipient": RECIPIENT} | change
    answer = await agent.post("/api/v1/tickets", json=body)
    assert errors_of(answer) == {pointer: code}
    assert (await agent.get("/api/v1/tickets")).json()["items"] == []


async def test_a_person_without_address_needs_one_and_keeps_it(agent: SignedInClient) -> None:
    contact = (await agent.post("/api/v1/contacts", json={"name": "No Mail"})).json()
    body = {"kind": "corrective", "title": "T", "contact_id": contact["id"]}
    refused = await agent.post("/api/v1/tickets", json=body)
    assert errors_of(refused) == {"/recipient": "recipient_required"}
    given = body | {"recipient": {"name": "No Mail", "email": "now@mail.example"}}
    assert (await agent.post("/api/v1/tickets", json=given)).status_code == 201
    assert (await agent.get(f"/api/v1/contacts/{contact['id']}")).json()["email"] == "now@mail.example"


async def test_lists_are_oldest_first_and_complete_over_pages(agent: SignedInClient, clock: FrozenClock) -> None:
    made = []
    for index in range(7):
        made.append((await create_ticket(agent, title=f"Ticket {index}"))["id"])
        clock.advance(timedelta(seconds=index % 2))
    seen, url = [], "/api/v1/tickets?limit=3"
    while url:
        page = await agent.get(url)
        seen += [ticket["id"] for ticket in page.json()["items"]]
        link = page.links.get("next")
        assert (link is None) == (page.json()["next_cursor"] is None)
        url = link["url"] if link else ""
    assert seen == made
    backwards = (await agent.get("/api/v1/tickets?sort=-created_at")).json()["items"]
    assert [ticket["id"] for ticket in backwards] == made[::-1]


async def test_a_cursor_belongs_to_its_filter(agent: SignedInClient) -> None:
    for _ in range(2):
        await create_ticket(agent)
    cursor = (await agent.get("/api/v1/tickets?limit=1")).json()["next_cursor"]
    for query in (f"limit=1&status=closed&cursor={cursor}", f"sort=-created_at&cursor={cursor}", "cursor=nonsense"):
        answer = await agent.get(f"/api/v1/tickets?{query}")
        assert set(errors_of(answer)) == {"cursor"}


async def test_filters_narrow_the_list(agent: SignedInClient, client_for: ClientFor, clock: FrozenClock) -> None:
    other = await client_for("agent")
    first = await create_ticket(agent, title="Guaranteed returns", description="misleading claims", priority="high")
    clock.advance(timedelta(hours=1))
    second = await create_ticket(other, title="Old logo", send="now", recipient={"name": "Bo", "email": "bo@x.example"})
    await agent.put(f"/api/v1/tickets/{(await create_ticket(agent, title='Archived'))['id']}/archive")

    async def ids(query: str) -> list[str]:
        answer = await agent.get(f"/api/v1/tickets?{query}")
        assert answer.status_code == 200, answer.text
        return [ticket["id"] for ticket in answer.json()["items"]]

    one, two = first["id"], second["id"]
    cases = {
        "": [one, two],
        "status=send_later": [one],
        "status=send_later&status=pending_correction": [one, two],
        "kind=task": [],
        "needs_attention=true": [one],
        "needs_attention=false": [two],
        "assignee_id=me": [one],
        "assignee_id=none": [],
        "assignee_id=none&assignee_id=me": [one],
        f"assignee_id=me&assignee_id={agent.person_id}": [one],
        f"assignee_id=me&assignee_id={other.person_id}": [one, two],
        f"created_by=me&created_by={other.person_id}&open=true": [two],
        f"assignee_id={other.person_id}": [two],
        "created_by=me": [one],
        f"contact_id={second['contact']['id']}": [two],
        f"contact_id={second['contact']['id']}&contact_id={first['contact']['id']}": [one, two],
        "open=true": [two],
        "open=false": [one],
        "q=guaranteed": [one],
        "q=claim": [one],
        "q=Anna": [one],
        f"q=%23{second['number']}": [two],
        "q=nothing": [],
        f"created_after={second['created_at']}": [two],
        f"created_before={second['created_at']}": [one],
    }
    assert {query: await ids(query) for query in cases} == cases
    assert len(await ids("archived=true")) == 1


async def test_a_misspelt_filter_is_told(agent: SignedInClient) -> None:
    for url in ("/api/v1/tickets", "/api/v1/tickets/counts", "/api/v1/notifications", "/api/v1/me"):
        answer = await agent.get(f"{url}?stauts=closed")
        assert errors_of(answer) == {"stauts": "unknown_parameter"}


async def test_a_filter_with_one_value_is_given_once(agent: SignedInClient) -> None:
    refused = await agent.get("/api/v1/tickets?open=true&assignee_id=me&open=false&limit=1&limit=2&assignee_id=none")
    assert (refused.status_code, errors_of(refused)) == (
        422,
        {"open": "repeated_parameter", "limit": "repeated_parameter"},
    )
    assert (await agent.get("/api/v1/tickets?status=closed&status=new&category_id=")).status_code == 422
    assert (await agent.get("/api/v1/tickets?status=closed&status=new")).status_code == 200


async def test_a_query_in_another_encoding_is_told(agent: SignedInClient) -> None:
    refused = await agent.get("/api/v1/tickets?q=M%FCller&open=true")
    assert (refused.status_code, errors_of(refused)) == (422, {"q": "not_utf8"})
    assert (await agent.get("/api/v1/contacts?M%FCller=1")).json()["errors"][0]["code"] == "not_utf8"
    assert (await agent.get("/api/v1/tickets?q=M%C3%BCller")).status_code == 200


async def test_counts_follow_the_same_filters(agent: SignedInClient, client_for: ClientFor) -> None:
    other = await client_for("agent")
    await create_ticket(agent)
    await create_ticket(agent, send="now")
    await create_ticket(other)
    counts = (await agent.get("/api/v1/tickets/counts")).json()
    assert counts["by_status"]["send_later"] == 2
    assert counts["by_status"]["pending_correction"] == 1
    assert counts["needs_attention"] == {
        "total": 2,
        "send_later": 2,
        "comment_added": 0,
        "pending_verification": 0,
        "unassigned": 0,
        "delivery_failed": 0,
        "crm_conflict": 0,
    }
    mine = (await agent.get("/api/v1/tickets/counts?assignee_id=me")).json()
    assert mine["needs_attention"]["total"] == 1


async def test_counts_are_cheap_to_poll(agent: SignedInClient) -> None:
    first = await agent.get("/api/v1/tickets/counts")
    same = await agent.get("/api/v1/tickets/counts", headers={"If-None-Match": first.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    await create_ticket(agent)
    changed = await agent.get("/api/v1/tickets/counts", headers={"If-None-Match": first.headers["etag"]})
    assert changed.status_code == 200


async def test_a_held_ticket_can_be_edited_in_full(agent: SignedInClient) -> None:
    ticket = await create_ticket(agent, requested_actions=[{"text": "Old"}])
    patch = {
        "title": "New title",
        "requested_actions": [{"text": "A"}, {"text": "B"}],
        "recipient": {"name": "Bo", "email": "bo@x.example"},
        "priority": "urgent",
    }
    answer = await agent.patch(f"/api/v1/tickets/{ticket['id']}", json=patch)
    edited = answer.json()
    assert answer.status_code == 200
    assert edited["title"] == "New title"
    assert edited["priority"] == "urgent"
    assert [a["text"] for a in edited["requested_actions"]] == ["A", "B"]
    assert [r["email"] for r in edited["recipients"]] == ["bo@x.example"]
    assert edited["version"] == ticket["version"] + 1
    untouched = await agent.patch(f"/api/v1/tickets/{ticket['id']}", json={})
    assert untouched.json()["version"] == edited["version"]


@pytest.mark.parametrize(
    "patch",
    [{"title": "Other"}, {"description": "Other"}, {"requested_actions": []}, {"recipient": RECIPIENT}],
)
async def test_what_was_sent_is_write_once(agent: SignedInClient, patch: dict[str, Any]) -> None:
    ticket = await create_ticket(agent, send="now", requested_actions=[{"text": "Edit"}])
    answer = await agent.patch(f"/api/v1/tickets/{ticket['id']}", json=patch)
    assert (answer.status_code, answer.json()["code"]) == (409, "write_once")
    assert await read_ticket(agent, ticket["id"]) == ticket


async def test_staffs_own_view_of_a_sent_ticket_can_change(agent: SignedInClient) -> None:
    ticket = await create_ticket(agent, send="now")
    answer = await agent.patch(f"/api/v1/tickets/{ticket['id']}", json={"priority": "low"})
    assert answer.json()["priority"] == "low"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE tickets SET title = 'x'",
        "UPDATE tickets SET description = 'x'",
        "DELETE FROM tickets",
        "UPDATE requested_actions SET text = 'x'",
        "DELETE FROM requested_actions",
        "UPDATE comments SET body = 'x'",
        "DELETE FROM comments",
        "TRUNCATE comments CASCADE",
        "UPDATE activities SET kind = 'x'",
        "DELETE FROM activities",
        "TRUNCATE activities",
        "UPDATE setting_changes SET after = '{}'",
    ],
)
async def test_the_database_itself_refuses_to_rewrite_history(
    agent: SignedInClient, client_for: ClientFor, resources: Resources, statement: str
) -> None:
    admin = await client_for("admin")
    ticket = await create_ticket(agent, send="now", requested_actions=[{"text": "Edit"}])
    await agent.post(f"/api/v1/tickets/{ticket['id']}/comments", json={"body": "Hello"})
    await admin.patch("/api/v1/settings/branding", json={"desk_name": "Other"})
    with pytest.raises(DBAPIError, match=r"write-once|append-only"):
        async with resources.engine.begin() as connection:
            await connection.execute(text(statement))


async def test_deleting_is_for_leads_and_for_held_tickets(agent: SignedInClient, client_for: ClientFor) -> None:
    lead = await client_for("lead")
    held, sent = await create_ticket(agent), await create_ticket(agent, send="now")
    assert (await agent.delete(f"/api/v1/tickets/{held['id']}")).status_code == 403
    assert (await lead.delete(f"/api/v1/tickets/{held['id']}")).status_code == 204
    assert (await lead.get(f"/api/v1/tickets/{held['id']}")).status_code == 404
    assert (await lead.delete(f"/api/v1/tickets/{held['id']}")).status_code == 404
    refused = await lead.delete(f"/api/v1/tickets/{sent['id']}")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_deletable")
    assert [t["id"] for t in (await lead.get("/api/v1/tickets")).json()["items"]] == [sent["id"]]


async def test_an_archived_ticket_is_read_only_until_reactivated(agent: SignedInClient) -> None:
    ticket = await create_ticket(agent, send="now")
    url = f"/api/v1/tickets/{ticket['id']}"
    answer = await agent.put(f"{url}/archive")
    archived = answer.json()
    assert answer.headers["etag"] == (await agent.get(url)).headers["etag"]
    assert (archived["archived"], archived["next_reminder_at"], archived["allowed_actions"]) == (True, None, [])
    assert archived["no_reminder_reason"] == "archived"
    assert (await agent.put(f"{url}/archive")).json()["version"] == archived["version"]
    for refused in (
        await agent.patch(url, json={"priority": "low"}),
        await agent.post(f"{url}/comments", json={"body": "Hello"}),
        await step(agent, ticket["id"], "close", reason="x"),
    ):
        assert (refused.status_code, refused.json()["code"]) == (409, "ticket_archived")
    answer = await agent.delete(f"{url}/archive")
    back = answer.json()
    assert answer.headers["etag"] == (await agent.get(url)).headers["etag"]
    assert (back["archived"], back["status"]) == (False, "pending_correction")
    assert back["next_reminder_at"] == ticket["next_reminder_at"]


async def test_a_stale_version_changes_nothing(agent: SignedInClient) -> None:
    ticket = await create_ticket(agent)
    url, tag = f"/api/v1/tickets/{ticket['id']}", f'"{ticket["version"]}"'
    assert (await agent.patch(url, json={"title": "One"}, headers={"If-Match": tag})).status_code == 200
    stale = await agent.patch(url, json={"title": "Two"}, headers={"If-Match": tag})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")
    assert (await read_ticket(agent, ticket["id"]))["title"] == "One"


async def test_reading_again_costs_no_body_while_nothing_changed(agent: SignedInClient) -> None:
    ticket = await create_ticket(agent)
    url = f"/api/v1/tickets/{ticket['id']}"
    tag = (await agent.get(url)).headers["etag"]
    assert (await agent.get(url, headers={"If-None-Match": tag})).status_code == 304
    await agent.patch(url, json={"title": "Changed"})
    assert (await agent.get(url, headers={"If-None-Match": tag})).status_code == 200


async def test_a_name_that_changed_is_read_anew(agent: SignedInClient) -> None:
    ticket = await create_ticket(agent)
    url, contact = f"/api/v1/tickets/{ticket['id']}", f"/api/v1/contacts/{ticket['contact']['id']}"
    tag = (await agent.get(url)).headers["etag"]
    assert (await agent.patch(contact, json={"name": "Anna Berg-Lund"})).is_success
    answer = await agent.get(url, headers={"If-None-Match": tag})
    assert (answer.status_code, answer.json()["contact"]["name"]) == (200, "Anna Berg-Lund")
    # Nobody has changed the ticket itself.
    assert answer.json()["version"] == ticket["version"]
    assert (await agent.patch(url, json={"priority": "high"}, headers={"If-Match": tag})).status_code == 200


async def test_the_same_request_with_one_key_makes_one_ticket(agent: SignedInClient) -> None:
    body = {"kind": "corrective", "title": "Once", "recipient": RECIPIENT}
    headers = {"Idempotency-Key": "create-1"}
    answers = await asyncio.gather(*(agent.post("/api/v1/tickets", json=body, headers=headers) for _ in range(5)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert sum("idempotent-replayed" in answer.headers for answer in answers) == 4
    assert len({answer.headers["location"] for answer in answers}) == 1
    other = await agent.post("/api/v1/tickets", json=body | {"title": "Other"}, headers=headers)
    assert errors_of(other) == {"Idempotency-Key": "key_reused"}


async def test_an_unknown_ticket_is_not_found(agent: SignedInClient) -> None:
    for answer in (
        await agent.get(f"/api/v1/tickets/{MISSING}"),
        await agent.patch(f"/api/v1/tickets/{MISSING}", json={"title": "x"}),
        await step(agent, MISSING, "send"),
        await agent.get(f"/api/v1/tickets/{MISSING}/activity"),
        await agent.get(f"/api/v1/tickets/{MISSING}/comments"),
        await agent.get(f"/api/v1/tickets/{MISSING}/messages"),
        await agent.get(f"/api/v1/tickets/{MISSING}/report"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_an_auditor_reads_and_writes_nothing(agent: SignedInClient, client_for: ClientFor) -> None:
    auditor = await client_for("auditor")
    ticket = await create_ticket(agent)
    assert (await auditor.get(f"/api/v1/tickets/{ticket['id']}")).json()["allowed_actions"] == []
    for refused in (
        await auditor.post("/api/v1/tickets", json={"kind": "corrective", "title": "T", "recipient": RECIPIENT}),
        await auditor.patch(f"/api/v1/tickets/{ticket['id']}", json={"title": "x"}),
        await step(auditor, ticket["id"], "send"),
        await auditor.post(f"/api/v1/tickets/{ticket['id']}/comments", json={"body": "x"}),
        await auditor.put(f"/api/v1/tickets/{ticket['id']}/archive"),
    ):
        assert refused.status_code == 403
