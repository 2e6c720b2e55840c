"""Tickets are given out fairly, also by many at once, and every decision can be made again."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, update
from tests.application import FrozenClock
from tests.factories.support import SupportDesk
from tests.factories.users import create_team, create_user

from ticketdesk.bootstrap import Resources, open_resources
from ticketdesk.config import Config
from ticketdesk.domain.actors import SYSTEM
from ticketdesk.domain.assignment import AssignmentMode, Exclusion, replay
from ticketdesk.domain.paging import PageRequest
from ticketdesk.domain.ticket_workflow import Status
from ticketdesk.jobs.assignments import give_out_waiting_tickets
from ticketdesk.models.assignments import assignment_decisions
from ticketdesk.models.tickets import tickets
from ticketdesk.models.users import users
from ticketdesk.repositories.assignments import DecisionRecord
from ticketdesk.repositories.tickets import TicketRecord
from ticketdesk.schemas.settings import AssignmentSettings, AssignmentSettingsPatch
from ticketdesk.services import assignment_decisions as decisions
from ticketdesk.services import settings
from ticketdesk.services.activities import verify_all

PARALLEL = 200
CONNECTIONS = 20


@pytest.fixture
async def many(database_url: str, config: Config, clock: FrozenClock) -> AsyncIterator[Resources]:
    """Resources with as many connections as twenty writers need."""
    roomy = config.model_copy(update={"database_pool_size": CONNECTIONS})
    async with open_resources(roomy, database_url, clock=clock) as opened:
        yield opened


async def set_user(resources: Resources, user_id: UUID, **fields: Any) -> None:
    """Change columns of a user."""
    async with resources.engine.begin() as connection:
        await connection.execute(update(users).where(users.c.id == user_id).values(**fields))


async def set_ticket(resources: Resources, ticket: TicketRecord, **fields: Any) -> None:
    """Change columns of a ticket."""
    async with resources.engine.begin() as connection:
        await connection.execute(update(tickets).where(tickets.c.id == ticket.id).values(**fields))


async def decided(resources: Resources, ticket: TicketRecord) -> list[DecisionRecord]:
    """Return every decision about a ticket."""
    async with resources.unit_of_work() as uow:
        return list((await uow.assignments.page(ticket.id, PageRequest(50))).items)


async def assignee_of(resources: Resources, ticket: TicketRecord) -> UUID | None:
    """Return who has the ticket now."""
    async with resources.unit_of_work() as uow:
        found = await uow.tickets.find(ticket.id, SYSTEM)
    assert found is not None
    return found.assignee_id


async def loads(resources: Resources) -> dict[UUID, int]:
    """Count what everybody has, without the counters."""
    async with resources.engine.begin() as connection:
        rows = await connection.execute(
            select(tickets.c.assignee_id, func.count())
            .where(tickets.c.assignee_id.is_not(None))
            .group_by("assignee_id")
        )
        return {row[0]: row[1] for row in rows}


async def test_two_hundred_at_once_are_spread_evenly(many: Resources) -> None:
    staff = [await create_user(many) for _ in range(10)]
    desk = await SupportDesk.open(many)
    # As many at a time as there are connections: nobody is to be sent away, however slow the machine.
    turns = asyncio.Semaphore(CONNECTIONS)

    async def ask() -> TicketRecord:
        async with turns:
            return await desk.ask()

    made = await asyncio.gather(*(ask() for _ in range(PARALLEL)))
    found = await loads(many)
    assert found == dict.fromkeys(staff, PARALLEL // len(staff))
    assert max(found.values()) - min(found.values()) <= 1
    async with many.unit_of_work() as uow:
        assert await uow.ticket_counters.differences() == []
        counted = {each.user_id: each.load for each in await uow.staff_loads.colleagues(uow.now())}
        assert counted == found
        assert [broken async for _, broken in verify_all(uow) if broken] == []
    async with many.engine.begin() as connection:
        rows = (await connection.execute(select(assignment_decisions))).mappings().all()
    assert len(rows) == PARALLEL
    for row in rows:
        choice = decisions.choice_of(DecisionRecord(**row))
        assert choice is not None
        assert replay(choice.candidates, choice.draw) == choice.assignee_id == row["assignee_id"]
        assert len(choice.candidates) == len(staff)
    assert {ticket.id for ticket in made} == {row["ticket_id"] for row in rows}
    # Equals are drawn, and not always in the same order.
    assert len(Counter(row["draw"] for row in rows)) > 1


async def test_only_open_tickets_weigh(resources: Resources) -> None:
    busy, free = await create_user(resources), await create_user(resources, is_away=True)
    desk = await SupportDesk.open(resources)
    now = resources.clock.now()
    ended = [await desk.ask() for _ in range(3)]
    await set_ticket(resources, ended[0], status=Status.CLOSED, closed_at=now, resolution="completed")
    await set_ticket(resources, ended[1], deleted_at=now)
    await set_ticket(resources, ended[2], archived_at=now)
    await set_user(resources, free, is_away=False)
    choice = decisions.choice_of((await decided(resources, await desk.ask()))[-1])
    assert choice is not None
    assert {each.user_id: each.load for each in choice.candidates} == {busy: 0, free: 0}


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"is_active": False}, Exclusion.INACTIVE),
        ({"is_away": True}, Exclusion.AWAY),
        ({"works_tickets": False}, Exclusion.NOT_PERMITTED),
        ({"role": "auditor"}, Exclusion.NOT_PERMITTED),
        ({"capacity": 0}, Exclusion.OVER_CAPACITY),
    ],
)
async def test_who_cannot_take_it_is_left_out_with_the_reason(
    resources: Resources, fields: dict[str, Any], reason: Exclusion
) -> None:
    left_out, other = await create_user(resources, **fields), await create_user(resources)
    ticket = await (await SupportDesk.open(resources)).ask()
    (decision,) = await decided(resources, ticket)
    assert decision.exclusions == [{"user_id": str(left_out), "load": 0, "reasons": [reason]}]
    assert ticket.assignee_id == other


async def test_only_the_team_of_the_category_gets_its_tickets(resources: Resources) -> None:
    outside, inside = await create_user(resources), await create_user(resources)
    team = await create_team(resources, "Production", inside)
    ticket = await (await SupportDesk.open(resources, team_id=team)).ask()
    (decision,) = await decided(resources, ticket)
    assert ticket.assignee_id == inside
    assert decision.exclusions == [{"user_id": str(outside), "load": 0, "reasons": ["wrong_team"]}]


async def test_a_person_in_two_teams_has_one_load(resources: Resources) -> None:
    both, first = await create_user(resources), await create_user(resources)
    one = await create_team(resources, "Production", both, first)
    desk = await SupportDesk.open(resources, team_id=await create_team(resources, "Management", both))
    of_one = await desk.add_category(team_id=one)
    assert (await desk.ask()).assignee_id == both
    assert (await desk.ask(category_id=of_one)).assignee_id == first


async def test_a_category_leads_to_a_person_even_while_they_are_away(resources: Resources) -> None:
    await create_user(resources)
    fixed = await create_user(resources, is_away=True, capacity=0)
    routed = {"assignment_mode": AssignmentMode.ROUTED, "routed_user_id": fixed}
    ticket = await (await SupportDesk.open(resources, **routed)).ask()
    assert ticket.assignee_id == fixed


async def test_a_category_leads_to_whoever_of_a_team_has_the_fewest(resources: Resources) -> None:
    await create_user(resources)
    team = [await create_user(resources), await create_user(resources)]
    routed = {"assignment_mode": AssignmentMode.ROUTED, "routed_team_id": await create_team(resources, "Web", *team)}
    desk = await SupportDesk.open(resources, **routed)
    assert {(await desk.ask()).assignee_id, (await desk.ask()).assignee_id} == set(team)


async def test_where_a_lead_gives_tickets_out_they_wait(resources: Resources) -> None:
    await create_user(resources)
    ticket = await (await SupportDesk.open(resources, assignment_mode=AssignmentMode.MANUAL)).ask()
    assert (ticket.assignee_id, ticket.had_nobody_eligible) == (None, False)
    (decision,) = await decided(resources, ticket)
    assert (decision.mode, decision.candidates, decision.draw) == ("manual", [], None)
    await give_out_waiting_tickets(resources)
    assert await assignee_of(resources, ticket) is None


async def test_waiting_tickets_are_given_out_oldest_first(resources: Resources, clock: FrozenClock) -> None:
    person = await create_user(resources, is_away=True)
    desk = await SupportDesk.open(resources)
    waiting = []
    for _ in range(3):
        waiting.append(await desk.ask())
        clock.advance(timedelta(minutes=1))
    assert all(ticket.had_nobody_eligible for ticket in waiting)
    await give_out_waiting_tickets(resources)
    assert [await assignee_of(resources, ticket) for ticket in waiting] == [None] * 3
    await set_user(resources, person, is_away=False, capacity=2)
    await give_out_waiting_tickets(resources)
    assert [await assignee_of(resources, ticket) for ticket in waiting] == [person, person, None]
    first, second = await decided(resources, waiting[0])
    assert (first.cause, first.assignee_id, second.cause, second.assignee_id) == ("created", None, "freed", person)
    # What found nobody again is not written down again.
    assert len(await decided(resources, waiting[2])) == 1


async def test_a_new_ticket_overtakes_none_that_waits(many: Resources) -> None:
    person = await create_user(many, capacity=1)
    desk = await SupportDesk.open(many)
    held, waiting = await desk.ask(), await desk.ask()
    assert (held.assignee_id, waiting.assignee_id) == (person, None)
    closed = {"status": Status.CLOSED, "closed_at": many.clock.now(), "resolution": "completed"}
    await set_ticket(many, held, **closed)
    new = await desk.ask()
    assert (await assignee_of(many, waiting), new.assignee_id) == (person, None)
    assert [each.cause for each in await decided(many, waiting)] == ["created", "freed"]
    # Neither do they while somebody else is giving out what waits.
    await set_ticket(many, waiting, **closed)
    newest, *_ = await asyncio.gather(desk.ask(), give_out_waiting_tickets(many), desk.ask())
    assert (await assignee_of(many, new), await assignee_of(many, newest)) == (person, None)


async def test_a_new_ticket_is_given_out_past_those_that_nobody_can_take(resources: Resources) -> None:
    person = await create_user(resources)
    desk = await SupportDesk.open(resources, team_id=await create_team(resources, "Nobody"))
    stuck = await desk.ask()
    assert (await desk.ask(category_id=await desk.add_category())).assignee_id == person
    assert await assignee_of(resources, stuck) is None


async def test_who_is_back_at_a_time_gets_what_waits(resources: Resources, clock: FrozenClock) -> None:
    until = clock.now() + timedelta(hours=2)
    person = await create_user(resources, is_away=True, away_until=until)
    ticket = await (await SupportDesk.open(resources)).ask()
    await give_out_waiting_tickets(resources)
    assert await assignee_of(resources, ticket) is None
    clock.set(until)
    await give_out_waiting_tickets(resources)
    assert await assignee_of(resources, ticket) == person


async def test_hours_count_where_the_desk_asks_for_them(resources: Resources, clock: FrozenClock) -> None:
    # A Monday, nine in the morning in Chicago.
    early = {"time_zone": "America/Chicago", "hours": {"mon": [["09:30", "17:00"]]}, "holidays": []}
    person = await create_user(resources, working_hours=early)
    desk = await SupportDesk.open(resources)
    assert (await desk.ask()).assignee_id == person
    async with resources.unit_of_work() as uow:
        await settings.change(uow, SYSTEM, AssignmentSettings, AssignmentSettingsPatch(respect_working_hours=True))
    ticket = await desk.ask()
    (decision,) = await decided(resources, ticket)
    assert decision.exclusions == [{"user_id": str(person), "load": 1, "reasons": ["outside_working_hours"]}]
    clock.advance(timedelta(minutes=29))
    await give_out_waiting_tickets(resources)
    assert await assignee_of(resources, ticket) is None
    clock.advance(timedelta(minutes=1))
    await give_out_waiting_tickets(resources)
    assert await assignee_of(resources, ticket) == person


async def test_a_team_without_anybody_holds_up_no_other(resources: Resources) -> None:
    person = await create_user(resources, is_away=True)
    empty = await create_team(resources, "Nobody")
    desk = await SupportDesk.open(resources, team_id=empty)
    others = await desk.add_category()
    stuck = [await desk.ask() for _ in range(25)]
    behind = await desk.ask(category_id=others)
    await set_user(resources, person, is_away=False)
    await give_out_waiting_tickets(resources)
    assert await assignee_of(resources, behind) == person
    assert await assignee_of(resources, stuck[0]) is None


async def test_waiting_tickets_are_given_out_once_by_two_at_once(many: Resources) -> None:
    person = await create_user(many, is_away=True)
    desk = await SupportDesk.open(many)
    waiting = [await desk.ask() for _ in range(30)]
    await set_user(many, person, is_away=False)
    await asyncio.gather(give_out_waiting_tickets(many), give_out_waiting_tickets(many))
    assert [len(await decided(many, ticket)) for ticket in waiting] == [2] * 30
    assert await loads(many) == {person: 30}
