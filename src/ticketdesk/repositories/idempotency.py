"""Stored answers to keyed requests."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError

from ticketdesk.domain.errors import Conflict
from ticketdesk.models.outbox import idempotency_keys as keys
from ticketdesk.repositories.base import Repository

LOCK_TIMEOUT = "5s"
LOCK_NOT_AVAILABLE = "55P03"


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An answer as it was sent: status, the headers worth repeating, body."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class StoredKey:
    """What is known of a key; ``answer`` is ``None`` for one whose route left no answer."""

    fingerprint: bytes
    answer: StoredAnswer | None


class IdempotencyRepository(Repository):
    """The primary key decides between two requests with the same key: the second waits for the first to commit."""

    async def claim(self, caller: str, key: str, fingerprint: bytes, now: datetime) -> bool:
        """Insert the key; false when it was there.

        Waits up to five seconds for another transaction that is inserting it, then raises ``Conflict``
        (``request_in_progress``).
        """
        await self._execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
        row = {"caller": caller, "key": key, "fingerprint": fingerprint, "created_at": now}
        try:
            return bool(await self._execute(insert(keys).values(row).on_conflict_do_nothing()))
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != LOCK_NOT_AVAILABLE:
                raise
            raise Conflict("A request with this key is in progress.", code="request_in_progress") from error

    async def find(self, caller: str, key: str) -> StoredKey | None:
        """Return what is stored under the key."""
        row = await self._one(select(keys).where(keys.c.caller == caller, keys.c.key == key))
        if row is None:
            return None
        answer = StoredAnswer(row["status"], row["headers"], row["body"]) if row["status"] is not None else None
        return StoredKey(row["fingerprint"], answer)

    async def store(self, caller: str, key: str, answer: StoredAnswer) -> None:
        """Keep the answer with its key."""
        await self._execute(
            update(keys)
            .where(keys.c.caller == caller, keys.c.key == key)
            .values(status=answer.status, headers=answer.headers, body=answer.body)
        )

    async def remove(self, caller: str, key: str) -> None:
        """Delete the key; who waits for it in ``claim`` gets it."""
        await self._execute(delete(keys).where(keys.c.caller == caller, keys.c.key == key))

    async def forget_before(self, moment: datetime) -> int:
        """Delete keys older than ``moment`` and return how many there were."""
        return await self._execute(delete(keys).where(keys.c.created_at < moment))
