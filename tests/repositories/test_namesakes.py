"""Counting stops right behind the number that is asked about."""

from random import Random

from tests.repositories.ticket_rows import Desk

from ticketdesk.bootstrap import Resources
from ticketdesk.repositories.namesakes import NamesakeRepository
from ticketdesk.repositories.ticket_words import called


async def test_few_are_told_from_many(resources: Resources) -> None:
    async with resources.engine.begin() as connection:
        await Desk(Random(1)).add(connection)
    async with resources.unit_of_work() as uow:
        namesakes = NamesakeRepository(uow.contacts._connection)
        # Anna Berg and Bo Yield.
        assert [await namesakes.are_at_most(most, called("b")) for most in (1, 2, 3)] == [False, True, True]
