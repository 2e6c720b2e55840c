"""Whatever people, parts, delegations, removals and revocations there are: everybody reads what is theirs, and no more.

``make worlds`` draws a thousand worlds of a new seed, ``make worlds SEED=7 WORLDS=50`` fifty of the seed 7.
"""

import os
import sys
from random import SystemRandom

from structlog.testing import capture_logs
from tests.application import SignedInClient
from tests.worlds import random_oracles as oracle
from tests.worlds.random_plans import Draw, Way
from tests.worlds.random_reads import Reader
from tests.worlds.random_rows import Desk

from ticketdesk.bootstrap import Resources

SEED = os.environ.get("TICKETDESK_TEST_WORLDS_SEED") or "25"
COUNT = int(os.environ.get("TICKETDESK_TEST_WORLDS") or 25)


async def test_everybody_reads_what_is_theirs_and_no_more(resources: Resources, anonymous: SignedInClient) -> None:
    seed = str(SystemRandom().getrandbits(32)) if SEED == "random" else SEED
    desk = Desk(resources)
    await desk.open()
    reads, told = 0, 0
    for number in range(1, COUNT + 1):
        plan = Draw(f"{seed} {number}").plan()
        tokens = await desk.build(plan)
        for person in plan.people:
            reader = Reader(anonymous, plan, person, tokens[person.id])
            with capture_logs():
                await reader.read_all()
            assert reader.differences == [], f"world {number} of seed {seed}"
            reads += reader.reads
            told += len(oracle.in_list(person, plan))
        if number % 25 == 0 or number == COUNT:
            # Shown by ``make worlds`` alone, which captures nothing.
            sys.stdout.write(f"{number} worlds of seed {seed}: {reads} reads without a difference\n")
            sys.stdout.flush()
    assert told > 0, "worlds in which nobody sees anything show nothing"


def test_worlds_have_everybody_and_what_could_leak() -> None:
    plans = [Draw(f"{SEED} {number}").plan() for number in range(25)]
    assert {person.way for plan in plans for person in plan.people} == set(Way)
    tickets = [ticket for plan in plans for ticket in plan.tickets]
    assert all(any(getattr(ticket, what) for ticket in tickets) for what in ("is_deleted", "is_archived", "removed"))
    cells = [
        (oracle.sees_question(person, ticket, question), oracle.is_in_part(person, ticket, question))
        for plan in plans
        for ticket in plan.tickets
        for question in ticket.questions
        for person in plan.people
        if oracle.sees(person, ticket)
    ]
    # Seen by their part, by a delegation alone, and not at all, be it withdrawn or not asked of them.
    assert set(cells) == {(True, True), (True, False), (False, True), (False, False)}
