"""Stored answers to keyed requests."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError

from ticketdesk.domain.errors import Conflict
from ticketdesk.models.outbox import idempotency_keys as keys
from ticketdesk.repositories.base import Repository
from ticketdesk.repositories.connections import sqlstate
from ticketdesk.repositories.statements import Statement

LOCK_NOT_AVAILABLE = "55P03"  # SQLSTATE, PostgreSQL manual, appendix A
_IS_WANTED = and_(keys.c.caller == bindparam("wanted_caller"), keys.c.key == bindparam("wanted_key"))
_CLAIM = Statement(insert(keys).on_conflict_do_nothing(), ("caller", "key", "fingerprint", "created_at"))
_FIND = Statement(select(keys).where(_IS_WANTED))
_STORE = Statement(update(keys).where(_IS_WANTED), ("status", "headers", "body"))


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

        Waits for another transaction that is inserting it, as long as every lock is waited for (``database``), then
        raises ``Conflict`` (``request_in_progress``).
        """
        try:
            return bool(await self._execute(_CLAIM, caller=caller, key=key, fingerprint=fingerprint, created_at=now))
        except DBAPIError as error:
            if sqlstate(error) != LOCK_NOT_AVAILABLE:
                raise
            raise Conflict("A request with this key is in progress.", code="request_in_progress") from error

    async def find(self, caller: str, key: str) -> StoredKey | None:
        """Return what is stored under the key."""
        row = await self._one(_FIND, wanted_caller=caller, wanted_key=key)
        if row is None:
            return None
        answer = StoredAnswer(row["status"], row["headers"], row["body"]) if row["status"] is not None else None
        return StoredKey(row["fingerprint"], answer)

    async def store(self, caller: str, key: str, answer: StoredAnswer) -> None:
        """Keep the answer with its key."""
        stored = {"status": answer.status, "headers": answer.headers, "body": answer.body}
        await self._execute(_STORE, wanted_caller=caller, wanted_key=key, **stored)

    async def remove(self, caller: str, key: str) -> None:
        """Delete the key; who waits for it in ``claim`` gets it."""
        await self._execute(delete(keys).where(keys.c.caller == caller, keys.c.key == key))

    async def forget_before(self, moment: datetime) -> int:
        """Delete keys older than ``moment`` and return how many there were."""
        return await self._execute(delete(keys).where(keys.c.created_at < moment))
