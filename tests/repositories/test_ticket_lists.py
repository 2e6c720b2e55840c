"""However a page is found, it holds the tickets that match, in order, none twice and none left out."""

from dataclasses import replace
from datetime import timedelta
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import Select, and_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection
from tests.repositories.ticket_rows import START, WORDS, Desk

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.paging import PageRequest, Position
from ticketdesk.models.tickets import tickets
from ticketdesk.repositories.base import new_id
from ticketdesk.repositories.ticket_filters import matching
from ticketdesk.repositories.ticket_lists import MOST_APART
from ticketdesk.repositories.ticket_search import looked_up
from ticketdesk.repositories.ticket_walks import Limits, chosen
from ticketdesk.schemas.tickets import TicketQuery

_PLANS = """
    SELECT statement LIKE '%under_way%' AS is_walk, custom_plans, generic_plans FROM pg_prepared_statements"""
SORTS = ("created_at", "updated_at")
# What indexes have together, or apart from other tickets.
TOGETHER = (("assignee_id", "created_by"), ("assignee_id", "category_id"), ("tag",), ("tag", "open"))
SEARCHES = (*WORDS, "yield hedge", "yield -hedge", "anna", "#3", "7", '"hedge yield"', "nowhere", "the")


async def all_matching(connection: AsyncConnection, query: TicketQuery, sort: str, desk: Desk) -> list[UUID]:
    found = select(tickets.c.id).where(*matching(query, desk.me)).order_by(tickets.c[sort], tickets.c.id)
    return list((await connection.execute(found)).scalars())


async def paged(connection: AsyncConnection, page: "Page", request: PageRequest) -> list[UUID]:
    """Go through all pages and return what they held."""
    held: list[UUID] = []
    while True:
        rows = (await connection.execute(page(request))).all()
        held += [row.id for row in rows[: request.limit]]
        if len(rows) <= request.limit:
            return held
        last = rows[request.limit - 1]
        request = replace(request, after=Position(last.at, last.id))


class Page:
    """One way to find a page."""

    def __init__(self, way: str, query: TicketQuery, sort: str, desk: Desk) -> None:
        self._way, self._arguments, self._desk = way, (query, sort), desk

    def __call__(self, request: PageRequest) -> Select[tuple[UUID]]:
        """Return the statement for the page of ``request``."""
        query, sort = self._arguments
        if self._way == "looked up":
            return looked_up(query, sort, request, self._desk.me)
        walked, few = self._way.removeprefix("walked ").split(", few ")
        return chosen(query, sort, request, self._desk.me, Limits(int(walked), int(walked), int(few), int(few)))


@pytest.mark.parametrize("is_searched", [False, True])
async def test_pages_hold_what_matches_in_order(resources: Resources, is_searched: bool) -> None:
    desk = Desk(Random(7 + is_searched))
    ways = ("walked 4, few 3", "walked 40, few 0", "walked 1000, few 60", *(("looked up",) if is_searched else ()))
    seen = 0
    async with resources.engine.connect() as connection:
        await desk.add(connection)
        await desk.add_tickets(connection, 120)
        for number in range(20 if is_searched else 40):
            words = {"q": SEARCHES[number % len(SEARCHES)]} if is_searched else {}
            names = TOGETHER[number % 8] if number % 8 < len(TOGETHER) else ()
            query, sort = desk.query(*names, **words), desk.random.choice(SORTS)
            expected = await all_matching(connection, query, sort, desk)
            is_descending = desk.random.random() < 0.5
            seen += len(expected)
            for way in ways:
                request = PageRequest(desk.random.choice([7, 30]), is_descending=is_descending)
                held = await paged(connection, Page(way, query, sort, desk), request)
                assert held == (expected[::-1] if is_descending else expected), (way, query)
    assert seen > 60


async def test_what_words_find(resources: Resources) -> None:
    desk = Desk(Random(3))
    async with resources.engine.connect() as connection:
        await desk.add(connection)
        await desk.add_tickets(connection, 60)
        everything = (await connection.execute(select(tickets).where(tickets.c.deleted_at.is_(None)))).mappings().all()
        for words in ("yield", "hedge", "annuity"):
            owner = {"yield": desk.contacts[1], "hedge": desk.contacts[2]}.get(words)
            expected = {
                row["id"]
                for row in everything
                if row["archived_at"] is None and (words in row["title"] or (owner and row["contact_id"] == owner))
            }
            assert expected
            assert set(await all_matching(connection, TicketQuery(q=words), "created_at", desk)) == expected


