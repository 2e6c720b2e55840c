"""Dispatches that go later: at the end of the business day, without what left them meanwhile, or not at all."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from tests.application import ClientFor, FrozenClock, SignedInClient
from tests.factories.dispatches import ANNA, BEN, deliver, dispatch, hold, outcomes, read_dispatch
from tests.factories.tickets import read_ticket, step

from ticketdesk.bootstrap import Resources
from ticketdesk.jobs.dispatches import start_due_dispatches


@pytest.fixture
async def agent(client_for: ClientFor) -> SignedInClient:
    return await client_for("agent", name="Ann Agent")


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-03-02T15:00:00Z", "2026-03-02T23:00:00Z"),  # Monday morning: today at 17:00 in Chicago, UTC-6
        ("2026-03-06T23:00:00Z", "2026-03-09T22:00:00Z"),  # Friday at 17:00 sharp: Monday, clocks went forward, UTC-5
        ("2026-10-30T22:30:00Z", "2026-11-02T23:00:00Z"),  # Friday after 17:00: Monday, clocks went back
    ],
)
async def test_the_end_of_the_business_day_is_local(
    client_for: ClientFor, clock: FrozenClock, now: str, expected: str
) -> None:
    clock.set(datetime.fromisoformat(now))
    agent = await client_for("agent")
    await hold(agent)
    made = await dispatch(agent, all=True, scheduled_for="end_of_business_day")
    assert (made["state"], made["started_at"], made["scheduled_for"]) == ("scheduled", None, expected)


async def test_the_end_of_the_business_day_is_a_setting(client_for: ClientFor, agent: SignedInClient) -> None:
    admin = await client_for("admin")
    await admin.patch("/api/v1/settings/dispatch", json={"end_of_business_day": "16:30"})
    await admin.patch("/api/v1/settings/calendar", json={"time_zone": "Europe/Berlin", "holidays": ["2026-03-03"]})
    await hold(agent)
    made = await dispatch(agent, all=True, scheduled_for="end_of_business_day")
    # It is 16:00 in Berlin on the Monday.
    assert made["scheduled_for"] == "2026-03-02T15:30:00Z"


async def test_a_scheduled_dispatch_goes_at_its_time_and_once(
    agent: SignedInClient, resources: Resources, clock: FrozenClock
) -> None:
    ids = await hold(agent, 2)
    made = await dispatch(agent, all=True, scheduled_for="2026-03-02T15:10:00Z")
    assert (made["state"], made["messages"]) == ("scheduled", [])
    assert (await read_ticket(agent, ids[0]))["dispatch_id"] == made["id"]
    clock.set(datetime(2026, 3, 2, 15, 9, 59, tzinfo=UTC))
    await start_due_dispatches(resources)
    assert (await read_dispatch(agent, made["id"]))["state"] == "scheduled"
    clock.advance(timedelta(seconds=1))
    await asyncio.gather(*(start_due_dispatches(resources) for _ in range(5)))
    started = await read_dispatch(agent, made["id"])
    assert (started["state"], started["started_at"]) == ("sending", "2026-03-02T15:10:00Z")
    assert [message["ticket_ids"] for message in started["messages"]] == [ids]
    assert await deliver(resources) == [ANNA["email"]]
    assert (await read_dispatch(agent, made["id"]))["state"] == "done"


async def test_a_scheduled_dispatch_goes_on_without_what_left_it(
    client_for: ClientFor, agent: SignedInClient, resources: Resources, clock: FrozenClock
) -> None:
    stays, edited, withdrawn, deleted, archived = await hold(agent, 5)
    made = await dispatch(agent, all=True, scheduled_for="2026-03-02T15:10:00Z")
    await agent.patch(f"/api/v1/tickets/{edited}", json={"title": "Said better"})
    assert (await step(agent, withdrawn, "close", reason="Was a mistake")).is_success
    lead = await client_for("lead")
    assert (await lead.delete(f"/api/v1/tickets/{deleted}")).status_code == 204
    await agent.put(f"/api/v1/tickets/{archived}/archive")
    clock.advance(timedelta(minutes=10))
    await start_due_dispatches(resources)
    started = await read_dispatch(agent, made["id"])
    assert [message["ticket_ids"] for message in started["messages"]] == [[stays, edited]]
    assert await deliver(resources) == [ANNA["email"]]
    assert resources.catcher is not None
    assert "Said better" in resources.catcher.mails[-1].text
    done = await read_dispatch(agent, made["id"])
    assert {one: outcome for one, (outcome, _) in outcomes(done).items()} == {
        stays: "sent",
        edited: "sent",
        withdrawn: "withdrawn",
        archived: "withdrawn",
    }
    assert done["counts"] == {"pending": 0, "sent": 2, "failed": 0, "withdrawn": 3, "skipped": 0}
    reactivated = await agent.delete(f"/api/v1/tickets/{archived}/archive")
    assert (reactivated.json()["status"], reactivated.json()["dispatch_id"]) == ("send_later", None)


async def test_a_scheduled_dispatch_without_any_ticket_left_ends(
    agent: SignedInClient, resources: Resources, clock: FrozenClock
) -> None:
    only, *_ = await hold(agent)
    made = await dispatch(agent, all=True, scheduled_for="2026-03-02T15:10:00Z")
    assert (await step(agent, only, "close", reason="Was a mistake")).is_success
    clock.advance(timedelta(minutes=10))
    await start_due_dispatches(resources)
    done = await read_dispatch(agent, made["id"])
    assert (done["state"], done["messages"], outcomes(done)) == ("done", [], {only: ("withdrawn", None)})


async def test_what_is_called_back_before_its_mail_goes_is_withdrawn(
    agent: SignedInClient, resources: Resources
) -> None:
    stays, gone = await hold(agent, 2)
    of_ben, *_ = await hold(agent, 1, BEN)
    made = await dispatch(agent, all=True)
    for one in (gone, of_ben):
        assert (await step(agent, one, "close", reason="Was a mistake")).is_success
    assert await deliver(resources) == [ANNA["email"]]
    done = await read_dispatch(agent, made["id"])
    assert outcomes(done) == {stays: ("sent", None), gone: ("withdrawn", None), of_ben: ("withdrawn", None)}
    assert [(message["state"], message["ticket_ids"]) for message in done["messages"]] == [
        ("sent", [stays]),
        ("cancelled", [of_ben]),
    ]
    assert done["state"] == "done"


async def test_what_is_archived_before_its_mail_goes_stays_held_and_unsent(
    agent: SignedInClient, resources: Resources
) -> None:
    stays, archived = await hold(agent, 2)
    made = await dispatch(agent, all=True)
    answer = await agent.put(f"/api/v1/tickets/{archived}/archive")
    assert answer.json()["dispatch_id"] is None
    assert await deliver(resources) == [ANNA["email"]]
    done = await read_dispatch(agent, made["id"])
    assert (done["state"], outcomes(done)) == ("done", {stays: ("sent", None), archived: ("withdrawn", None)})


async def test_whoever_is_no_longer_the_recipient_gets_no_mail(agent: SignedInClient, resources: Resources) -> None:
    ticket_id, *_ = await hold(agent)
    made = await dispatch(agent, all=True)
    answer = await agent.patch(f"/api/v1/tickets/{ticket_id}", json={"recipient": BEN})
    assert answer.json()["dispatch_id"] is None
    assert await deliver(resources) == []
    assert outcomes(await read_dispatch(agent, made["id"])) == {ticket_id: ("withdrawn", None)}
    await dispatch(agent, all=True)
    assert await deliver(resources) == [BEN["email"]]


async def test_a_cancelled_dispatch_gives_its_tickets_back(
    agent: SignedInClient, resources: Resources, clock: FrozenClock
) -> None:
    ids = await hold(agent, 2)
    made = await dispatch(agent, all=True, scheduled_for="2026-03-02T15:10:00Z")
    assert (await agent.delete(f"/api/v1/dispatches/{made['id']}")).status_code == 204
    cancelled = await read_dispatch(agent, made["id"])
    assert (cancelled["state"], cancelled["started_at"]) == ("cancelled", None)
    assert cancelled["finished_at"] is not None
    assert outcomes(cancelled) == dict.fromkeys(ids, ("withdrawn", None))
    clock.advance(timedelta(minutes=10))
    await start_due_dispatches(resources)
    assert await deliver(resources) == []
    assert [*outcomes(await dispatch(agent, all=True))] == ids
    again = await agent.delete(f"/api/v1/dispatches/{made['id']}")
    assert (again.status_code, again.json()["code"]) == (409, "dispatch_not_scheduled")


async def test_a_dispatch_that_has_started_cannot_be_cancelled(agent: SignedInClient) -> None:
    await hold(agent)
    made = await dispatch(agent, all=True)
    answer = await agent.delete(f"/api/v1/dispatches/{made['id']}")
    assert (answer.status_code, answer.json()["code"]) == (409, "dispatch_not_scheduled")
