"""The counters that the database keeps are the truth after any history, and the doctor names a difference."""

import asyncio
from datetime import timedelta
from itertools import product
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, delete, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection
from tests.repositories.ticket_rows import START, Desk

from ticketdesk.bootstrap import Resources
from ticketdesk.models.ticket_counters import (
    ticket_category_changes,
    ticket_counter_changes,
    ticket_counters,
    ticket_day_counters,
)
from ticketdesk.models.tickets import ticket_violation_categories, tickets
from ticketdesk.repositories import ticket_counters as counting
from ticketdesk.repositories.ticket_days import MOMENTS
from ticketdesk.repositories.ticket_scopes import SCOPES
from ticketdesk.schemas.tickets import TicketQuery

FOLD = text("SELECT fold_ticket_counters()")


async def categorize(connection: AsyncConnection, desk: Desk, ticket_id: UUID) -> None:
    """Give a ticket, which the caller has locked, other categories."""
    links = ticket_violation_categories
    await connection.execute(delete(links).where(links.c.ticket_id == ticket_id))
    for category in desk.random.sample(desk.categories, desk.random.randrange(3)):
        values = {"ticket_id": ticket_id, "violation_category_id": category}
        await connection.execute(insert(links).values(values))


async def live_on(connection: AsyncConnection, desk: Desk, ids: list[UUID]) -> None:
    """Create, change and delete tickets in a transaction that is kept or not."""
    transaction = await connection.begin()
    mine = list(ids)
    for _ in range(desk.random.randrange(1, 6)):
        if desk.random.random() < 0.4:
            mine += await desk.add_tickets(connection, desk.random.randrange(1, 4))
        values: dict[str, Any] = desk.random.choice(
            [desk.traits(), desk.traits(), {"tags": desk.tags()}, {"deleted_at": START}]
        )
        # Locks in the order of ids, as the product takes them.
        if desk.random.random() < 0.5:
            values["updated_at"] = START + timedelta(hours=desk.random.randrange(60))
        chosen = desk.random.choice(mine)
        await connection.execute(update(tickets).where(tickets.c.id == chosen).values(values))
        if desk.random.random() < 0.5:
            await categorize(connection, desk, chosen)
        if desk.random.random() < 0.2:
            await connection.execute(FOLD)
        break_off = desk.random.random() < 0.3
        await (transaction.rollback() if break_off else transaction.commit())
        mine = mine if not break_off else list(ids)
        transaction = await connection.begin()
    await transaction.rollback()


async def differences(resources: Resources) -> list[str]:
    async with resources.unit_of_work() as uow:
        return list(await uow.ticket_counters.differences())


async def test_counters_are_the_truth_after_any_history(resources: Resources) -> None:
    desk = Desk(Random(11))
    async with resources.engine.begin() as connection:
        await desk.add(connection)
        ids = await desk.add_tickets(connection, 40)

    async def worker(seed: int) -> None:
        mine = Desk(Random(seed))
        mine.users, mine.accounts, mine.contacts = desk.users, desk.accounts, desk.contacts
        mine.categories = desk.categories
        mine.products, mine.routes, mine.teams = desk.products, desk.routes, desk.teams
        # The pool's own connections leave transactions to the product's unit of work.
        transactional = resources.engine.execution_options(isolation_level="READ COMMITTED")
        async with transactional.connect() as connection:
            for _ in range(6):
                await live_on(connection, mine, ids)

    await asyncio.gather(*(worker(seed) for seed in range(4)))
    async with resources.engine.begin() as connection:
        assert await differences(resources) == []
        await connection.execute(FOLD)
        for changes in (ticket_counter_changes, ticket_category_changes):
            assert await connection.scalar(select(func.count()).select_from(changes)) == 0
        assert await differences(resources) == []


async def test_counters_and_counting_agree_on_every_filter(resources: Resources, monkeypatch: Any) -> None:
    desk = Desk(Random(5))
    async with resources.engine.connect() as connection:
        await desk.add(connection)
        await desk.add_tickets(connection, 80)
        await connection.execute(FOLD)
        await desk.add_tickets(connection, 80)
    async with resources.unit_of_work() as uow:
        counters = uow.ticket_counters
        queries = [desk.query() for _ in range(150)]
        of_scopes = [desk.query(*sorted(scope.parameters)) for scope in SCOPES.values() if scope.parameters] * 2
        queries += [*of_scopes, *(desk.query(*filter(None, names)) for names in MOMENTS.values())]
        queries += [desk.query("person", more) for more in ("kind", "status", "open", "archived")]
        kept = [await counters.counts(query, desk.me) for query in queries]
        from_counters = sum(counting._from_counters(query, desk.me) is not None for query in queries)
        monkeypatch.setattr(counting, "_from_counters", lambda *_: None)
        assert [await counters.counts(query, desk.me) for query in queries] == kept
        assert 80 < from_counters < 170


async def test_a_pair_that_no_ticket_has_is_known_from_counters(resources: Resources) -> None:
    desk = Desk(Random(23))
    async with resources.engine.begin() as connection:
        await desk.add(connection)
        await desk.add_tickets(connection, 20)
    t, told = tickets.c, []
    for assignee, creator in product(desk.users, desk.users):
        both = select(func.count()).where(t.assignee_id == assignee, t.created_by_id == creator, t.deleted_at.is_(None))
        async with resources.engine.connect() as connection:
            are_none = await connection.scalar(both) == 0
        async with resources.unit_of_work() as uow:
            query = TicketQuery(assignee_id=[assignee], created_by=[creator], open=True)
            told.append(await uow.ticket_counters.are_none_of_both(query, desk.me))
            assert not await uow.ticket_counters.are_none_of_both(TicketQuery(assignee_id=[assignee]), desk.me)
        assert told[-1] is are_none
    assert {True, False} == set(told)


async def test_a_difference_is_noticed_and_mended(resources: Resources) -> None:
    desk = Desk(Random(2))
    async with resources.engine.begin() as connection:
        await desk.add(connection)
        await desk.add_tickets(connection, 20)
        await connection.execute(FOLD)
        await miscount(connection, ticket_counters, ticket_counters.c.scope == "category")
        await miscount(connection, ticket_day_counters, ticket_day_counters.c.moment == "updated")
        assert await differences(resources) == ["category", "updated"]
        await connection.execute(text("SELECT recount_tickets()"))
        assert await differences(resources) == []


async def miscount(connection: AsyncConnection, counters: Table, which: ColumnElement[bool]) -> None:
    await connection.execute(update(counters).where(which).values(tickets=counters.c.tickets + 1))
