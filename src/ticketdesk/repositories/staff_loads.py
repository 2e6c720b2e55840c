"""How many open tickets each of the staff has, from what the database counts, and the lock under which that is used.

Whoever reads loads in order to add to them takes the pool's lock first. There is one for all staff, because a person
in two teams has one load. It is the last thing a request waits for, since the next one waits until it has ended;
requests of one process that give out one ticket each may have it together (``shared_turns``).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Text,
    Uuid,
    bindparam,
    cast,
    func,
    literal_column,
    not_,
    or_,
    select,
    text,
    union_all,
)
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from ticketdesk.domain.assignment import Colleague
from ticketdesk.domain.availability import Availability, is_present
from ticketdesk.domain.permissions import Permission, Role, granted
from ticketdesk.domain.ticket_statuses import Status
from ticketdesk.models.ticket_counters import ticket_counter_changes, ticket_counters
from ticketdesk.models.users import team_members, users
from ticketdesk.repositories import availability
from ticketdesk.repositories.base import Repository
from ticketdesk.repositories.connections import Connection
from ticketdesk.repositories.statements import Row, Statement

IsAtWork = Callable[[Availability], bool]

_k, _c = ticket_counters.c, ticket_counter_changes.c
_TEAM, _PERSON = bindparam("team_id", type_=Uuid), bindparam("user_id", type_=Uuid)
_MAY_WORK = frozenset(role.value for role in Role if Permission.TICKETS_WRITE in granted(role))
# As text, which is never taken for a read: the lock lasts as long as the transaction.
_LOCK = Statement(text("SELECT pg_advisory_xact_lock(hashtext('assignment_pool'))"))


def _is_load(columns: ReadOnlyColumnCollection[str, Any]) -> list[ColumnElement[bool]]:
    """Return what a counted ticket is if it weighs on its assignee: neither closed nor held nor archived."""
    statuses = (Status.CLOSED, Status.SEND_LATER)
    has_weight = [columns.status != literal_column(f"'{status}'", Text) for status in statuses]
    return [*has_weight, not_(columns.is_archived)]


def _loads() -> Select[Any]:
    folded = select(_k.owner_id, _k.tickets).where(_k.scope == literal_column("'assignee'"), *_is_load(_k))
    recent = select(_c.assignee_id, _c.difference).where(_c.assignee_id.is_not(None), *_is_load(_c))
    each = union_all(folded, recent).subquery()
    load = cast(func.sum(each.c.tickets), BigInteger).label("load")
    return select(each.c.owner_id, load).group_by(each.c.owner_id)


def _staff() -> Select[Any]:
    """Return everybody of the desk; who is outside of it is no candidate for anything."""
    loads = _loads().subquery()
    of_team = select(team_members.c.user_id).where(team_members.c.team_id == _TEAM)
    return (
        select(
            users.c.id,
            users.c.role,
            users.c.is_active,
            users.c.works_tickets,
            users.c.capacity,
            *availability.COLUMNS,
            or_(_TEAM.is_(None), users.c.id.in_(of_team)).label("is_in_team"),
            func.coalesce(loads.c.load, literal_column("0")).label("load"),
        )
        .outerjoin(loads, loads.c.owner_id == users.c.id)
        .where(users.c.role != literal_column(f"'{Role.GUEST}'"), or_(_PERSON.is_(None), users.c.id == _PERSON))
    )


_STAFF = Statement(_staff())


class Loads:
    """Colleagues as they were read under the pool's lock, and as what was given out under it since leaves them."""

    def __init__(self, colleagues: Iterable[Colleague]) -> None:
        self.colleagues = list(colleagues)

    def add(self, user_id: UUID | None) -> None:
        """Count one more ticket of this user; none where nobody got it."""
        for place, person in enumerate(self.colleagues):
            if person.user_id == user_id:
                self.colleagues[place] = person._replace(load=person.load + 1)


@dataclass(frozen=True, slots=True)
class Whom:
    """Who is asked for: everybody of the desk, or ``user_id`` alone; ``team_id`` decides who is in the team.

    ``is_at_work`` judges working hours; without it nobody is outside of theirs.
    """

    team_id: UUID | None
    user_id: UUID | None
    is_at_work: IsAtWork | None


class StaffLoadRepository(Repository):
    """Colleagues as the rule of assignment sees them."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._is_locked = False

    async def lock_pool(self) -> None:
        """Wait until nobody else is giving out a ticket, and keep others from it until the transaction ends.

        Raises ``RuntimeError`` in a transaction that shares its turn, since the first in it waits for its end.
        """
        self._require_no_turn()
        await self._execute(_LOCK)
        self._is_locked = True

    async def lock_loads(self, now: datetime, whom: Whom) -> Loads:
        """Take the pool's lock and return colleagues as they are under it."""
        await self.lock_pool()
        return await self._loads(now, whom)

    async def share_loads(self, now: datetime, whom: Whom) -> Loads:
        """Return what ``lock_loads`` does, in one turn with whoever else of this process asks for it meanwhile.

        For a transaction that gives out one ticket and waits for nobody afterwards: raises ``RuntimeError`` for a
        second one, unless the transaction had the lock before and shares it with nobody. Whom the ticket is given to is
        to be added at once.
        """
        if self._is_locked:
            return await self._loads(now, whom)
        self._require_no_turn()

        async def begin() -> Loads:
            await self._execute(_LOCK)
            return await self._loads(now, whom)

        reading = (whom.team_id, whom.user_id, whom.is_at_work is not None)
        return await self._connection.turns.take(self._connection.place, reading, begin)

    def _require_no_turn(self) -> None:
        if self._connection.place:
            raise RuntimeError("Whoever gives out several tickets in a transaction takes the pool's lock first.")

    async def _loads(self, now: datetime, whom: Whom) -> Loads:
        return Loads(await self.colleagues(now, team_id=whom.team_id, user_id=whom.user_id, is_at_work=whom.is_at_work))

    async def colleagues(
        self,
        now: datetime,
        *,
        team_id: UUID | None = None,
        user_id: UUID | None = None,
        is_at_work: IsAtWork | None = None,
    ) -> Sequence[Colleague]:
        """Return everybody of the desk as they are now, or ``user_id`` alone; ``team_id`` decides who is in it.

        ``is_at_work`` judges working hours; without it nobody is outside of theirs.
        """
        rows = await self._all(_STAFF, team_id=team_id, user_id=user_id)
        return [_colleague(row, now, is_at_work) for row in rows]


def _colleague(row: Row, now: datetime, is_at_work: IsAtWork | None) -> Colleague:
    return Colleague(
        row["id"],
        row["load"],
        row["capacity"],
        is_active=row["is_active"],
        may_work=row["works_tickets"] and row["role"] in _MAY_WORK,
        is_present=not row["is_away"] or is_present(Availability(is_away=True, away_until=row["away_until"]), now),
        # Hours are read where they matter only: everybody waits meanwhile.
        is_working=is_at_work is None or is_at_work(availability.availability_of(row)),
        is_in_team=row["is_in_team"],
    )
