"""Users."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, literal_column, or_, select, update
from sqlalchemy.dialects.postgresql import aggregate_order_by, insert
from sqlalchemy.exc import IntegrityError

from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.domain.permissions import Role
from ticketdesk.models.users import team_members, teams, users
from ticketdesk.repositories.base import Repository, new_id
from ticketdesk.repositories.keyset import collect, one_page
from ticketdesk.repositories.search import contains
from ticketdesk.schemas.users import User, UserQuery

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
    _TEAMS,
    users.c.contact_id,
    users.c.created_at,
    users.c.updated_at,
)


class UserRepository(Repository):
    """An e-mail address belongs to one user; it is given and stored in its normal form."""

    async def find(self, user_id: UUID) -> User | None:
        """Return the user."""
        row = await self._one(_VIEW.where(users.c.id == user_id))
        return User.model_validate(row) if row else None

    async def search(self, query: UserQuery, page: PageRequest) -> Page[User]:
        """Return a page of the users that match, oldest first."""
        rows = await self._all(one_page(_matching(query), users.c.created_at, users.c.id, page))
        return collect(rows, page, User.model_validate)

    async def add(self, email: str, name: str, role: Role, password_hash: str, now: datetime) -> UUID | None:
        """Insert a user and return their id; ``None`` when the address is somebody's."""
        user_id = new_id()
        row = {"id": user_id, "email": email, "name": name, "role": role, "password_hash": password_hash}
        statement = insert(users).values(row | {"created_at": now, "updated_at": now})
        is_new = await self._execute(statement.on_conflict_do_nothing(index_elements=[users.c.email]))
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


def _matching(query: UserQuery) -> Select[Any]:
    statement = _VIEW
    if query.role:
        statement = statement.where(users.c.role.in_(query.role))
    if query.is_active is not None:
        statement = statement.where(users.c.is_active == query.is_active)
    if query.team_id is not None:
        members = select(team_members.c.user_id).where(team_members.c.team_id == query.team_id)
        statement = statement.where(users.c.id.in_(members))
    if query.q is not None:
        statement = statement.where(or_(contains(users.c.name, query.q), contains(users.c.email, query.q)))
    return statement
