import asyncio
import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select
from tests.application import START, ClientFor, FrozenClock
from tests.factories.attachments import attach, upload
from tests.factories.tickets import create_ticket
from tests.factories.users import create_access_token, create_user

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.ports import StorageUnavailable
from ticketdesk.jobs.housekeeping import forget_expired
from ticketdesk.models.outbox import idempotency_keys, job_slots
from ticketdesk.models.rate_limits import rate_limits
from ticketdesk.models.users import sessions, sign_in_failures
from ticketdesk.repositories.base import new_id
from ticketdesk.services import stored_files

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


def age(resources: Resources) -> list[Path]:
    """Make every content two days old and return where they are."""
    at = (resources.clock.now() - timedelta(days=2)).timestamp()
    files = [path for path in (resources.config.data_dir / "files").rglob("*") if path.is_file()]
    for path in files:
        os.utime(path, (at, at))
    return files


async def test_contents_whose_upload_was_refused_go_after_a_day(resources: Resources, client_for: ClientFor) -> None:
    agent = await client_for("agent")
    kept = await attach(agent, (await create_ticket(agent))["id"], b"attached")
    assert (await upload(agent, str(new_id()), b"refused")).status_code == 404
    await forget_expired(resources)
    assert len(age(resources)) == 2, "a fresh one may still be attached"
    await forget_expired(resources)
    assert [path.name for path in age(resources)] == [kept["sha256"]]


async def test_an_upload_keeps_what_housekeeping_would_remove(resources: Resources, client_for: ClientFor) -> None:
    agent = await client_for("agent")
    ticket = await create_ticket(agent)
    for number in range(8):
        content = b"again %d" % number
        assert (await upload(agent, str(new_id()), content)).status_code == 404
        age(resources)
        answer, _ = await asyncio.gather(upload(agent, ticket["id"], content), forget_expired(resources))
        if answer.status_code == 503:
            answer = await upload(agent, ticket["id"], content)
        assert answer.status_code == 201, answer.text
        download = await agent.get(f"/api/v1/attachments/{answer.json()['id']}/content")
        assert download.content == content


async def test_an_upload_is_told_that_its_content_is_gone(resources: Resources) -> None:
    content = await resources.storage.put(_pieces(b"refused"))

    async def forget() -> int:
        async with resources.unit_of_work() as forgetting:
            return await stored_files.forget_unused(forgetting, resources.storage, [content.digest])

    async with resources.unit_of_work() as claiming:
        await stored_files.claim(claiming, resources.storage, content.digest)
        forgotten = asyncio.create_task(forget())
        assert await asyncio.wait([forgotten], timeout=0.05) == (set(), {forgotten}), "it waits"
    assert await forgotten == 1
    async with resources.unit_of_work() as claiming:
        with pytest.raises(StorageUnavailable):
            await stored_files.claim(claiming, resources.storage, content.digest)


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    yield content
