"""Thirty days of reminders through the real services, held against a table written by hand.

Every three days at nine in Chicago, on business days; Ben's ticket has seven days of its own. Clocks go forward on
Sunday, 8 March: nine o'clock is 15:00 UTC before and 14:00 UTC after.

    Mon 23 Feb 10:00  "Fee" goes to Anna, "Logo" to Ben      Wed  4 Mar 00:00  the worker stops
    Tue 24 Feb 16:00  "Rate" goes to Anna                    Tue 10 Mar 12:00  the worker runs again
    Thu 26 Feb 09:00  Fee                                    Mon 16 Mar 08:00  Anna completes Fee
    Fri 27 Feb 09:00  Rate                                   Wed 18 Mar 16:00  Fee is sent back
    Sun  1 Mar        Fee would be due, but for the Sunday   Fri 20 Mar 11:00  Anna asks about Rate
    Mon  2 Mar 09:00  Fee and Rate in one mail; Logo         Fri 20 Mar 15:00  and is answered
    Thu  5 Mar        Fee and Rate are due, nobody is there
    Mon  9 Mar        Logo is due, nobody is there
    Tue 10 Mar 12:00  one mail for all that Anna missed, one for Ben
    Fri 13 Mar 09:00  Fee and Rate
    Mon 16 Mar 09:00  Rate alone: Fee was completed an hour ago
    Tue 17 Mar 09:00  Logo
    Thu 19 Mar 09:00  Rate
    Sat 21 Mar        Fee would be due, counted from the sending back, but for the Saturday
    Mon 23 Mar 09:00  Fee and Rate, which counts from the answer
    Tue 24 Mar 09:00  Logo
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.application import ClientFor, FrozenClock, SignedInClient
from tests.factories.dispatches import ANNA, BEN
from tests.factories.tickets import create_ticket, portal_step, read_ticket, recipient_of, step

from ticketdesk.bootstrap import Resources
from ticketdesk.jobs.deliveries import send_due_messages
from ticketdesk.jobs.reminders import queue_due_reminders

Happening = Callable[[], Awaitable[None]]
CHICAGO = ZoneInfo("America/Chicago")
WRITTEN_BY_HAND = [
    ("2026-02-26T15:00:00Z", "anna", ["Fee"]),
    ("2026-02-27T15:00:00Z", "anna", ["Rate"]),
    ("2026-03-02T15:00:00Z", "anna", ["Fee", "Rate"]),
    ("2026-03-02T15:00:00Z", "ben", ["Logo"]),
    ("2026-03-10T17:00:00Z", "anna", ["Fee", "Rate"]),
    ("2026-03-10T17:00:00Z", "ben", ["Logo"]),
    ("2026-03-13T14:00:00Z", "anna", ["Fee", "Rate"]),
    ("2026-03-16T14:00:00Z", "anna", ["Rate"]),
    ("2026-03-17T14:00:00Z", "ben", ["Logo"]),
    ("2026-03-19T14:00:00Z", "anna", ["Rate"]),
    ("2026-03-23T14:00:00Z", "anna", ["Fee", "Rate"]),
    ("2026-03-24T14:00:00Z", "ben", ["Logo"]),
]


def chicago(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=CHICAGO).astimezone(UTC)


class Story:
    """What people do in this month, each at its hour."""

    def __init__(self, agent: SignedInClient, client_for: ClientFor) -> None:
        self.agent = agent
        self.client_for = client_for
        self.tickets: dict[str, dict[str, Any]] = {}
        self.happens: dict[datetime, Happening] = {
            chicago("02-24T16:00"): self.send_rate,
            chicago("03-16T08:00"): self.complete_fee,
            chicago("03-18T16:00"): self.return_fee,
            chicago("03-20T11:00"): self.ask_about_rate,
            chicago("03-20T15:00"): self.answer_about_rate,
        }

    async def send(self, title: str, recipient: dict[str, str]) -> None:
        self.tickets[title] = await create_ticket(self.agent, title=title, recipient=recipient, send="now")

    async def begin(self) -> None:
        await self.send("Fee", ANNA)
        await self.send("Logo", BEN)
        path = f"/api/v1/tickets/{self.tickets['Logo']['id']}/reminder"
        assert (await self.agent.put(path, json={"every_days": 7})).is_success

    async def send_rate(self) -> None:
        await self.send("Rate", ANNA)

    async def complete_fee(self) -> None:
        anna = await recipient_of(self.client_for, self.tickets["Fee"])
        assert (await portal_step(anna, self.tickets["Fee"]["id"], "complete")).is_success

    async def return_fee(self) -> None:
        assert (await step(self.agent, self.tickets["Fee"]["id"], "return", reason="It still says so")).is_success

    async def ask_about_rate(self) -> None:
        anna = await recipient_of(self.client_for, self.tickets["Rate"])
        path = f"/api/v1/portal/tickets/{self.tickets['Rate']['id']}/comments"
        assert (await anna.post(path, json={"body": "Which rate?"})).is_success

    async def answer_about_rate(self) -> None:
        path = f"/api/v1/tickets/{self.tickets['Rate']['id']}/comments"
        assert (await self.agent.post(path, json={"body": "The one in the headline."})).is_success


@pytest.fixture
async def story(clock: FrozenClock, client_for: ClientFor) -> Story:
    clock.set(chicago("02-23T10:00"))
    admin = await client_for("admin")
    settings = {"every_days": 3, "max_days": 30}
    assert (await admin.patch("/api/v1/settings/reminders", json=settings)).is_success
    return Story(await client_for("agent"), client_for)


async def live_through(story: Story, resources: Resources, clock: FrozenClock) -> None:
    """Let thirty days go by, hour after hour; the worker is away for a week of them."""
    await story.begin()
    end = clock.now() + timedelta(days=30)
    while clock.now() < end:
        if clock.now() in story.happens:
            await story.happens[clock.now()]()
        if not chicago("03-04T00:00") <= clock.now() < chicago("03-10T12:00"):
            await queue_due_reminders(resources)
            await send_due_messages(resources)
        clock.advance(timedelta(hours=1))


async def reminders_sent(staff: SignedInClient) -> list[tuple[str, str, list[str]]]:
    answer = await staff.get("/api/v1/messages", params={"purpose": "reminder", "limit": 200})
    sent = [
        (one["sent_at"], one["address"].split(".")[0], [ticket["title"] for ticket in one["tickets"]])
        for one in answer.json()["items"]
    ]
    return sorted(sent)


async def test_thirty_days_as_written_by_hand(
    story: Story, client_for: ClientFor, resources: Resources, clock: FrozenClock
) -> None:
    await live_through(story, resources, clock)
    staff = await client_for("agent")
    assert await reminders_sent(staff) == WRITTEN_BY_HAND
    # Besides, three assignments, the sending back and the answer: nothing else went out, and nothing twice.
    assert resources.catcher is not None
    assert resources.catcher.received == len(WRITTEN_BY_HAND) + 5
    for title, ticket in story.tickets.items():
        entries = (await staff.get(f"/api/v1/tickets/{ticket['id']}/activity", params={"limit": 200})).json()["items"]
        recorded = [entry["at"] for entry in entries if entry["kind"] == "reminded"]
        assert recorded == [at for at, _, titles in WRITTEN_BY_HAND if title in titles]
    since = {title: (await _reminder(staff, ticket)) for title, ticket in story.tickets.items()}
    assert {title: found["reminders_sent"] for title, found in since.items()} == {"Fee": 1, "Rate": 1, "Logo": 4}
    fee = await read_ticket(staff, story.tickets["Fee"]["id"])
    assert (fee["status"], fee["next_reminder_at"]) == ("pending_correction", "2026-03-26T14:00:00Z")
    # Ben's thirty days are over before his next one.
    assert since["Logo"]["no_reminder_reason"] == "limit_reached"


async def _reminder(staff: SignedInClient, ticket: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await staff.get(f"/api/v1/tickets/{ticket['id']}/reminder")).json()
    return found
