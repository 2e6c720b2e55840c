"""Links to choose a new password: one row for each, one that stands for each user."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, delete, insert, literal, select, update

from ticketdesk.models.invites import password_resets
from ticketdesk.models.users import users
from ticketdesk.repositories.authentication import may_come_in
from ticketdesk.repositories.base import Repository, new_id

_p = password_resets.c
_u = users.c


@dataclass(frozen=True, slots=True)
class ForgetfulUser:
    """A user who may sign in, and where they are written to."""

    id: UUID
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class ResetRecord:
    """A reset that can be used, of a user who may come in; ``created_at`` and ``expires_at`` are its own."""

    id: UUID
    user_id: UUID
    email: str
    role: str
    created_at: datetime
    expires_at: datetime


class PasswordResetRepository(Repository):
    """All SQL of password resets. The user is locked before a reset of theirs is made or used."""

    async def user(self, email: str) -> ForgetfulUser | None:
        """Return the user with this address, in its normal form, who may sign in."""
        row = await self._one(select(_u.id, _u.name, _u.email).where(_u.email == email, may_come_in()))
        return ForgetfulUser(**row) if row else None

    async def add(self, user_id: UUID, now: datetime, expires_at: datetime) -> UUID:
        """Insert a reset, the only one of the user's that stands from now on; return its id."""
        await self.end_of_user(user_id, now)
        reset_id = new_id()
        row = {"id": reset_id, "user_id": user_id, "created_at": now, "expires_at": expires_at}
        await self._execute(insert(password_resets).values(row))
        return reset_id

    async def end_of_user(self, user_id: UUID, now: datetime) -> None:
        """Let no reset of the user's be used from now on."""
        standing = update(password_resets).where(_p.user_id == user_id, _p.used_at.is_(None), _p.expires_at > now)
        await self._execute(standing.values(expires_at=now))

    async def standing(self, reset_ids: Collection[UUID], now: datetime) -> list[ResetRecord]:
        """Return those of the resets that can be used at ``now``."""
        statement = (
            select(_p.id, _p.user_id, _u.email, _u.role, _p.created_at, _p.expires_at)
            .join(users, _u.id == _p.user_id)
            .where(_p.id == any_(literal(list(reset_ids), ARRAY(Uuid))), may_come_in())
            .where(_p.used_at.is_(None), _p.expires_at > now)
        )
        return [ResetRecord(**row) for row in await self._all(statement)]

    async def use(self, reset: ResetRecord, password_hash: str, now: datetime) -> None:
        """Give the user the new password and mark the reset used."""
        changed = {"password_hash": password_hash, "updated_at": now}
        await self._execute(update(users).where(_u.id == reset.user_id).values(changed))
        await self._execute(update(password_resets).where(_p.id == reset.id).values(used_at=now))

    async def forget_before(self, moment: datetime) -> int:
        """Delete resets that were over by ``moment`` and return how many."""
        return await self._execute(delete(password_resets).where(_p.expires_at < moment))
