"""Queueing reminders: merged per address, judged again when due, never on top of each other."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from tests.application import ClientFor, FrozenClock, SignedInClient
from tests.factories.dispatches import ANNA, BEN, deliver
from tests.factories.tickets import create_ticket, portal_step, read_activity, read_ticket, recipient_of
from tests.factories.users import create_team
from tests.statements import noted_statements

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.actors import SYSTEM
from ticketdesk.jobs.reminders import queue_due_reminders
from ticketdesk.services import reminders

# A week after the clock's Monday, at nine in Chicago.
DUE = datetime(2026, 3, 9, 14, 0, tzinfo=UTC)
IN_ANOTHER_WEEK = "2026-03-16T14:00:00Z"


@pytest.fixture
async def agent(client_for: ClientFor, resources: Resources) -> SignedInClient:
    client = await client_for("agent", name="Ann Agent")
    await create_team(resources, "Compliance", client.person_id)
    return client


async def send(staff: SignedInClient, resources: Resources, *recipients: dict[str, str]) -> list[dict[str, Any]]:
    """Send a ticket to each of the recipients and let the mails go out."""
    tickets = [
        await create_ticket(staff, title=f"Ticket {number}", recipient=recipient, send="now")
        for number, recipient in enumerate(recipients, 1)
    ]
    await deliver(resources)
    return tickets


async def queued(staff: SignedInClient, **query: str) -> list[dict[str, Any]]:
    """Return the reminders so far, oldest first."""
    answer = await staff.get("/api/v1/messages", params={"purpose": "reminder", "limit": 200, **query})
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def titles(message: dict[str, Any]) -> list[str]:
    return [ticket["title"] for ticket in message["tickets"]]


async def test_one_message_per_address_lists_its_tickets_oldest_first(
    agent: SignedInClient, resources: Resources, clock: FrozenClock
) -> None:
    shouted = {**ANNA, "email": ANNA["email"].upper()}
    await send(agent, resources, ANNA, BEN, shouted)
    clock.set(DUE)
    await queue_due_reminders(resources)
    to_anna, to_ben = await queued(agent)
    assert (to_anna["address"], titles(to_anna)) == (ANNA["email"], ["Ticket 1", "Ticket 3"])
    assert (to_ben["address"], titles(to_ben)) == (BEN["email"], ["Ticket 2"])
    assert to_anna["sender"] == {"name": "Ann Agent", "team": "Compliance"}


async def test_nothing_goes_before_its_time(agent: SignedInClient, resources: Resources, clock: FrozenClock) -> None:
    await send(agent, resources, ANNA)
    clock.set(DUE - timedelta(seconds=1))
    await queue_due_reminders(resources)
    assert await queued(agent) == []


async def test_the_desk_writes_where_the_tickets_are_of_several_people(
    client_for: ClientFor, agent: SignedInClient, resources: Resources, clock: FrozenClock
) -> None:
    admin = await client_for("admin")
    await admin.patch("/api/v1/settings/mail", json={"sender_name": "Compliance Desk"})
    await send(agent, resources, ANNA)
    await send(await client_for("agent"), resources, ANNA)
    clock.set(DUE)
    await queue_due_reminders(resources)
    (message,) = await queued(agent)
    assert message["sender"] == {"name": "Compliance Desk", "team": None}


async def test_each_ticket_records_it_and_counts_it(
    agent: SignedInClient, resources: Resources, clock: FrozenClock
) -> None:
    sent = await send(agent, resources, ANNA, ANNA)
    clock.set(DUE)
    await queue_due_reminders(resources)
    assert await deliver(resources) == [ANNA["email"]]
    for ticket in sent:
        found = (await agent.get(f"/api/v1/tickets/{ticket['id']}/reminder")).json()
        assert (found["reminders_sent"], found["next_reminder_at"]) == (1, IN_ANOTHER_WEEK)
        entries = await read_activity(agent, ticket["id"])
        assert [entry["kind"] for entry in entries] == ["created", "message_sent", "reminded"]
        assert entries[-1]["facts"]["address"] == ANNA["email"]


async def test_a_ticket_that_leaves_between_planning_and_sending_is_left_out(
    client_for: ClientFor, agent: SignedInClient, resources: Resources, clock: FrozenClock
) -> None:
    one, other = await send(agent, resources, ANNA, BEN)
    clock.set(DUE)
    await queue_due_reminders(resources)
    recipient = await recipient_of(client_for, one)
    assert (await portal_step(recipient, one["id"], "complete")).is_success
    assert await deliver(resources) == [BEN["email"]]
    assert [message["state"] for message in await queued(agent)] == ["cancelled", "sent"]
    assert (await read_ticket(agent, other["id"]))["last_update"]["kind"] == "reminded"


async def test_after_downtime_one_goes_and_not_the_backlog(
    agent: SignedInClient, resources: Resources, clock: FrozenClock
) -> None:
    ticket, *_ = await send(agent, resources, ANNA)
    clock.set(DUE + timedelta(days=15, hours=3))
    for _ in range(3):
        await queue_due_reminders(resources)
        await deliver(resources)
    assert len(await queued(agent)) == 1
    assert (await read_ticket(agent, ticket["id"]))["next_reminder_at"] == "2026-03-31T14:00:00Z"


async def test_back_on_a_sunday_it_waits_for_monday(
    agent: SignedInClient, resources: Resources, clock: FrozenClock
) -> None:
    ticket, *_ = await send(agent, resources, ANNA)
    clock.set(DUE + timedelta(days=6))
    await queue_due_reminders(resources)
    assert await queued(agent) == []
    assert (await read_ticket(agent, ticket["id"]))["next_reminder_at"] == IN_ANOTHER_WEEK


async def test_a_refused_reminder_is_not_repeated_at_once(
    agent: SignedInClient, resources: Resources, clock: FrozenClock
) -> None:
    assert resources.catcher is not None
    ticket, *_ = await send(agent, resources, ANNA)
    resources.catcher.refuse(ANNA["email"])
    clock.set(DUE)
    for _ in range(3):
        await queue_due_reminders(resources)
        assert await deliver(resources) == []
        clock.advance(timedelta(hours=1))
    assert [message["state"] for message in await queued(agent)] == ["failed"]
    found = await read_ticket(agent, ticket["id"])
    assert found["next_reminder_at"] == IN_ANOTHER_WEEK
    assert "delivery_failed" in found["attention"]["reasons"]
    # Neither does archiving and back, which plans anew, ask on the same day.
    await agent.put(f"/api/v1/tickets/{ticket['id']}/archive")
    back = await agent.delete(f"/api/v1/tickets/{ticket['id']}/archive")
    assert back.json()["next_reminder_at"] == IN_ANOTHER_WEEK


async def test_nobody_is_asked_again_while_a_mail_about_the_ticket_waits_to_go(
    agent: SignedInClient, resources: Resources, clock: FrozenClock
) -> None:
    ticket = await create_ticket(agent, send="now")
    clock.set(DUE)
    await queue_due_reminders(resources)
    assert await queued(agent) == []
    assert (await read_ticket(agent, ticket["id"]))["next_reminder_at"] == IN_ANOTHER_WEEK
    # What was waiting goes out once, and the week counts from there.
    assert len(await deliver(resources)) == 1
    clock.advance(timedelta(days=7))
    await queue_due_reminders(resources)
    assert len(await deliver(resources)) == 1


async def test_the_limit_counts_every_round_anew(
    client_for: ClientFor, agent: SignedInClient, resources: Resources, clock: FrozenClock
) -> None:
    admin = await client_for("admin")
    await admin.patch("/api/v1/settings/reminders", json={"every_days": 1, "max_count": 2})
    ticket, *_ = await send(agent, resources, ANNA)
    for _ in range(4):
        clock.advance(timedelta(days=1))
        await queue_due_reminders(resources)
        await deliver(resources)
    assert len(await queued(agent)) == 2
    found = await read_ticket(agent, ticket["id"])
    assert (found["next_reminder_at"], found["no_reminder_reason"]) == (None, "limit_reached")


async def test_replicas_that_run_at_once_ask_once(
    agent: SignedInClient, resources: Resources, clock: FrozenClock
) -> None:
    await send(agent, resources, ANNA, BEN, ANNA)
    clock.set(DUE)
    await asyncio.gather(*(queue_due_reminders(resources) for _ in range(5)))
    listed = [title for message in await queued(agent) for title in titles(message)]
    assert sorted(listed) == ["Ticket 1", "Ticket 2", "Ticket 3"]


async def test_a_batch_that_is_full_still_has_all_tickets_of_its_people(
    agent: SignedInClient, resources: Resources, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ticketdesk.services.reminders.BATCH", 1)
    await send(agent, resources, ANNA, BEN, ANNA, ANNA)
    clock.set(DUE)
    await queue_due_reminders(resources)
    found = [(message["address"], titles(message)) for message in await queued(agent)]
    assert sorted(found) == [(ANNA["email"], ["Ticket 1", "Ticket 3", "Ticket 4"]), (BEN["email"], ["Ticket 2"])]


async def test_a_ticket_that_somebody_is_changing_is_left_for_the_next_run(
    agent: SignedInClient, resources: Resources, clock: FrozenClock
) -> None:
    busy, _ = await send(agent, resources, ANNA, BEN)
    clock.set(DUE)
    async with resources.unit_of_work() as uow:
        await uow.tickets.lock(UUID(busy["id"]), SYSTEM)
        async with asyncio.timeout(60):
            await queue_due_reminders(resources)
    assert [titles(message) for message in await queued(agent)] == [["Ticket 2"]]
    await queue_due_reminders(resources)
    assert [titles(message) for message in await queued(agent)] == [["Ticket 2"], ["Ticket 1"]]


async def test_the_settings_are_read_once_however_many_tickets(agent: SignedInClient, resources: Resources) -> None:
    sent = await send(agent, resources, ANNA, BEN, ANNA)
    async with noted_statements(resources) as asked, resources.unit_of_work() as uow:
        found = await uow.tickets.lock_all([UUID(ticket["id"]) for ticket in sent], SYSTEM)
        assert [await reminders.replan(uow, ticket) for ticket in found] == found
    assert len([statement for statement in asked if "FROM settings" in statement]) == 1
