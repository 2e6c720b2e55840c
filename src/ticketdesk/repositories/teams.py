"""Teams and who is in them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, func, literal_column, select, update
from sqlalchemy.dialects.postgresql import aggregate_order_by, insert
from sqlalchemy.exc import IntegrityError

from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.domain.permissions import STAFF_ROLES
from ticketdesk.models.users import team_members, teams, users
from ticketdesk.repositories.base import Repository, new_id
from ticketdesk.repositories.keyset import collect, one_page
from ticketdesk.schemas.teams import Team

_MEMBER = func.json_build_object(
    "id", users.c.id, "name", users.c.name, "role", users.c.role, "is_active", users.c.is_active
)
_MEMBERS = (
    select(
        func.coalesce(
            func.json_agg(aggregate_order_by(_MEMBER, users.c.name, users.c.id)), literal_column("'[]'::json")
        )
    )
    .join(team_members, team_members.c.user_id == users.c.id)
    .where(team_members.c.team_id == teams.c.id)
    .scalar_subquery()
    .label("members")
)
_VIEW: Select[Any] = select(teams.c.id, teams.c.name, _MEMBERS, teams.c.created_at, teams.c.updated_at)


class TeamRepository(Repository):
    """A team's name is its own."""

    async def find(self, team_id: UUID) -> Team | None:
        """Return the team."""
        row = await self._one(_VIEW.where(teams.c.id == team_id))
        return Team.model_validate(row) if row else None

    async def search(self, page: PageRequest) -> Page[Team]:
        """Return a page of all teams, oldest first."""
        rows = await self._all(one_page(_VIEW, teams.c.created_at, teams.c.id, page))
        return collect(rows, page, Team.model_validate)

    async def add(self, name: str, now: datetime) -> UUID | None:
        """Insert a team and return its id; ``None`` when the name is taken."""
        team_id = new_id()
        statement = insert(teams).values(id=team_id, name=name, created_at=now, updated_at=now)
        is_new = await self._execute(statement.on_conflict_do_nothing(index_elements=[teams.c.name]))
        return team_id if is_new else None

    async def lock(self, team_id: UUID) -> bool:
        """Keep the team from being changed by others until the transaction ends; false when there is none."""
        statement = select(teams.c.id).where(teams.c.id == team_id).with_for_update(key_share=True)
        return await self._scalar(statement) is not None

    async def rename(self, team_id: UUID, name: str, now: datetime) -> bool:
        """Change the name; false when it is taken."""
        try:
            async with self._connection.savepoint():
                await self._execute(update(teams).where(teams.c.id == team_id).values(name=name, updated_at=now))
        except IntegrityError:
            return False
        return True

    async def staff_among(self, user_ids: Sequence[UUID]) -> set[UUID]:
        """Return those of ``user_ids`` who are users with a role of the staff."""
        is_staff = users.c.role.in_(sorted(STAFF_ROLES))
        rows = await self._all(select(users.c.id).where(users.c.id.in_(user_ids), is_staff))
        return {row["id"] for row in rows}

    async def replace_members(self, team_id: UUID, user_ids: Sequence[UUID], now: datetime) -> None:
        """Make ``user_ids`` the members; the team must be locked."""
        await self._execute(delete(team_members).where(team_members.c.team_id == team_id))
        if user_ids:
            rows = [{"team_id": team_id, "user_id": user_id} for user_id in user_ids]
            await self._execute(insert(team_members), rows)
        await self._execute(update(teams).where(teams.c.id == team_id).values(updated_at=now))
