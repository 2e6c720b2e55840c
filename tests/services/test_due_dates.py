"""Reminders of tasks through the real services, with an injected clock.

Anna and Ben are asked on Monday, 2 March 2026, for Wednesday, 18 March, with the settings as they come: a week and a
day before, then every three days, five times, at nine in Chicago on business days. Clocks go forward on 8 March.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from tests.application import ClientFor, FrozenClock, SignedInClient
from tests.factories.contacts import create_contact
from tests.factories.tasks import Task, create_task
from tests.factories.tickets import create_ticket, portal_step

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.actors import SYSTEM
from ticketdesk.jobs.deliveries import send_due_messages
from ticketdesk.jobs.outbox import hand_out_due_events
from ticketdesk.jobs.reminders import queue_due_reminders
from ticketdesk.services import reminders

ANNA, BEN = "anna@brightpath.example", "ben@brightpath.example"
DUE = date(2026, 3, 18)
A_WEEK_BEFORE, A_DAY_BEFORE = "2026-03-11T14:00:00Z", "2026-03-17T14:00:00Z"
OVERDUE = [f"2026-{day}T14:00:00Z" for day in ("03-23", "03-24", "03-27", "03-30", "04-02")]


@pytest.fixture
async def agent(client_for: ClientFor, clock: FrozenClock) -> SignedInClient:
    clock.set(datetime(2026, 3, 2, 15, tzinfo=UTC))
    return await client_for("agent", name="Ann Agent")


@pytest.fixture
async def task(agent: SignedInClient, resources: Resources) -> Task:
    people = [await create_contact(resources, "Anna Berg", ANNA), await create_contact(resources, "Ben Falk", BEN)]
    made = await create_task(resources, agent.person_id, dict.fromkeys(people), due_on=DUE)
    await plan(resources, made)
    return made


async def plan(resources: Resources, task: Task, **changed: Any) -> None:
    """Plan the reminders of a task that was written as rows."""
    async with resources.unit_of_work() as uow:
        ticket = await uow.tickets.lock(task.id, SYSTEM)
        assert ticket is not None
        await uow.tickets.save(ticket, await reminders.replan(uow, replace(ticket, **changed)))


async def live(resources: Resources, clock: FrozenClock, until: date) -> None:
    """Let the worker look twice a day until then, at nine and at night."""
    while clock.now().date() < until:
        await work(resources)
        clock.advance(timedelta(hours=12 - (clock.now().hour - 2) % 12))


async def work(resources: Resources) -> None:
    await queue_due_reminders(resources)
    await send_due_messages(resources)


async def reminded(staff: SignedInClient) -> list[tuple[str | None, str]]:
    """Return when which address was reminded."""
    answer = await staff.get("/api/v1/messages", params={"purpose": "reminder", "limit": 200})
    return [(one["sent_at"], one["address"]) for one in answer.json()["items"]]


async def read(staff: SignedInClient, task: Task) -> dict[str, Any]:
    answer = await staff.get(f"/api/v1/tickets/{task.id}/reminder")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def upcoming(staff: SignedInClient, task: Task) -> str | None:
    """Return when the task asks again, or why it does not."""
    found = await read(staff, task)
    at: str | None = found["next_reminder_at"]
    return at or found["no_reminder_reason"]


async def test_a_month_and_a_half(
    client_for: ClientFor, agent: SignedInClient, task: Task, resources: Resources, clock: FrozenClock
) -> None:
    assert await upcoming(agent, task) == A_WEEK_BEFORE
    await live(resources, clock, date(2026, 4, 16))
    # The session of before is long over.
    agent = await client_for("agent")
    days = [A_WEEK_BEFORE, A_DAY_BEFORE, *OVERDUE]
    assert await reminded(agent) == [(day, address) for day in days for address in (ANNA, BEN)]
    assert await upcoming(agent, task) == "limit_reached"
    entries = (await agent.get(f"/api/v1/tickets/{task.id}/activity", params={"limit": 200})).json()["items"]
    assert [entry["at"] for entry in entries if entry["kind"] == "reminded"] == [day for day in days for _ in "AB"]
    assert resources.catcher is not None
    text = resources.catcher.to(ANNA)[-1].text
    assert "A task from Ann Agent still waits for answers." in text
    assert "Due: Wednesday, 18 March 2026" in text


async def test_after_downtime_one_goes_and_not_the_backlog(
    client_for: ClientFor, task: Task, resources: Resources, clock: FrozenClock
) -> None:
    clock.set(datetime(2026, 3, 28, 12, tzinfo=UTC))
    await live(resources, clock, date(2026, 4, 2))
    agent = await client_for("agent")
    # A Saturday: what was missed goes on Monday, which is a day of its own as well.
    assert await reminded(agent) == [(OVERDUE[3], ANNA), (OVERDUE[3], BEN)]
    assert await upcoming(agent, task) == OVERDUE[4]


async def test_a_comment_does_not_stop_it_closing_does_and_reopening_arms_it_anew(
    client_for: ClientFor, agent: SignedInClient, task: Task, resources: Resources, clock: FrozenClock
) -> None:
    anna = await client_for.portal(task.contact_ids[0])
    path = f"/api/v1/portal/tickets/{task.id}"
    assert (await anna.post(f"{path}/comments", json={"body": "Which year?"})).is_success
    assert await upcoming(agent, task) == A_WEEK_BEFORE
    clock.set(datetime(2026, 3, 11, 14, tzinfo=UTC))
    await queue_due_reminders(resources)
    assert (await portal_step(anna, str(task.id), "close")).is_success
    # Queued, but not sent: the task was closed between.
    await send_due_messages(resources)
    assert await reminded(agent) == [(None, ANNA), (None, BEN)]
    assert await upcoming(agent, task) == "not_open"
    clock.set(datetime(2026, 3, 12, 14, tzinfo=UTC))
    assert (await portal_step(anna, str(task.id), "reopen")).is_success
    assert await upcoming(agent, task) == A_DAY_BEFORE


async def test_it_is_paused_by_ticket_and_has_an_interval_of_its_own(agent: SignedInClient, task: Task) -> None:
    path = f"/api/v1/tickets/{task.id}/reminder"
    assert (await agent.put(path, json={"is_paused": True})).json()["no_reminder_reason"] == "paused"
    found = (await agent.put(path, json={"every_days": 10})).json()
    assert found["next_reminder_at"] == A_WEEK_BEFORE
    assert found["policy"] == {
        "enabled": True,
        "days_before": [7, 1],
        "every_days": 10,
        "max_days": None,
        "max_count": 5,
        "business_days_only": True,
        "send_at": "09:00",
        "time_zone": "America/Chicago",
    }


async def test_archiving_stops_it_and_the_same_day_is_never_used_twice(
    agent: SignedInClient, task: Task, resources: Resources, clock: FrozenClock
) -> None:
    clock.set(datetime(2026, 3, 11, 14, tzinfo=UTC))
    await work(resources)
    archive = f"/api/v1/tickets/{task.id}/archive"
    assert (await agent.put(archive)).json()["no_reminder_reason"] == "archived"
    assert (await agent.delete(archive)).json()["next_reminder_at"] == A_DAY_BEFORE
    await work(resources)
    assert len(await reminded(agent)) == 2


async def test_another_due_date_and_other_settings_plan_anew(
    client_for: ClientFor, agent: SignedInClient, task: Task, resources: Resources, clock: FrozenClock
) -> None:
    clock.set(datetime(2026, 3, 10, 14, tzinfo=UTC))
    await plan(resources, task, due_on=date(2026, 3, 12))
    # A week before has gone by, and is not made up for.
    assert await upcoming(agent, task) == "2026-03-11T14:00:00Z"
    await plan(resources, task, due_on=None)
    assert await upcoming(agent, task) == "no_due_date"
    await plan(resources, task, due_on=date(2026, 3, 20))
    admin = await client_for("admin")
    for section, change, expected in (
        ("tasks", {"remind_days_before": [3, 3, 14]}, "2026-03-17T14:00:00Z"),
        ("reminders", {"send_at": "13:00"}, "2026-03-17T18:00:00Z"),
        ("calendar", {"holidays": ["2026-03-17"]}, "2026-03-16T18:00:00Z"),
        ("tasks", {"reminders_enabled": False}, "disabled"),
    ):
        assert (await admin.patch(f"/api/v1/settings/{section}", json=change)).is_success
        await hand_out_due_events(resources)
        assert await upcoming(agent, task) == expected


async def test_tasks_and_corrections_of_a_person_are_merged_into_one_mail(
    agent: SignedInClient, task: Task, resources: Resources, clock: FrozenClock
) -> None:
    clock.set(datetime(2026, 3, 4, 14, tzinfo=UTC))
    recipient = {"name": "Anna Berg", "email": ANNA}
    correction = await create_ticket(agent, recipient=recipient, send="now")
    await send_due_messages(resources)
    clock.set(datetime(2026, 3, 11, 14, tzinfo=UTC))
    await work(resources)
    answer = await agent.get("/api/v1/messages", params={"purpose": "reminder"})
    listed = [{UUID(ticket["id"]) for ticket in one["tickets"]} for one in answer.json()["items"]]
    assert listed == [{task.id, UUID(correction["id"])}, {task.id}]


@pytest.mark.parametrize(
    ("field", "value"),
    [("remind_days_before", [61]), ("remind_days_before", [-1]), ("overdue_every_days", 0), ("overdue_max_count", -1)],
)
async def test_what_settings_refuse(client_for: ClientFor, field: str, value: Any) -> None:
    admin = await client_for("admin")
    answer = await admin.patch("/api/v1/settings/tasks", json={field: value})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].startswith(f"/{field}")
