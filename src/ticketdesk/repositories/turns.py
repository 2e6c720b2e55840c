"""Whose turn it was on many tickets at once: the rules of ``domain/turnarounds.py``, asked of the record in SQL."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import CTE, ColumnElement, Interval, and_, case, cast, func, literal, null, or_, select

from ticketdesk.domain.activities import ActivityKind
from ticketdesk.domain.ticket_statuses import Status, TicketKind
from ticketdesk.domain.turnarounds import ASKING, DECISIVE, Turn, rules_of
from ticketdesk.models.tickets import activities

_a = activities.c
_UP_TO_HERE, _BEFORE = (None, 0), (None, -1)


def turns_of(closed: CTE) -> CTE:
    """Return ``staff``, ``client`` (intervals) and ``round_trips`` by ``ticket_id`` of tickets that are closed.

    ``closed`` has their ``id`` and ``kind``.
    """
    entries = _entries(closed)
    e = entries.c
    ends = func.lead(e.occurred_at).over(partition_by=e.ticket_id, order_by=e.seq)
    is_answer = and_(e.is_answer, _last(e, e.is_question, _BEFORE) > func.coalesce(_last(e, e.is_answer, _BEFORE), 0))
    steps = select(e.ticket_id, _turn(e).label("turn"), (ends - e.occurred_at).label("lasted"))
    s = steps.add_columns(case((is_answer, 1)).label("answers")).subquery("steps")
    sides = [_sum_of(s, turn).label(turn) for turn in (Turn.STAFF, Turn.CLIENT)]
    trips = func.count(s.c.answers).label("round_trips")
    return select(s.c.ticket_id, *sides, trips).group_by(s.c.ticket_id).cte("turns")


def _entries(closed: CTE) -> CTE:
    """Return the entries that decide, with what each is by the rules of its ticket's kind."""
    is_inside = closed.c.kind == TicketKind.SUPPORT
    inside, outside = rules_of(TicketKind.SUPPORT), rules_of(TicketKind.CORRECTIVE)

    def is_of(by_inside: Iterable[ActivityKind], by_outside: Iterable[ActivityKind]) -> ColumnElement[bool]:
        return case((is_inside, _a.kind.in_(by_inside)), else_=_a.kind.in_(by_outside))

    is_held = and_(_a.kind == ActivityKind.CREATED, func.coalesce(_a.facts["to"].astext, "") == Status.SEND_LATER)
    works = case((is_inside, literal(inside.works.value)), else_=outside.works.value)
    return (
        select(_a.ticket_id, _a.seq, _a.occurred_at, _a.kind, works.label("works"))
        .add_columns(
            is_of(inside.questions, outside.questions).label("is_question"),
            is_of(inside.answers, outside.answers).label("is_answer"),
            is_of(inside.voiding, outside.voiding).label("is_voiding"),
        )
        .join(closed, closed.c.id == _a.ticket_id)
        .where(_a.kind.in_(DECISIVE), ~is_held)
        .cte("entries")
    )


def _turn(e: Any) -> ColumnElement[str | None]:
    """Return whose turn it is after an entry."""
    is_reply, is_close = e.kind == ActivityKind.REPLIED, e.kind == ActivityKind.CLOSED
    is_other = and_(~is_reply, ~is_close)
    stays_closed = and_(is_reply, _last(e, is_close) > func.coalesce(_last(e, is_other), 0))
    stays_completed = _last(e, e.kind == ActivityKind.COMPLETED) > func.coalesce(_last(e, e.is_voiding), 0)
    return case(
        (or_(is_close, stays_closed), null()),
        (e.kind.in_(ASKING), e.works),
        (e.kind == ActivityKind.COMMENTED, Turn.STAFF.value),
        (stays_completed, Turn.CHECK.value),
        else_=Turn.CLIENT.value,
    )


def _last(e: Any, condition: ColumnElement[bool], rows: tuple[int | None, int] = _UP_TO_HERE) -> ColumnElement[int]:
    """Return the number of a ticket's last entry that meets a condition, null where none does."""
    return func.max(case((condition, e.seq))).over(partition_by=e.ticket_id, order_by=e.seq, rows=rows)


def _sum_of(steps: Any, turn: Turn) -> ColumnElement[Any]:
    lasted = func.sum(case((steps.c.turn == turn, steps.c.lasted)))
    return func.coalesce(lasted, cast(literal("0"), Interval))
