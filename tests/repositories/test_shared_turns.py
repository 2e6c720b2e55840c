"""Transactions that wait for the same lock take one turn together, and the first ends last."""

import asyncio
from contextlib import suppress

import pytest
from sqlalchemy import func, select
from tests.factories.support import SupportDesk
from tests.factories.users import create_user
from tests.statements import noted_statements

from ticketdesk.bootstrap import Resources, open_resources
from ticketdesk.config import Config
from ticketdesk.models.assignments import assignment_decisions
from ticketdesk.repositories.shared_turns import Place, SharedTurns
from ticketdesk.repositories.staff_loads import Whom

ANYBODY = Whom(None, None, None)
_LOCK = "pg_advisory_xact_lock(hashtext('assignment_pool'))"


async def all_wait() -> None:
    """Let every task go on as far as it can without input."""
    for _ in range(10):
        await asyncio.sleep(0)


class Crew:
    """Transactions of one process that want the same lock, and what they have seen."""

    def __init__(self) -> None:
        self.turns = SharedTurns()
        self.readings = 0
        self.is_free = asyncio.Event()
        self.ended: list[str] = []

    async def read(self) -> list[str]:
        await self.is_free.wait()
        self.readings += 1
        return []

    async def take_part(self, name: str, until: asyncio.Event, reading: str = "all") -> list[str]:
        """Write ``name`` under what others have read or written, and end once ``until`` is set."""
        place = Place()
        try:
            found = await self.turns.take(place, reading, self.read)
            found.append(name)
            seen = list(found)
            await until.wait()
            await place.last()
            return seen
        finally:
            self.ended.append(name)
            place.leave()


def said() -> asyncio.Event:
    """Return an event that has happened."""
    event = asyncio.Event()
    event.set()
    return event


async def test_who_comes_meanwhile_shares_what_is_read_and_the_first_ends_last() -> None:
    crew, may_end = Crew(), asyncio.Event()
    tasks = [asyncio.create_task(crew.take_part(*each)) for each in (("a", said()), ("b", may_end), ("c", said()))]
    await all_wait()
    crew.is_free.set()
    await all_wait()
    assert crew.ended == ["c"]
    may_end.set()
    assert await asyncio.gather(*tasks) == [["a"], ["a", "b"], ["a", "b", "c"]]
    assert crew.ended == ["c", "b", "a"]
    assert crew.readings == 1


async def test_who_comes_later_or_wants_something_else_has_a_turn_of_their_own() -> None:
    crew = Crew()
    crew.is_free.set()
    assert await crew.take_part("a", said()) == ["a"]
    others = [crew.take_part("b", said()), crew.take_part("c", said(), "some")]
    assert await asyncio.gather(*others) == [["b"], ["c"]]
    assert crew.readings == 3


async def test_where_the_first_is_sent_away_the_next_tries() -> None:
    crew = Crew()
    first, *others = [asyncio.create_task(crew.take_part(name, said())) for name in "abc"]
    await all_wait()
    first.cancel()
    with suppress(asyncio.CancelledError):
        await first
    crew.is_free.set()
    assert await asyncio.gather(*others) == [["b"], ["b", "c"]]
    assert crew.readings == 1


async def test_tickets_that_are_made_at_once_are_given_out_under_one_lock(
    resources: Resources, database_url: str, config: Config
) -> None:
    staff = [await create_user(resources) for _ in range(2)]
    desk = await SupportDesk.open(resources)
    asked = len(staff) * 2
    async with noted_statements(resources) as noted:
        async with open_resources(config, database_url) as other, other.unit_of_work() as holder:
            await holder.staff_loads.lock_pool()
            tasks = [asyncio.create_task(desk.ask()) for _ in range(asked)]
            # They are on their way, and each asks that last.
            while sum("has_waiting" in statement for statement in noted) < asked:  # noqa: ASYNC110 - as said
                await asyncio.sleep(0.01)
            await all_wait()
        made = await asyncio.gather(*tasks)
    assert sum(_LOCK in statement for statement in noted) == 1
    assert sorted(ticket.assignee_id for ticket in made if ticket.assignee_id) == sorted(staff * 2)
    async with resources.engine.begin() as connection:
        decided = (await connection.execute(assignment_decisions.select())).mappings().all()
    # Each was chosen by what the ones before had got.
    weights = [sum(each["load"] for each in decision["candidates"]) for decision in decided]
    assert sorted(weights) == list(range(asked))


async def test_a_transaction_that_shares_its_turn_gives_out_one_ticket(resources: Resources) -> None:
    async with resources.unit_of_work() as uow:
        await uow.staff_loads.share_loads(uow.now(), ANYBODY)
        with pytest.raises(RuntimeError, match="lock first"):
            await uow.staff_loads.share_loads(uow.now(), ANYBODY)
        with pytest.raises(RuntimeError, match="lock first"):
            await uow.staff_loads.lock_pool()
    async with resources.unit_of_work() as uow:
        await uow.staff_loads.lock_pool()
        for _ in range(2):
            await uow.staff_loads.share_loads(uow.now(), ANYBODY)


async def is_free(resources: Resources) -> bool:
    """Tell whether somebody else could have the lock now."""
    async with resources.engine.connect() as connection:
        return bool(await connection.scalar(select(func.pg_try_advisory_xact_lock(func.hashtext("assignment_pool")))))


@pytest.mark.parametrize("fault", [None, ValueError("Nothing comes of it.")], ids=["commits", "rolls back"])
async def test_the_lock_is_held_until_all_who_share_it_have_ended(
    resources: Resources, fault: Exception | None
) -> None:
    first = resources.unit_of_work()
    leader = await first.__aenter__()
    async with resources.unit_of_work() as follower:
        await asyncio.gather(*(uow.staff_loads.share_loads(uow.now(), ANYBODY) for uow in (leader, follower)))
        ending = asyncio.create_task(first.__aexit__(type(fault) if fault else None, fault, None))
        assert not await is_free(resources)
        assert not ending.done()
    await ending
    assert await is_free(resources)
