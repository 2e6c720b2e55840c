"""What a sign-in is decided by: the password hash, and how often the address failed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from ticketdesk.models.users import sign_in_failures as failures
from ticketdesk.models.users import users
from ticketdesk.repositories.authentication import may_come_in
from ticketdesk.repositories.base import Repository


@dataclass(frozen=True, slots=True)
class KnownPassword:
    """The password hash of an active user."""

    user_id: UUID
    password_hash: str


@dataclass(frozen=True, slots=True)
class Failures:
    """How often signing in failed since it last succeeded or was forgotten, and when it last did."""

    count: int
    last_at: datetime


class SignInRepository(Repository):
    """Failures are counted by the digest of the address, so that nothing tells a known one from an unknown one."""

    async def find_password(self, email: str) -> KnownPassword | None:
        """Return the hash of the user with this address who may come in and has a password."""
        statement = select(users.c.id, users.c.password_hash).where(
            users.c.email == email, may_come_in(), users.c.password_hash.is_not(None)
        )
        row = await self._one(statement)
        return KnownPassword(row["id"], row["password_hash"]) if row else None

    async def find_failures(self, address_hash: bytes) -> Failures | None:
        """Return what is counted against the address."""
        row = await self._one(select(failures).where(failures.c.address_hash == address_hash))
        return Failures(row["failures"], row["last_failed_at"]) if row else None

    async def lock_failures(self, address_hash: bytes, now: datetime) -> Failures:
        """Return what is counted, and make every other sign-in at this address wait for the transaction's end."""
        statement = (
            insert(failures)
            .values(address_hash=address_hash, failures=0, last_failed_at=now)
            .on_conflict_do_update(index_elements=["address_hash"], set_={"failures": failures.c.failures})
            .returning(failures.c.failures, failures.c.last_failed_at)
        )
        row = await self._only(statement)
        return Failures(row["failures"], row["last_failed_at"])

    async def set_failures(self, address_hash: bytes, count: int, now: datetime) -> None:
        """Note that it failed just now, for the ``count``-th time; the address must be locked."""
        statement = update(failures).where(failures.c.address_hash == address_hash)
        await self._execute(statement.values(failures=count, last_failed_at=now))

    async def clear_failures(self, address_hash: bytes) -> None:
        """Forget what is counted against the address."""
        await self._execute(delete(failures).where(failures.c.address_hash == address_hash))

    async def forget_before(self, moment: datetime) -> int:
        """Forget failures older than ``moment`` and return at how many addresses they were."""
        return await self._execute(delete(failures).where(failures.c.last_failed_at < moment))

    async def lock_user(self, known: KnownPassword) -> bool:
        """Keep the user from being changed until the transaction ends; false when they were, since the hash was read.

        Whoever changes a password or deactivates a user ends the sessions that exist: none may begin meanwhile.
        """
        statement = select(users.c.id).where(
            users.c.id == known.user_id, may_come_in(), users.c.password_hash == known.password_hash
        )
        return await self._scalar(statement.with_for_update(key_share=True)) is not None

    async def replace_hash(self, user_id: UUID, password_hash: str) -> None:
        """Store the same password in another hash; the user must be locked."""
        await self._execute(update(users).where(users.c.id == user_id).values(password_hash=password_hash))
