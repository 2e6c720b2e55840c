"""The day's end on a real desk: who is warned, what is put on record, who reads of it, and that it happens once."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from tests.application import ClientFor, FrozenClock, SignedInClient
from tests.factories import contacts, histories
from tests.factories.tickets import read_activity
from tests.factories.users import create_team, create_user

from ticketdesk.bootstrap import Resources
from ticketdesk.jobs.deliveries import send_due_messages
from ticketdesk.jobs.end_of_day import guard_end_of_day
from ticketdesk.services import activities, end_of_day

CHICAGO = ZoneInfo("America/Chicago")
# A Friday, and a usual one.
FRIDAY = date(2026, 3, 6)
CHECKS = "/api/v1/settings/checks"


def local(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), CHICAGO).astimezone(UTC)


@dataclass
class Desk:
    """A desk with a client, a checker, a management team of two, and whoever reads what became of it."""

    resources: Resources
    clock: FrozenClock
    admin: SignedInClient
    checker: UUID
    team: UUID
    shared: dict[str, Any]

    async def ticket(self, done_at: datetime, **columns: Any) -> UUID:
        """Write a completed ticket that waits for the checker."""
        row = self.shared | {"status": "pending_verification", "completed_at": done_at, "checker_id": self.checker}
        return await histories.past_ticket(self.resources, done_at - timedelta(hours=1), **row | columns)

    async def at(self, moment: datetime, replicas: int = 1) -> None:
        """Let replicas look at the clock at once."""
        self.clock.set(moment)
        await asyncio.gather(*(guard_end_of_day(self.resources) for _ in range(replicas)))

    async def asked(self, statement: str) -> list[Any]:
        async with self.resources.engine.connect() as connection:
            return [tuple(row) for row in await connection.execute(text(statement))]

    async def breaches(self) -> list[Any]:
        return await self.asked("SELECT day, ticket_id FROM end_of_day_breaches ORDER BY day, id")

    async def warnings(self) -> list[Any]:
        return await self.asked("SELECT user_id, text FROM notifications WHERE kind = 'end_of_day_warning'")

    async def digests(self) -> list[Any]:
        return await self.asked("SELECT address FROM messages WHERE purpose = 'digest' ORDER BY address")


@pytest.fixture
async def desk(resources: Resources, client_for: ClientFor, clock: FrozenClock) -> Desk:
    admin = await client_for("admin", email="admin@desk.example")
    checker = await create_user(resources, name="Cora Checker", email="cora@desk.example")
    managers = [await create_user(resources, role="lead", email=f"m{n}@desk.example") for n in (1, 2)]
    gone = await create_user(resources, is_active=False)
    team = await create_team(resources, "Management", *managers, gone)
    assert (await admin.patch(CHECKS, json={"management_team_id": str(team)})).is_success
    shared = {
        "kind": "support",
        "contact_id": await contacts.create_contact(resources),
        "account_id": await contacts.create_account(resources),
        "category_id": await histories.create_category(resources, "Website edit"),
        "requires_check": True,
    }
    # Yesterday's end is behind this desk.
    clock.set(local(FRIDAY, 9))
    await guard_end_of_day(resources)
    return Desk(resources, clock, admin, checker, team, shared)


@pytest.mark.parametrize("day", [date(2026, 3, 8), date(2026, 11, 1), FRIDAY])
async def test_at_sixteen_checkers_are_warned_and_at_seventeen_it_goes_on_record(desk: Desk, day: date) -> None:
    every_day = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    assert (await desk.admin.patch("/api/v1/settings/calendar", json={"business_days": every_day})).is_success
    await desk.at(local(day, 9))
    ticket = await desk.ticket(local(day, 10))
    seen = []
    for at in ((15, 59), (16, 0), (16, 59), (17, 0), (17, 30)):
        await desk.at(local(day, *at))
        seen.append((len(await desk.warnings()), len(await desk.breaches()), len(await desk.digests())))
    assert seen == [(0, 0, 0), (1, 0, 0), (1, 0, 0), (1, 1, 2), (1, 1, 2)]
    assert await desk.breaches() == [(day, ticket)]


@pytest.mark.parametrize("day", [date(2026, 3, 7), date(2026, 3, 10)])
async def test_on_a_saturday_and_on_a_holiday_nothing_happens(desk: Desk, day: date) -> None:
    await desk.admin.patch("/api/v1/settings/calendar", json={"holidays": ["2026-03-10"]})
    await desk.at(local(day - timedelta(days=1), 17))
    await desk.ticket(local(day, 10))
    for hour in (15, 16, 17, 23):
        await desk.at(local(day, hour))
    assert (await desk.warnings(), await desk.breaches(), await desk.digests()) == ([], [], [])


async def test_what_is_completed_and_unchecked_counts_and_nothing_else(desk: Desk) -> None:
    done = local(FRIDAY, 10)
    blue = await desk.ticket(done, status="comment_added")
    yellow = await desk.ticket(done)
    await desk.ticket(done, requires_check=False)
    await desk.ticket(done, deleted_at=done)
    await desk.ticket(done, archived_at=done)
    await desk.ticket(done, status="comment_added", completed_at=None)
    await desk.ticket(done, status="open", completed_at=None)
    await desk.ticket(done, status="closed", closed_at=done, resolution="completed")
    await desk.ticket(local(FRIDAY, 17, 1))
    await desk.at(local(FRIDAY, 17, 2))
    assert sorted(ticket for _, ticket in await desk.breaches()) == sorted([blue, yellow])


async def test_each_checker_is_warned_of_their_own(desk: Desk) -> None:
    other = await create_user(desk.resources, name="Member")
    team = await create_team(desk.resources, "Checkers", other, desk.checker)
    left = await create_user(desk.resources, is_active=False)
    first = await desk.ticket(local(FRIDAY, 10), title="First")
    await desk.ticket(local(FRIDAY, 11), title="Second")
    third = await desk.ticket(local(FRIDAY, 12), title="Third", checker_id=None, checker_team_id=team)
    nobodys = await desk.ticket(local(FRIDAY, 13), title="Fourth", checker_id=left)
    numbers = dict(await desk.asked("SELECT id, number FROM tickets"))
    await desk.at(local(FRIDAY, 16, 30), replicas=3)
    told = dict(await desk.warnings())
    assert told.pop(desk.checker) == f"3 tickets wait to be checked by 17:00, the oldest is #{numbers[first]} First"
    assert told.pop(other) == f"#{numbers[third]} Third waits to be checked by 17:00"
    assert set(told.values()) == {f"#{numbers[nobodys]} Fourth waits to be checked by 17:00"}
    assert len(told) == 2
    await desk.at(local(FRIDAY, 16, 45))
    assert len(await desk.warnings()) == 4


async def test_the_management_reads_of_all_in_one_mail_and_nothing_is_closed(desk: Desk) -> None:
    younger = await desk.ticket(local(FRIDAY, 11), title="Younger")
    older = await desk.ticket(local(FRIDAY, 10), title="Older", status="comment_added")
    await desk.at(local(FRIDAY, 17))
    await send_due_messages(desk.resources)
    catcher = desk.resources.catcher
    assert catcher is not None
    assert sorted(mail.envelope_to[0] for mail in catcher.mails) == ["m1@desk.example", "m2@desk.example"]
    mail = catcher.mails[0]
    assert mail.subject == "2 tickets were not checked by the end of the day"
    assert "2 tickets were not checked by the end of Friday, 6 March 2026." in mail.text
    assert mail.text.index("Older") < mail.text.index("Younger")
    for ticket, status in ((younger, "pending_verification"), (older, "comment_added")):
        shown = (await desk.admin.get(f"/api/v1/tickets/{ticket}")).json()
        assert (shown["status"], shown["closed_at"]) == (status, None)
        record = await read_activity(desk.admin, ticket)
        assert [entry["kind"] for entry in record] == ["left_unchecked", "message_sent", "message_sent"]
        assert record[0]["facts"]["day"] == "2026-03-06"
    async with desk.resources.unit_of_work() as uow:
        assert [broken async for _, broken in activities.verify_all(uow) if broken] == []


async def test_a_day_without_anything_unchecked_ends_in_silence(desk: Desk) -> None:
    await desk.at(local(FRIDAY, 16))
    await desk.at(local(FRIDAY, 17))
    await desk.ticket(local(FRIDAY, 16, 59))
    await desk.at(local(FRIDAY, 17, 5))
    assert (await desk.warnings(), await desk.breaches(), await desk.digests()) == ([], [], [])


async def test_a_cut_off_missed_is_made_up_for_once_and_a_warning_missed_is_not(desk: Desk) -> None:
    missed = await desk.ticket(local(FRIDAY, 10))
    await desk.ticket(local(date(2026, 3, 7), 10))
    monday = date(2026, 3, 9)
    for minute in (0, 1, 2):
        await desk.at(local(monday, 9, minute), replicas=2)
    assert await desk.breaches() == [(FRIDAY, missed)]
    assert (await desk.warnings(), len(await desk.digests())) == ([], 2)
    await desk.at(local(monday, 17))
    assert [day for day, _ in await desk.breaches()] == [FRIDAY, monday, monday]


async def test_many_tickets_and_many_replicas_make_one_record(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(end_of_day, "BATCH", 3)
    monkeypatch.setattr(end_of_day, "LISTED", 4)
    tickets = [await desk.ticket(local(FRIDAY, 10, minute)) for minute in range(10)]
    await desk.at(local(FRIDAY, 17), replicas=4)
    assert sorted(ticket for _, ticket in await desk.breaches()) == sorted(tickets)
    assert await desk.asked("SELECT count(*), count(DISTINCT ticket_id) FROM activities") == [(10, 10)]
    assert len(await desk.digests()) == 2
    await send_due_messages(desk.resources)
    catcher = desk.resources.catcher
    assert catcher is not None
    mail = catcher.mails[0]
    assert mail.subject == "10 tickets were not checked by the end of the day"
    assert "And 6 more, all of them younger." in mail.text
    assert "And 6 more, all of them younger." in mail.html


async def test_whoever_turns_it_on_in_the_evening_hears_nothing_that_night(desk: Desk) -> None:
    await desk.ticket(local(FRIDAY, 10))
    await desk.admin.patch(CHECKS, json={"end_of_day_guard": False})
    await desk.at(local(FRIDAY, 16))
    await desk.at(local(FRIDAY, 17))
    await desk.admin.patch(CHECKS, json={"end_of_day_guard": True})
    await desk.at(local(FRIDAY, 18))
    assert (await desk.warnings(), await desk.breaches()) == ([], [])


async def test_time_and_warning_are_settings_and_a_day_ends_once(desk: Desk) -> None:
    await desk.ticket(local(FRIDAY, 10))
    await desk.admin.patch(CHECKS, json={"end_of_day": "15:30", "warning_minutes": 0})
    await desk.at(local(FRIDAY, 15, 29))
    assert (await desk.warnings(), await desk.breaches()) == ([], [])
    await desk.at(local(FRIDAY, 15, 30))
    assert len(await desk.breaches()) == 1
    await desk.admin.patch(CHECKS, json={"end_of_day": "17:00"})
    await desk.ticket(local(FRIDAY, 16))
    await desk.at(local(FRIDAY, 17))
    assert len(await desk.breaches()) == 1


async def test_without_a_management_team_leads_and_admins_read_it(desk: Desk) -> None:
    await desk.admin.patch(CHECKS, json={"management_team_id": None})
    await desk.ticket(local(FRIDAY, 10))
    await desk.at(local(FRIDAY, 17))
    assert await desk.digests() == [("admin@desk.example",), ("m1@desk.example",), ("m2@desk.example",)]
