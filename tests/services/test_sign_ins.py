import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update
from tests.application import START, FrozenClock
from tests.factories.users import PASSWORD, create_user

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.errors import DomainError, NotAuthenticated, TooManyAttempts
from ticketdesk.models.users import sign_in_failures, users
from ticketdesk.schemas.sessions import Session, SessionCreate
from ticketdesk.services import sign_ins
from ticketdesk.services.sign_ins import Attempt, Verdict

EMAIL = "ada@desk.example"
RIGHT, WRONG = Verdict(is_right=True), Verdict(is_right=False)


async def begin(resources: Resources, email: str = EMAIL) -> Attempt:
    async with resources.unit_of_work() as uow:
        return await sign_ins.begin(uow, SessionCreate(email=email, password=PASSWORD))


async def settle(resources: Resources, attempt: Attempt, verdict: Verdict) -> Session | DomainError:
    async with resources.unit_of_work() as uow:
        return await sign_ins.settle(uow, resources.signer, attempt, verdict)


async def count_failures(resources: Resources) -> int | None:
    async with resources.engine.begin() as connection:
        return (await connection.execute(select(sign_in_failures.c.failures))).scalar_one_or_none()


@pytest.mark.parametrize("email", [EMAIL, "nobody@desk.example"])
async def test_twenty_failures_at_once_count_twenty(resources: Resources, email: str) -> None:
    await create_user(resources, email=EMAIL)
    attempts = [await begin(resources, email) for _ in range(20)]

    outcomes = await asyncio.gather(*(settle(resources, attempt, WRONG) for attempt in attempts))

    assert await count_failures(resources) == 20
    assert [type(outcome) for outcome in outcomes].count(NotAuthenticated) == 5
    assert [type(outcome) for outcome in outcomes].count(TooManyAttempts) == 15


async def test_right_password_that_comes_to_a_locked_address_is_refused_and_not_counted(resources: Resources) -> None:
    await create_user(resources, email=EMAIL)
    attempts = [await begin(resources) for _ in range(6)]
    for attempt in attempts[:5]:
        await settle(resources, attempt, WRONG)

    outcome = await settle(resources, attempts[5], RIGHT)

    assert isinstance(outcome, TooManyAttempts)
    assert outcome.retry_after == 60
    assert await count_failures(resources) == 5


async def test_user_changed_since_the_hash_was_read_is_not_let_in(resources: Resources) -> None:
    await create_user(resources, email=EMAIL)
    attempt = await begin(resources)
    async with resources.engine.begin() as connection:
        await connection.execute(update(users).values(password_hash="another"))

    assert isinstance(await settle(resources, attempt, RIGHT), NotAuthenticated)


async def test_unknown_address_takes_a_hash_too(resources: Resources) -> None:
    class Counting:
        def __init__(self) -> None:
            self.verified: list[str | None] = []

        async def hash(self, password: str) -> str:
            return await resources.hasher.hash(password)

        async def verify(self, encoded: str | None, password: str) -> bool:
            self.verified.append(encoded)
            return await resources.hasher.verify(encoded, password)

        def is_outdated(self, encoded: str) -> bool:
            return resources.hasher.is_outdated(encoded)

    hasher = Counting()

    assert not (await sign_ins.check(hasher, await begin(resources, "nobody@desk.example"), PASSWORD)).is_right
    assert hasher.verified == [None]


async def test_failures_that_no_longer_count_are_dropped(resources: Resources, clock: FrozenClock) -> None:
    async with resources.engine.begin() as connection:
        for number, age in enumerate((timedelta(minutes=59), timedelta(hours=2), timedelta(days=2))):
            row = {"address_hash": bytes([number]), "failures": 1, "last_failed_at": START - age}
            await connection.execute(insert(sign_in_failures).values(row))

    async with resources.unit_of_work() as uow:
        assert await sign_ins.forget_failures(uow) == 2
    assert await count_failures(resources) == 1
