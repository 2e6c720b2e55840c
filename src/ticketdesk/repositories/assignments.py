"""Who got a ticket and why: the way there, the decision written with all its effects, the tickets that wait."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, literal_column, not_, select

from ticketdesk.domain.assignment import AssignmentCause, AssignmentMode
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.domain.settings import Section
from ticketdesk.models.assignments import assignment_decisions
from ticketdesk.models.catalogue import categories
from ticketdesk.models.settings import settings
from ticketdesk.models.tickets import tickets
from ticketdesk.repositories.base import Repository, new_id
from ticketdesk.repositories.id_arrays import one_of_named
from ticketdesk.repositories.keyset import collect, one_page
from ticketdesk.repositories.statements import Row, Statement
from ticketdesk.repositories.tickets import COLUMNS, TicketRecord, record_of

_d, _t = assignment_decisions.c, tickets.c
# How many tickets that wait are given out in one transaction.
WAITING_AT_ONCE = 20
NO_CATEGORY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Route:
    """The way of a category's tickets; ``mode`` is ``None`` where the settings decide.

    ``settings`` are those of assignment as they are stored. ``has_waiting``: there is a ticket that nobody was eligible
    for.
    """

    mode: AssignmentMode | None
    team_id: UUID | None
    routed_user_id: UUID | None
    routed_team_id: UUID | None
    may_be_taken: bool
    settings: Mapping[str, Any]
    has_waiting: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRecord:
    """A decision as it was made; ``candidates`` and ``exclusions`` are JSON values."""

    id: UUID = field(default_factory=new_id)
    ticket_id: UUID
    cause: AssignmentCause
    mode: AssignmentMode | None = None
    assignee_id: UUID | None
    previous_assignee_id: UUID | None
    candidates: Sequence[Mapping[str, Any]] = ()
    exclusions: Sequence[Mapping[str, Any]] = ()
    draw: int | None = None
    decided_by_kind: str
    decided_by_id: str | None
    decided_by_name: str
    decided_at: datetime


_IS_WAITING = (
    _t.deleted_at.is_(None),
    _t.archived_at.is_(None),
    _t.had_nobody_eligible,
    _t.assignee_id.is_(None),
    _t.status != literal_column("'closed'"),
)
_LOCK_WAITING = Statement(
    select(*COLUMNS)
    .where(*_IS_WAITING, not_(one_of_named(func.coalesce(_t.category_id, literal_column(f"'{NO_CATEGORY}'")), "left")))
    .order_by(_t.created_at, _t.id)
    .limit(literal_column(str(WAITING_AT_ONCE)))
    .with_for_update(skip_locked=True)
)


_ANY_WAITING = select(_t.id).where(*_IS_WAITING).exists()
_HAS_WAITING = Statement(select(_ANY_WAITING))
_SETTINGS = select(settings.c.value).where(settings.c.section == literal_column(f"'{Section.ASSIGNMENT}'"))
_EVERY_WAY = select(literal_column("1")).subquery()
_c = categories.c
_ROUTE = Statement(
    select(
        _c.assignment_mode,
        _c.team_id,
        _c.routed_user_id,
        _c.routed_team_id,
        func.coalesce(_c.may_be_taken, literal_column("false")).label("may_be_taken"),
        _SETTINGS.scalar_subquery().label("settings"),
        _ANY_WAITING.label("has_waiting"),
    ).select_from(_EVERY_WAY.outerjoin(categories, _c.id == bindparam("category_id")))
)


def _decision(row: Row) -> DecisionRecord:
    mode = AssignmentMode(row["mode"]) if row["mode"] else None
    return DecisionRecord(**{**row, "cause": AssignmentCause(row["cause"]), "mode": mode})


class AssignmentRepository(Repository):
    """The caller holds the lock of the ticket, and the pool's where loads were read for the decision."""

    async def route(self, category_id: UUID | None) -> Route:
        """Return the way of the tickets of a category; of a ticket without one, the settings decide all."""
        row = await self._only(_ROUTE, category_id=category_id)
        mode = row["assignment_mode"]
        return Route(
            AssignmentMode(mode) if mode else None,
            row["team_id"],
            row["routed_user_id"],
            row["routed_team_id"],
            row["may_be_taken"],
            row["settings"] or {},
            row["has_waiting"],
        )

    async def add(self, decision: DecisionRecord) -> None:
        """Keep a decision."""
        self._insert_soon(assignment_decisions, _row(decision))

    async def find(self, decision_id: UUID) -> DecisionRecord | None:
        """Return a decision."""
        row = await self._one(select(assignment_decisions).where(_d.id == decision_id))
        return _decision(row) if row else None

    async def page(self, ticket_id: UUID, request: PageRequest) -> Page[DecisionRecord]:
        """Return a page of the decisions about a ticket, oldest first."""
        of_ticket = select(assignment_decisions).where(_d.ticket_id == ticket_id)
        rows = await self._all(one_page(of_ticket, _d.decided_at, _d.id, request))
        return collect(rows, request, _decision, at="decided_at")

    async def has_waiting(self) -> bool:
        """Tell whether there is a ticket that nobody was eligible for."""
        return bool(await self._scalar(_HAS_WAITING))

    async def lock_waiting(self, passed_over: Collection[UUID]) -> list[TicketRecord]:
        """Return the oldest tickets for which nobody was eligible, locked, without those others have in hand.

        ``passed_over`` are categories to leave out, ``NO_CATEGORY`` among them for tickets that have none.
        """
        return [record_of(row) for row in await self._all(_LOCK_WAITING, left=list(passed_over))]


def _row(decision: DecisionRecord) -> dict[str, Any]:
    return {each.name: getattr(decision, each.name) for each in fields(decision)}
