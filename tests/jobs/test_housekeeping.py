from datetime import timedelta

from sqlalchemy import func, insert, select
from tests.application import START, FrozenClock
from tests.factories.users import create_access_token, create_user

from ticketdesk.bootstrap import Resources
from ticketdesk.jobs.housekeeping import forget_expired
from ticketdesk.models.outbox import idempotency_keys, job_slots
from ticketdesk.models.rate_limits import rate_limits
from ticketdesk.models.users import sessions, sign_in_failures

KEPT_FOR_A_WHILE = (idempotency_keys, job_slots, rate_limits, sessions, sign_in_failures)


async def count_rows(resources: Resources) -> list[int | None]:
    async with resources.engine.begin() as connection:
        return [await connection.scalar(select(func.count()).select_from(table)) for table in KEPT_FOR_A_WHILE]


async def test_nothing_is_dropped_early_and_everything_in_the_end(resources: Resources, clock: FrozenClock) -> None:
    await create_access_token(resources, await create_user(resources))
    async with resources.engine.begin() as connection:
        key = {"caller": "user:1", "key": "once", "fingerprint": b"", "created_at": START}
        await connection.execute(insert(idempotency_keys).values(key))
        await connection.execute(insert(job_slots).values(job="reminders", slot=START, claimed_at=START))
        await connection.execute(insert(rate_limits).values(subject=b"", used=1, ends_at=START))
        failure = {"address_hash": b"", "failures": 3, "last_failed_at": START}
        await connection.execute(insert(sign_in_failures).values(failure))

    await forget_expired(resources)
    assert await count_rows(resources) == [1, 1, 1, 1, 1]

    clock.advance(timedelta(days=61))
    await forget_expired(resources)
    assert await count_rows(resources) == [0, 0, 0, 0, 0]
