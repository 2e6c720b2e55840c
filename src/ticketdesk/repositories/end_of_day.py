"""What waits to be checked when a business day ends, who is to know, and what was put on record."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, DateTime, Integer, bindparam, func, literal_column, select
from sqlalchemy.dialects.postgresql import distinct_on, insert

from ticketdesk.domain.permissions import Role
from ticketdesk.domain.ticket_statuses import Status, TicketKind
from ticketdesk.models.checks import end_of_day_breaches
from ticketdesk.models.outbox import job_slots
from ticketdesk.models.tickets import tickets
from ticketdesk.models.users import team_members, users
from ticketdesk.repositories.base import Repository, new_id
from ticketdesk.repositories.id_arrays import one_of_named
from ticketdesk.repositories.statements import Statement

_t = tickets.c
_b = end_of_day_breaches.c
_u = users.c


@dataclass(frozen=True, slots=True)
class WaitingTickets:
    """The tickets that wait for one checker or one team (``None`` for neither): how many, and the oldest of them."""

    checker_id: UUID | None
    team_id: UUID | None
    count: int
    oldest_id: UUID
    oldest_number: int
    oldest_title: str


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A ticket that was unchecked at the end of a day, as the record keeps it."""

    ticket_id: UUID
    status: Status
    completed_at: datetime
    worked_by_id: UUID | None
    checker_id: UUID | None
    checker_team_id: UUID | None


# In words that the index of support tickets is chosen by. A comment after the completion leaves a ticket to be checked.
_WAITING = (
    _t.kind == literal_column(f"'{TicketKind.SUPPORT}'"),
    _t.status.in_([literal_column(f"'{Status.PENDING_VERIFICATION}'"), literal_column(f"'{Status.COMMENT_ADDED}'")]),
    _t.requires_check,
    _t.completed_at.is_not(None),
    _t.deleted_at.is_(None),
    _t.archived_at.is_(None),
)
_BY_CHECKER = (_t.checker_id, _t.checker_team_id)
_GROUPS = Statement(
    select(
        *_BY_CHECKER,
        func.count().over(partition_by=_BY_CHECKER).label("count"),
        _t.id,
        _t.number,
        _t.title,
    )
    .ext(distinct_on(*_BY_CHECKER))
    .where(*_WAITING)
    .order_by(*_BY_CHECKER, _t.created_at, _t.id)
)
_RECORDED = select(_b.ticket_id).where(_b.day == bindparam("day", type_=Date), _b.ticket_id == _t.id)
_UNRECORDED = Statement(
    select(_t.id)
    .where(*_WAITING, _t.completed_at <= bindparam("cut_off", type_=DateTime(timezone=True)))
    .where(~_RECORDED.exists())
    .order_by(_t.created_at, _t.id)
    .limit(bindparam("limit", type_=Integer))
)
_OF_DAY = Statement(
    select(_b.ticket_id)
    .join(tickets, _t.id == _b.ticket_id)
    .where(_b.day == bindparam("day", type_=Date))
    .order_by(_t.created_at, _t.id)
)
_IS_CLAIMED = Statement(
    select(job_slots.c.job).where(job_slots.c.job == bindparam("job"), job_slots.c.slot == bindparam("slot"))
)
_ACTIVE = (_u.is_active, _u.role != literal_column(f"'{Role.GUEST}'"))
_MEMBERS = Statement(
    select(team_members.c.team_id, _u.id)
    .join(users, _u.id == team_members.c.user_id)
    .where(one_of_named(team_members.c.team_id, "team_ids"), *_ACTIVE)
    .order_by(_u.name, _u.id)
)
_IN_CHARGE = Statement(
    select(_u.id)
    .where(_u.role.in_([literal_column(f"'{Role.LEAD}'"), literal_column(f"'{Role.ADMIN}'")]), _u.is_active)
    .order_by(_u.name, _u.id)
)
_STILL_ACTIVE = Statement(select(_u.id).where(one_of_named(_u.id, "user_ids"), *_ACTIVE))


class EndOfDayRepository(Repository):
    """The statements do not grow with the number of tickets that wait."""

    async def waiting(self) -> list[WaitingTickets]:
        """Return what waits to be checked, by who is to check it."""
        rows = await self._all(_GROUPS)
        return [WaitingTickets(*row.values()) for row in rows]

    async def unrecorded(self, day: date, cut_off: datetime, limit: int) -> list[UUID]:
        """Return tickets, oldest first, that were completed by the cut-off, wait, and are not on record for ``day``."""
        rows = await self._all(_UNRECORDED, day=day, cut_off=cut_off, limit=limit)
        return [row["id"] for row in rows]

    async def record(self, day: date, unchecked: Sequence[Unchecked], now: datetime) -> set[UUID]:
        """Put locked tickets on record for ``day``; returns those that were not, since others may run at once."""
        if not unchecked:
            return set()
        rows = [_row(day, one, now) for one in unchecked]
        added = insert(end_of_day_breaches).values(rows).on_conflict_do_nothing().returning(_b.ticket_id)
        return {row["ticket_id"] for row in await self._all(added)}

    async def recorded(self, day: date) -> list[UUID]:
        """Return the tickets on record for ``day``, oldest first."""
        return [row["ticket_id"] for row in await self._all(_OF_DAY, day=day)]

    async def is_claimed(self, job: str, slot: datetime) -> bool:
        """Tell whether the slot was taken."""
        return await self._one(_IS_CLAIMED, job=job, slot=slot) is not None

    async def members(self, team_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
        """Return the active members of each team, guests left out."""
        found: dict[UUID, list[UUID]] = {}
        for row in await self._all(_MEMBERS, team_ids=list(team_ids)):
            found.setdefault(row["team_id"], []).append(row["id"])
        return found

    async def in_charge(self) -> list[UUID]:
        """Return the active leads and admins, to whom falls what nobody else is named for."""
        return [row["id"] for row in await self._all(_IN_CHARGE)]

    async def active(self, user_ids: Collection[UUID]) -> set[UUID]:
        """Return those of the users who can act."""
        return {row["id"] for row in await self._all(_STILL_ACTIVE, user_ids=list(user_ids))}


def _row(day: date, one: Unchecked, now: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "day": day,
        "ticket_id": one.ticket_id,
        "status": one.status,
        "completed_at": one.completed_at,
        "worked_by_id": one.worked_by_id,
        "checker_id": one.checker_id,
        "checker_team_id": one.checker_team_id,
        "recorded_at": now,
    }
