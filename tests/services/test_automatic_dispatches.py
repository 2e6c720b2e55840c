"""The end of the business day sends what is held, where the settings say so."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.application import ClientFor, FrozenClock, SignedInClient
from tests.factories.dispatches import ANNA, deliver, dispatch, hold, outcomes, read_dispatch
from tests.factories.tickets import read_ticket

from ticketdesk.bootstrap import Resources
from ticketdesk.jobs.dispatches import dispatch_at_end_of_day

# 17:00 in Chicago on the clock's Monday.
END_OF_DAY = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)


@pytest.fixture
async def admin(client_for: ClientFor) -> SignedInClient:
    return await client_for("admin")


async def switch(admin: SignedInClient, *, is_on: bool) -> None:
    assert (await admin.patch("/api/v1/settings/dispatch", json={"automatic": is_on})).is_success


async def made(staff: SignedInClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await staff.get("/api/v1/dispatches")).json()["items"]
    return found


async def test_it_sends_everything_held_once_however_many_replicas(
    admin: SignedInClient, resources: Resources, clock: FrozenClock
) -> None:
    await switch(admin, is_on=True)
    await admin.patch("/api/v1/settings/mail", json={"sender_name": "Compliance Desk"})
    scheduled, *held = await hold(admin, 3)
    await dispatch(admin, ticket_ids=[scheduled], scheduled_for="2026-03-04T15:00:00Z")
    clock.set(END_OF_DAY)
    await asyncio.gather(*(dispatch_at_end_of_day(resources) for _ in range(5)))
    automatic, _ = await made(admin)
    assert (automatic["created_by"], automatic["counts"]["pending"]) == (None, 2)
    assert outcomes(await read_dispatch(admin, automatic["id"]))[scheduled] == ("skipped", "already_dispatched")
    assert await deliver(resources) == [ANNA["email"]]
    assert (await read_ticket(admin, held[0]))["last_update"]["by"] == "Compliance Desk"


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 3, 2, 22, 59, 59, tzinfo=UTC),  # a second before the end
        datetime(2026, 3, 8, 3, 0, tzinfo=UTC),  # Saturday night
    ],
)
async def test_at_any_other_time_it_sends_nothing(
    client_for: ClientFor, admin: SignedInClient, resources: Resources, clock: FrozenClock, now: datetime
) -> None:
    await switch(admin, is_on=True)
    await hold(admin)
    clock.set(now)
    await dispatch_at_end_of_day(resources)
    assert await made(admin) == []


async def test_it_is_off_until_it_is_turned_on_and_then_waits_for_the_next_end(
    admin: SignedInClient, resources: Resources, clock: FrozenClock
) -> None:
    await hold(admin)
    clock.set(END_OF_DAY)
    await dispatch_at_end_of_day(resources)
    await switch(admin, is_on=True)
    await dispatch_at_end_of_day(resources)
    assert await made(admin) == []
    clock.set(datetime(2026, 3, 3, 23, 0, tzinfo=UTC))
    await dispatch_at_end_of_day(resources)
    assert len(await made(admin)) == 1


async def test_without_anything_held_it_leaves_no_trace(
    admin: SignedInClient, resources: Resources, clock: FrozenClock
) -> None:
    await switch(admin, is_on=True)
    scheduled, *_ = await hold(admin)
    await dispatch(admin, ticket_ids=[scheduled], scheduled_for="2026-03-04T15:00:00Z")
    clock.set(END_OF_DAY)
    await dispatch_at_end_of_day(resources)
    assert len(await made(admin)) == 1


async def test_after_downtime_the_day_is_still_made_up_for(
    admin: SignedInClient, resources: Resources, clock: FrozenClock
) -> None:
    await switch(admin, is_on=True)
    await hold(admin)
    clock.set(datetime(2026, 3, 3, 3, 0, tzinfo=UTC))  # 21:00 in Chicago
    await dispatch_at_end_of_day(resources)
    assert len(await made(admin)) == 1