async def test_any_of_several_owners_will_do(resources: Resources) -> None:
    desk = Desk(Random(29))
    async with resources.engine.begin() as connection:
        await desk.add(connection)
        await desk.add_tickets(connection, 80)
        there = and_(tickets.c.deleted_at.is_(None), tickets.c.archived_at.is_(None))
        everything = (await connection.execute(select(tickets).where(there))).mappings().all()
    of_owners: dict[str, tuple[str, list[UUID | None]]] = {
        "assignee_id": ("assignee_id", [desk.me.user_id, None]),
        "checker_id": ("checker_id", [None, desk.users[0]]),
        "created_by": ("created_by_id", [*desk.users[:2]]),
        "checker_team_id": ("checker_team_id", [*desk.teams]),
        "contact_id": ("contact_id", [*desk.contacts[1:3]]),
        "account_id": ("account_id", [*desk.accounts[:2]]),
    }
    for name, (column, owners) in of_owners.items():
        expected = {row["id"] for row in everything if row[column] in owners}
        assert len({row[column] for row in everything if row["id"] in expected}) == len(owners), name
        # A few are listed apart, many are not.
        for others in ((), [new_id() for _ in range(MOST_APART)]):
            named = ["none" if owner is None else owner for owner in (*owners, *others)]
            query = TicketQuery.model_validate({name: named})
            async with resources.unit_of_work() as uow:
                for sort in SORTS:
                    rows = await uow.ticket_views._rows_of_page(query, sort, PageRequest(80), desk.me)
                    assert {row["id"] for row in rows} == expected, (name, sort)
                counts = await uow.ticket_counters.counts(query, desk.me)
            assert sum(counts.by_status.values()) == len(expected), name


async def test_a_kept_statement_answers_everybody_who_asks_the_like(resources: Resources) -> None:
    desk, seen = Desk(Random(11)), 0
    async with resources.engine.begin() as connection:
        await desk.add(connection)
        await desk.add_tickets(connection, 120)
    for number in range(120):
        query, sort = desk.query(**({"to_check": True} if number % 10 == 0 else {})), desk.random.choice(SORTS)
        desk.me = replace(desk.me, id=desk.random.choice(desk.users[:2]))
        async with resources.engine.connect() as connection:
            expected = await all_matching(connection, query, sort, desk)
        async with resources.unit_of_work() as uow:
            # Rows, for drawn tickets stand in statuses that their kind does not have.
            rows = await uow.ticket_views._rows_of_page(query, sort, PageRequest(50), desk.me)
        assert [row["id"] for row in rows] == expected[:51], query
        seen += len(expected)
    assert seen > 200


async def test_a_name_finds_the_tickets_of_contacts_and_of_staff(resources: Resources) -> None:
    desk = Desk(Random(19))
    async with resources.engine.begin() as connection:
        await desk.add(connection)
        await desk.add_tickets(connection, 60)
    # One contact, one who is called like all of the staff, a beginning of both, and nobody.
    for name, least in (("anna", 5), ("uma", 5), ("u", 25), ("berg bo", 0)):
        query = TicketQuery(person=name)
        async with resources.engine.connect() as connection:
            expected = await all_matching(connection, query, "updated_at", desk)
        async with resources.unit_of_work() as uow:
            rows = await uow.ticket_views._rows_of_page(query, "updated_at", PageRequest(60), desk.me)
        assert [row["id"] for row in rows] == expected, name
        assert len(expected) >= least


async def test_a_list_that_is_asked_again_is_not_planned_again(resources: Resources) -> None:
    desk = Desk(Random(5))
    async with resources.unit_of_work() as uow:
        for day in range(8):
            # The longest statement of a list.
            query = TicketQuery(created_after=START + timedelta(days=day), created_before=START + timedelta(days=60))
            await uow.ticket_views._rows_of_page(query, "updated_at", PageRequest(20), desk.me)
        longest = await uow.ticket_views._only(text(f"{_PLANS} ORDER BY length(statement) DESC LIMIT 1"))
    # As often as PostgreSQL plans for the values that are given before it may settle for one plan.
    assert (longest["is_walk"], longest["custom_plans"], longest["generic_plans"]) == (True, 5, 3)
