"""What the database says of itself, and how much waits in it."""

from datetime import datetime

from sqlalchemy import ColumnElement, column, func, literal_column, or_, select, table, text

from ticketdesk.domain.messages import MessageState
from ticketdesk.models.messages import messages
from ticketdesk.models.outbox import outbox
from ticketdesk.repositories.base import Repository

_MIGRATIONS = table("alembic_version", column("version_num"))


class HealthRepository(Repository):
    """Cheap questions: each is answered from a partial index or a single row."""

    async def revision(self) -> str | None:
        """Return the migration that the database is at, ``None`` for one that was never migrated."""
        if await self._scalar(select(func.to_regclass("alembic_version"))) is None:
            return None
        revision: str | None = await self._scalar(select(_MIGRATIONS.c.version_num))
        return revision

    async def server_version(self) -> int:
        """Return PostgreSQL's version as a number: 180001 is 18.1."""
        return int(await self._scalar(text("SHOW server_version_num")))

    async def server_time(self) -> datetime:
        """Return the database server's clock, as aware UTC."""
        moment: datetime = await self._scalar(select(func.clock_timestamp()))
        return moment

    async def outbox_depth(self) -> dict[str, int]:
        """Return how many outbox rows are ``waiting`` for a handler or ``parked`` for a person."""
        # Two counts, so that the first is answered from the partial index of what is due.
        waiting = select(func.count()).where(outbox.c.done_at.is_(None), outbox.c.parked_at.is_(None))
        parked = select(func.count()).where(outbox.c.parked_at.is_not(None))
        row = await self._one(
            select(waiting.scalar_subquery().label("waiting"), parked.scalar_subquery().label("parked"))
        )
        return dict(row or {})

    async def messages_by_state(self, since: datetime) -> dict[str, int]:
        """Count messages that are under way, and all made after ``since``, by state."""
        # Written out as in the index, whose condition the planner must recognise.
        under_way: ColumnElement[bool] = literal_column("messages.state IN ('queued', 'sending')")
        counted = select(messages.c.state, func.count()).where(or_(under_way, messages.c.created_at >= since))
        rows = await self._all(counted.group_by(messages.c.state))
        return {state.value: 0 for state in MessageState} | {row["state"]: row["count"] for row in rows}
