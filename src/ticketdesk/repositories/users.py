"""Users."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, literal_column, or_, select, update
from sqlalchemy.dialects.postgresql import aggregate_order_by, insert
from sqlalchemy.exc import IntegrityError

from ticketdesk.domain.availability import Availability, Readiness, is_present
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.domain.permissions import STAFF_ROLES, Role
from ticketdesk.models.users import team_members, teams, users
from ticketdesk.repositories import availability
from ticketdesk.repositories.base import Repository, new_id
from ticketdesk.repositories.id_arrays import one_of_ids
from ticketdesk.repositories.keyset import collect, one_page
from ticketdesk.repositories.search import contains
from ticketdesk.repositories.statements import Row
from ticketdesk.schemas.availability import WorkingHours
from ticketdesk.schemas.users import UserQuery

_TEAMS = (
    select(
        func.coalesce(
            func.json_agg(
                aggregate_order_by(func.json_build_object("id", teams.c.id, "name", teams.c.name), teams.c.name)
            ),
            literal_column("'[]'::json"),
        )
    )
    .join(team_members, team_members.c.team_id == teams.c.id)
    .where(team_members.c.user_id == users.c.id)
    .scalar_subquery()
    .label("teams")
)
_VIEW: Select[Any] = select(
    users.c.id,
    users.c.email,
    users.c.name,
    users.c.role,
    users.c.is_active,
    users.c.works_tickets,
    users.c.capacity,
    *availability.COLUMNS,
    _TEAMS,
    users.c.contact_id,
    users.c.created_at,
    users.c.updated_at,
)


@dataclass(frozen=True, slots=True)
class UserRecord:
    """A user as the database has them; whether they are there at a moment is worked out from it."""

    id: UUID
    email: str
    name: str
    role: Role
    is_active: bool
    works_tickets: bool
    capacity: int | None
    availability: Availability
    working_hours: WorkingHours | None
    teams: Sequence[Mapping[str, str]]
    contact_id: UUID | None
    created_at: datetime
    updated_at: datetime

    def readiness(self, at: datetime) -> Readiness:
        """Return whether tickets may be given to them at a moment, whatever their hours."""
        may_work = self.is_active and self.works_tickets and self.role in STAFF_ROLES
        return Readiness(may_work and is_present(self.availability, at), self.capacity)


class UserRepository(Repository):
    """An e-mail address belongs to one user; it is given and stored in its normal form."""

    async def find(self, user_id: UUID) -> UserRecord | None:
        """Return the user."""
        row = await self._one(_VIEW.where(users.c.id == user_id))
        return _record(row) if row else None

    async def names(self, user_ids: Collection[UUID]) -> dict[UUID, str]:
        """Return the names of the users among these ids."""
        rows = await self._all(select(users.c.id, users.c.name).where(one_of_ids(users.c.id, user_ids)))
        return {row["id"]: row["name"] for row in rows}

    async def search(self, query: UserQuery, page: PageRequest) -> Page[UserRecord]:
        """Return a page of the users that match, oldest first."""
        rows = await self._all(one_page(_matching(query), users.c.created_at, users.c.id, page))
        return collect(rows, page, _record)

    async def add(self, values: Mapping[str, Any], now: datetime) -> UUID | None:
        """Insert a user with these columns and return their id; ``None`` when address or contact is somebody's."""
        user_id = new_id()
        statement = insert(users).values({**values, "id": user_id, "created_at": now, "updated_at": now})
        is_new = await self._execute(statement.on_conflict_do_nothing())
        return user_id if is_new else None

    async def lock(self, user_id: UUID) -> Role | None:
        """Keep the user from being changed by others until the transaction ends; return their role."""
        role = await self._scalar(select(users.c.role).where(users.c.id == user_id).with_for_update(key_share=True))
        return Role(role) if role else None

    async def lock_active_admins(self) -> list[UUID]:
        """Return all active admins, of whom nobody else can take one away until the transaction ends.

        Always in the same order, and before any other user is locked, so that two such changes never wait for each
        other in a circle.
        """
        are_admins = (users.c.role == Role.ADMIN, users.c.is_active)
        statement = select(users.c.id).where(*are_admins).order_by(users.c.id).with_for_update(key_share=True)
        return [row["id"] for row in await self._all(statement)]

    async def change(self, user_id: UUID, values: dict[str, Any], now: datetime) -> bool:
        """Update columns; false when ``values`` holds an address that is somebody else's."""
        try:
            async with self._connection.savepoint():
                await self._execute(update(users).where(users.c.id == user_id).values(**values, updated_at=now))
        except IntegrityError:
            return False
        return True


def _record(row: Row) -> UserRecord:
    read: dict[str, Any] = {
        "role": Role(row["role"]),
        "availability": availability.availability_of(row),
        "working_hours": availability.working_hours_of(row),
    }
    own = {field.name: row[field.name] for field in fields(UserRecord) if field.name not in read}
    return UserRecord(**own, **read)


def _matching(query: UserQuery) -> Select[Any]:
    statement = _VIEW
    if query.role:
        statement = statement.where(users.c.role.in_(query.role))
    if query.is_active is not None:
        statement = statement.where(users.c.is_active == query.is_active)
    if query.team_id:
        members = select(team_members.c.user_id).where(team_members.c.team_id.in_(query.team_id))
        statement = statement.where(users.c.id.in_(members))
    if query.q is not None:
        statement = statement.where(or_(contains(users.c.name, query.q), contains(users.c.email, query.q)))
    return statement
