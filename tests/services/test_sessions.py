from datetime import timedelta

from sqlalchemy import func, select
from tests.application import FrozenClock
from tests.factories.contacts import create_contact
from tests.factories.users import create_portal_token, create_user

from ticketdesk.bootstrap import Resources
from ticketdesk.models.users import refresh_tokens, sessions
from ticketdesk.services import sessions as service


async def count(resources: Resources) -> tuple[int, int]:
    async with resources.engine.begin() as connection:
        found = [
            await connection.scalar(select(func.count()).select_from(table)) for table in (sessions, refresh_tokens)
        ]
    return found[0] or 0, found[1] or 0


async def forget(resources: Resources) -> int:
    async with resources.unit_of_work() as uow:
        return await service.forget_ended(uow)


async def test_ended_sessions_are_dropped_after_a_while(resources: Resources, clock: FrozenClock) -> None:
    user_id = await create_user(resources)
    async with resources.unit_of_work() as uow:
        await service.start(uow, resources.signer, user_id)
    await create_portal_token(resources, await create_contact(resources))
    clock.advance(timedelta(days=30))
    async with resources.unit_of_work() as uow:
        await service.start(uow, resources.signer, user_id)

    assert await forget(resources) == 0
    assert await count(resources) == (3, 2)
    clock.advance(timedelta(days=30, seconds=1))
    assert await forget(resources) == 2
    assert await count(resources) == (1, 1)


async def test_refresh_tokens_are_stored_as_digests(resources: Resources) -> None:
    user_id = await create_user(resources)
    async with resources.unit_of_work() as uow:
        session = await service.start(uow, resources.signer, user_id)

    async with resources.engine.begin() as connection:
        stored = (await connection.execute(select(refresh_tokens.c.token_hash))).scalar_one()

    assert len(stored) == 32
    assert session.refresh_token.encode() not in stored
    assert len(session.refresh_token) >= 43
