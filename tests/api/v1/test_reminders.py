"""The reminders of one ticket over HTTP, and what the settings make of them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.application import ClientFor, FrozenClock, SignedInClient
from tests.factories.contacts import create_contact
from tests.factories.dispatches import deliver
from tests.factories.tickets import (
    create_ticket,
    portal_step,
    read_activity,
    read_ticket,
    recipient_of,
    step,
    ticket_in,
)

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.reminders import NoReminder
from ticketdesk.jobs.outbox import hand_out_due_events
from ticketdesk.jobs.reminders import queue_due_reminders

MISSING = "01978c1e-5f3a-7c00-8000-000000000000"
# The clock stands at 9:00 on a Monday in Chicago; a week later clocks there are an hour ahead.
IN_A_WEEK = "2026-03-09T14:00:00Z"


@pytest.fixture
async def agent(client_for: ClientFor) -> SignedInClient:
    return await client_for("agent", name="Ann Agent")


async def read_reminder(staff: SignedInClient, ticket: dict[str, Any]) -> dict[str, Any]:
    answer = await staff.get(f"/api/v1/tickets/{ticket['id']}/reminder")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def put_reminder(staff: SignedInClient, ticket: dict[str, Any], **body: Any) -> dict[str, Any]:
    answer = await staff.put(f"/api/v1/tickets/{ticket['id']}/reminder", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def change_settings(client_for: ClientFor, resources: Resources, section: str, **body: Any) -> None:
    """Change a section as an admin would, and let its events be handled."""
    admin = await client_for("admin")
    assert (await admin.patch(f"/api/v1/settings/{section}", json=body)).status_code == 200
    await hand_out_due_events(resources)


async def test_a_ticket_that_waits_tells_when_it_asks_again(agent: SignedInClient) -> None:
    ticket = await create_ticket(agent, send="now")
    assert (ticket["next_reminder_at"], ticket["no_reminder_reason"]) == (IN_A_WEEK, None)
    assert await read_reminder(agent, ticket) == {
        "ticket_id": ticket["id"],
        "every_days": None,
        "is_paused": False,
        "next_reminder_at": IN_A_WEEK,
        "no_reminder_reason": None,
        "reminders_sent": 0,
        "policy": {
            "enabled": True,
            "days_before": [],
            "every_days": 7,
            "max_days": None,
            "max_count": None,
            "business_days_only": True,
            "send_at": "09:00",
            "time_zone": "America/Chicago",
        },
        "version": ticket["version"],
    }


@pytest.mark.parametrize("status", ["send_later", "comment_added", "pending_verification", "closed"])
async def test_any_other_ticket_tells_why_it_does_not(
    client_for: ClientFor, agent: SignedInClient, status: str
) -> None:
    ticket = await ticket_in(status, agent, client_for)
    found = await read_reminder(agent, ticket)
    assert (found["next_reminder_at"], found["no_reminder_reason"]) == (None, "not_pending")


async def test_an_archived_ticket_does_not_ask(agent: SignedInClient) -> None:
    ticket = await create_ticket(agent, send="now")
    await agent.put(f"/api/v1/tickets/{ticket['id']}/archive")
    assert (await read_reminder(agent, ticket))["no_reminder_reason"] == "archived"
    refused = await agent.put(f"/api/v1/tickets/{ticket['id']}/reminder", json={"every_days": 1})
    assert (refused.status_code, refused.json()["code"]) == (409, "ticket_archived")
    await agent.delete(f"/api/v1/tickets/{ticket['id']}/archive")
    assert (await read_reminder(agent, ticket))["next_reminder_at"] == IN_A_WEEK


async def test_a_ticket_can_have_its_own_interval_and_give_it_back(agent: SignedInClient) -> None:
    ticket = await create_ticket(agent, send="now")
    own = await put_reminder(agent, ticket, every_days=2)
    assert (own["every_days"], own["policy"]["every_days"]) == (2, 2)
    assert own["next_reminder_at"] == "2026-03-04T15:00:00Z"
    assert (await read_ticket(agent, ticket["id"]))["next_reminder_at"] == "2026-03-04T15:00:00Z"
    back = await put_reminder(agent, ticket)
    assert (back["every_days"], back["policy"]["every_days"], back["next_reminder_at"]) == (None, 7, IN_A_WEEK)


async def test_a_paused_ticket_is_not_asked_about_until_it_is_lifted(
    agent: SignedInClient, resources: Resources, clock: FrozenClock
) -> None:
    ticket = await create_ticket(agent, send="now")
    await deliver(resources)
    paused = await put_reminder(agent, ticket, is_paused=True)
    assert (paused["next_reminder_at"], paused["no_reminder_reason"]) == (None, "paused")
    clock.advance(timedelta(days=21))
    await queue_due_reminders(resources)
    assert await deliver(resources) == []
    lifted = await put_reminder(agent, ticket)
    # It was due long ago: today, and so at once.
    assert lifted["next_reminder_at"] == "2026-03-23T14:00:00Z"
    await queue_due_reminders(resources)
    assert len(await deliver(resources)) == 1


async def test_every_change_is_recorded_once(agent: SignedInClient) -> None:
    ticket = await create_ticket(agent, send="now")
    first = await put_reminder(agent, ticket, every_days=2)
    again = await put_reminder(agent, ticket, every_days=2)
    assert again == first
    entries = await read_activity(agent, ticket["id"])
    assert [entry["kind"] for entry in entries] == ["created", "reminder_changed"]
    assert entries[1]["actor"]["name"] == "Ann Agent"
    before = {"every_days": None, "is_paused": False}
    assert entries[1]["facts"] == {"every_days": 2, "is_paused": False, "before": before}


async def test_a_change_can_name_the_version_it_was_made_for(agent: SignedInClient) -> None:
    ticket = await create_ticket(agent, send="now")
    path, tag = f"/api/v1/tickets/{ticket['id']}/reminder", f'"{ticket["version"]}"'
    assert (await agent.get(path)).headers["etag"].startswith(tag[:-1] + "-")
    changed = await agent.put(path, json={"every_days": 3}, headers={"If-Match": tag})
    assert changed.headers["etag"].startswith(f'"{ticket["version"] + 1}-')
    stale = await agent.put(path, json={"every_days": 4}, headers={"If-Match": tag})
    assert stale.status_code == 412


BAD_INPUT: list[tuple[Any, str, str]] = [
    ({"every_days": 0}, "/every_days", "greater_than_equal"),
    ({"every_days": 366}, "/every_days", "less_than_equal"),
    ({"every_days": True}, "/every_days", "int_type"),
    ({"every_days": "2"}, "/every_days", "int_type"),
    ({"every_days": 1.5}, "/every_days", "int_type"),
    ({"is_paused": 1}, "/is_paused", "bool_type"),
    ({"is_paused": None}, "/is_paused", "bool_type"),
    ({"next_reminder_at": None}, "/next_reminder_at", "extra_forbidden"),
]


async def test_bad_input_names_the_field(agent: SignedInClient) -> None:
    ticket = await create_ticket(agent, send="now")
    path = f"/api/v1/tickets/{ticket['id']}/reminder"
    answers = [await agent.put(path, json=body) for body, _, _ in BAD_INPUT]
    found = [(answer.status_code, [(e["pointer"], e["code"]) for e in answer.json()["errors"]]) for answer in answers]
    assert found == [(422, [(pointer, code)]) for _, pointer, code in BAD_INPUT]


async def test_who_may_read_and_change(
    client_for: ClientFor, agent: SignedInClient, anonymous: SignedInClient, resources: Resources
) -> None:
    ticket = await create_ticket(agent, send="now")
    path = f"/api/v1/tickets/{ticket['id']}/reminder"
    recipient = await recipient_of(client_for, ticket)
    stranger = await client_for.portal(await create_contact(resources))
    callers = [(await client_for(role), 200, 200) for role in ("admin", "lead", "agent")]
    callers += [(await client_for("auditor"), 200, 403), (await client_for("guest"), 404, 404)]
    callers += [(recipient, 404, 404), (stranger, 404, 404), (anonymous, 401, 401)]
    for client, reads, writes in callers:
        assert (await client.get(path)).status_code == reads
        assert (await client.put(path, json={})).status_code == writes


async def test_what_nobody_can_see_is_not_found(client_for: ClientFor, agent: SignedInClient) -> None:
    deleted = await create_ticket(agent)
    lead = await client_for("lead")
    await lead.delete(f"/api/v1/tickets/{deleted['id']}")
    for ticket_id in (MISSING, deleted["id"]):
        path = f"/api/v1/tickets/{ticket_id}/reminder"
        assert (await agent.get(path)).status_code == 404
        assert (await agent.put(path, json={})).status_code == 404


async def test_sending_back_asks_anew_and_closing_stops(client_for: ClientFor, agent: SignedInClient) -> None:
    ticket = await create_ticket(agent, send="now")
    recipient = await recipient_of(client_for, ticket)
    assert (await portal_step(recipient, ticket["id"], "complete")).is_success
    assert (await read_reminder(agent, ticket))["no_reminder_reason"] == "not_pending"
    assert (await step(agent, ticket["id"], "return", reason="The post is still there")).is_success
    assert (await read_reminder(agent, ticket))["next_reminder_at"] == IN_A_WEEK
    assert (await step(agent, ticket["id"], "close", reason="No longer needed")).is_success
    assert (await read_reminder(agent, ticket))["no_reminder_reason"] == "not_pending"


async def test_changed_settings_plan_every_ticket_anew(
    client_for: ClientFor, agent: SignedInClient, resources: Resources
) -> None:
    plain = await create_ticket(agent, send="now")
    own = await create_ticket(agent, send="now")
    await put_reminder(agent, own, every_days=2)
    done = await ticket_in("pending_verification", agent, client_for)
    await change_settings(client_for, resources, "reminders", every_days=3, send_at="13:00")
    assert (await read_reminder(agent, plain))["next_reminder_at"] == "2026-03-05T19:00:00Z"
    assert (await read_reminder(agent, own))["next_reminder_at"] == "2026-03-04T19:00:00Z"
    assert (await read_reminder(agent, done))["next_reminder_at"] is None
    await change_settings(client_for, resources, "calendar", time_zone="Europe/Berlin", holidays=["2026-03-05"])
    assert (await read_reminder(agent, plain))["next_reminder_at"] == "2026-03-06T12:00:00Z"
    await change_settings(client_for, resources, "reminders", enabled=False)
    assert (await read_reminder(agent, plain))["no_reminder_reason"] == "disabled"
    await change_settings(client_for, resources, "reminders", enabled=True, max_days=2)
    assert (await read_reminder(agent, plain))["no_reminder_reason"] == "limit_reached"
    # Wednesday is the second day, the last one allowed.
    assert (await read_reminder(agent, own))["next_reminder_at"] == "2026-03-04T12:00:00Z"


async def test_settings_reach_every_ticket_however_many(
    client_for: ClientFor, agent: SignedInClient, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ticketdesk.services.reminders.BATCH", 2)
    tickets = [await create_ticket(agent, send="now") for _ in range(5)]
    await change_settings(client_for, resources, "reminders", every_days=1)
    planned = [(await read_reminder(agent, ticket))["next_reminder_at"] for ticket in tickets]
    assert planned == ["2026-03-03T15:00:00Z"] * 5


async def test_a_setting_changed_meanwhile_does_not_ask_twice(
    client_for: ClientFor, agent: SignedInClient, resources: Resources, clock: FrozenClock
) -> None:
    await create_ticket(agent, send="now")
    assert len(await deliver(resources)) == 1
    clock.set(datetime(2026, 3, 9, 14, 0, tzinfo=UTC))
    await queue_due_reminders(resources)
    # Queued, but the mail server has not had it yet.
    await change_settings(client_for, resources, "reminders", send_at="08:00")
    await queue_due_reminders(resources)
    assert len(await deliver(resources)) == 1


async def test_the_reasons_are_those_of_the_rule(agent: SignedInClient) -> None:
    document = (await agent.get("/openapi/v1.json")).json()
    assert set(document["components"]["schemas"]["NoReminder"]["enum"]) == {reason.value for reason in NoReminder}
