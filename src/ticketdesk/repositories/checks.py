"""People around a check, and the ledger of work that came back."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import case, select

from ticketdesk.domain.checks import ReworkCause
from ticketdesk.domain.permissions import Role
from ticketdesk.models.checks import rework_entries
from ticketdesk.models.users import team_members, users
from ticketdesk.repositories.base import Repository, new_id


@dataclass(frozen=True, slots=True)
class ReworkEntry:
    """One row of the ledger: whose work came back, who sent it back (``None``: a client), who works it again."""

    ticket_id: UUID
    cause: ReworkCause
    worker_id: UUID | None
    checker_id: UUID | None
    assignee_id: UUID | None
    reason: str


class CheckRepository(Repository):
    """The ledger is append-only."""

    async def is_active(self, user_id: UUID) -> bool:
        """Tell whether a user may still come in."""
        return bool(await self._scalar(select(users.c.is_active).where(users.c.id == user_id)))

    async def worker_or_lead(self, worker_id: UUID) -> UUID | None:
        """Return the worker if they are still active, else an active lead of a team of theirs; ``None`` without one."""
        own_teams = select(team_members.c.team_id).where(team_members.c.user_id == worker_id)
        colleagues = select(team_members.c.user_id).where(team_members.c.team_id.in_(own_teams))
        is_worker = users.c.id == worker_id
        is_their_lead = (users.c.role == Role.LEAD) & users.c.id.in_(colleagues)
        wanted = select(users.c.id).where(users.c.is_active, is_worker | is_their_lead)
        found: UUID | None = await self._scalar(
            wanted.order_by(case((is_worker, 0), else_=1), users.c.name, users.c.id).limit(1)
        )
        return found

    async def add_rework(self, entry: ReworkEntry, now: datetime) -> None:
        """Add a row to the ledger."""
        await self._insert(rework_entries, asdict(entry) | {"id": new_id(), "created_at": now})
