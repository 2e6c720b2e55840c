"""When others may give somebody tickets that they could not have before: an event says so, once."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from tests.application import FrozenClock
from tests.factories.users import PASSWORD, create_team, create_user

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.actors import Actor, ActorKind
from ticketdesk.domain.events import StaffFreed
from ticketdesk.domain.permissions import Role, granted
from ticketdesk.models.outbox import outbox
from ticketdesk.repositories.base import new_id
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.availability import AvailabilityUpdate
from ticketdesk.schemas.teams import TeamMembers
from ticketdesk.schemas.users import UserCreate, UserPatch
from ticketdesk.services import availability, teams, users

Change = Callable[[UnitOfWork], Awaitable[Any]]
LEAD = Actor(ActorKind.USER, new_id(), "Lea", granted(Role.LEAD), Role.LEAD)
HOURS = {"time_zone": "Europe/Berlin", "hours": {"mon": [["09:00", "12:00"]]}, "holidays": []}


async def freed_by(resources: Resources, change: Change) -> list[UUID]:
    """Make a change as if somebody followed the event, and return whom it names."""
    async with resources.pool.unit() as connection:
        await change(UnitOfWork(connection, resources.clock, {StaffFreed: (probe := new_id().hex,)}))
    async with resources.engine.connect() as connection:
        rows = await connection.execute(select(outbox.c.payload).where(outbox.c.subscriber == probe))
    return [UUID(payload["user_id"]) for payload in rows.scalars()]


@pytest.mark.parametrize(
    ("before", "patch", "is_freed"),
    [
        ({"works_tickets": False}, {"works_tickets": True}, True),
        ({"is_active": False}, {"is_active": True}, True),
        ({"role": "auditor"}, {"role": "agent"}, True),
        ({"capacity": 3}, {"capacity": 4}, True),
        ({"capacity": 3}, {"capacity": None}, True),
        ({"capacity": 3}, {"capacity": 2}, False),
        ({"capacity": 3}, {"name": "Anna"}, False),
        ({"works_tickets": False, "capacity": 3}, {"capacity": 4}, False),
        ({"is_away": True, "capacity": 3}, {"capacity": 4}, False),
        ({"is_active": False, "is_away": True}, {"is_active": True}, False),
    ],
)
async def test_what_an_admin_changes(
    resources: Resources,
    before: dict[str, Any],
    patch: dict[str, Any],
    is_freed: bool,
) -> None:
    ann = await create_user(resources, **before)
    data = UserPatch.model_validate(patch)
    freed = await freed_by(resources, lambda uow: users.change(uow, resources.hasher, ann, data))
    assert freed == ([ann] if is_freed else [])


@pytest.mark.parametrize(("role", "works_tickets"), [("agent", True), ("agent", False), ("auditor", True)])
async def test_somebody_new(resources: Resources, role: str, works_tickets: bool) -> None:
    new = {"email": "bo@desk.example", "name": "Bo", "role": role, "password": PASSWORD, "works_tickets": works_tickets}
    data = UserCreate.model_validate(new)
    freed = await freed_by(resources, lambda uow: users.create(uow, resources.hasher, data))
    assert len(freed) == int(role == "agent" and works_tickets)


AWAY = {"is_away": True}


@pytest.mark.parametrize(
    ("before", "body", "is_freed"),
    [
        (AWAY, {"is_away": False}, True),
        ({}, {"is_away": False}, False),
        ({}, AWAY, False),
        (AWAY, AWAY | {"working_hours": HOURS}, False),
        ({}, {"is_away": False, "working_hours": HOURS}, True),
        ({"working_hours": HOURS}, {"is_away": False, "working_hours": HOURS}, False),
        (AWAY | {"works_tickets": False}, {"is_away": False}, False),
    ],
)
async def test_coming_back(
    resources: Resources,
    before: dict[str, Any],
    body: dict[str, Any],
    is_freed: bool,
) -> None:
    ann = await create_user(resources, **before)
    data = AvailabilityUpdate.model_validate(body)
    freed = await freed_by(resources, lambda uow: availability.replace(uow, LEAD, ann, data))
    assert freed == ([ann] if is_freed else [])


async def test_the_end_of_an_absence(resources: Resources, clock: FrozenClock) -> None:
    until = clock.now() + timedelta(hours=1)
    ann = await create_user(resources, is_away=True, away_until=until)
    await create_user(resources, is_away=True)
    await create_user(resources, is_away=True, away_until=until + timedelta(hours=1))
    counts: Sequence[list[UUID]] = [await freed_by(resources, availability.end_absences)]
    clock.set(until)
    counts = [*counts, *[await freed_by(resources, availability.end_absences) for _ in range(2)]]
    assert counts == [[], [ann], []]


async def test_who_joins_a_team(resources: Resources) -> None:
    old, new = await create_user(resources), await create_user(resources)
    team = await create_team(resources, "Production", old)
    joined = TeamMembers(user_ids=[new, old])
    assert await freed_by(resources, lambda uow: teams.replace_members(uow, team, joined)) == [new]
    nobody = TeamMembers(user_ids=[])
    assert await freed_by(resources, lambda uow: teams.replace_members(uow, team, nobody)) == []
