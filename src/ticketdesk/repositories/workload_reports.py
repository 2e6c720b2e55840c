"""Workload: who has how much open now, and what came in and was closed in the period."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Select,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    not_,
    null,
    or_,
    select,
    union_all,
)

from ticketdesk.domain.permissions import STAFF_ROLES
from ticketdesk.domain.reports import Grouping, Period
from ticketdesk.domain.ticket_statuses import Status
from ticketdesk.models.tickets import tickets
from ticketdesk.models.users import team_members, teams, users
from ticketdesk.repositories.report_summaries import Groups, Question, by_link, by_reference, count_where
from ticketdesk.repositories.report_tickets import Condition, concerning, narrowed, within
from ticketdesk.schemas.reports import WorkloadQuery

_t, _u = tickets.c, users.c
_NOT_OPEN = (Status.SEND_LATER, Status.CLOSED)
_STATUSES = (
    Status.NEW,
    Status.OPEN,
    Status.PENDING_CORRECTION,
    Status.COMMENT_ADDED,
    Status.PENDING_VERIFICATION,
)
# The figure that counts open tickets from one age in days to the next.
_AGES = (
    ("aged_under_1_day_count", 0, 1),
    ("aged_1_to_3_days_count", 1, 3),
    ("aged_3_to_7_days_count", 3, 7),
    ("aged_7_to_30_days_count", 7, 30),
    ("aged_over_30_days_count", 30, None),
)


def question(query: WorkloadQuery, period: Period, now: datetime) -> Question:
    """Return what is to be asked."""
    theirs = narrowed(query, (_t.assignee_id,))
    is_open = and_(_t.status.not_in(_NOT_OPEN), _t.archived_at.is_(None))
    facts = union_all(
        _tickets(literal("open"), is_open, *theirs),
        _tickets(literal("taken_in"), within(_t.created_at, period), _t.status != Status.SEND_LATER, *theirs),
        _tickets(literal("closed"), _t.closed_at.is_not(None), within(_t.closed_at, period), *theirs),
        _people(query, now),
    ).cte("facts")
    return Question(facts, _groups(facts, query.group_by), lambda fact: _figures(fact, now))


def _tickets(what: ColumnElement[str], *conditions: Condition) -> Select[Any]:
    columns = (what.label("what"), _t.assignee_id, _t.status, _t.created_at)
    nobody = (literal(0).label("available"), cast(null(), Integer).label("capacity"))
    return select(*columns, *nobody).where(*conditions)


def _people(query: WorkloadQuery, now: datetime) -> Select[Any]:
    """Return whoever tickets can be given to, with or without any."""
    is_here = or_(not_(_u.is_away), _u.away_until <= now)
    no_ticket = (cast(null(), Text), cast(null(), _t.created_at.type))
    columns = (literal("person"), _u.id, *no_ticket, case((is_here, 1), else_=0), _u.capacity)
    works = and_(_u.is_active, _u.works_tickets, _u.role.in_(STAFF_ROLES))
    return select(*columns).where(works, *concerning(query, (_u.id,)))


def _groups(facts: CTE, by: Grouping) -> Groups:
    if by is Grouping.TEAM:
        return by_link(facts, "assignee_id", team_members, ("user_id", "team_id"), teams, "No team")
    return by_reference(facts, "assignee_id", users, "Nobody yet")


def _figures(fact: Any, now: datetime) -> Mapping[str, ColumnElement[Any]]:
    is_open, is_person = fact.what == "open", fact.what == "person"
    unlimited = count_where(and_(is_person, fact.capacity.is_(None)))
    figures: dict[str, ColumnElement[Any]] = {"ticket_count": count_where(is_open)}
    for status in _STATUSES:
        figures[f"{status}_count"] = count_where(and_(is_open, fact.status == status))
    for name, youngest, oldest in _AGES:
        is_aged = fact.created_at <= now - timedelta(days=youngest) if youngest else literal(True)
        if oldest is not None:
            is_aged = and_(is_aged, fact.created_at > now - timedelta(days=oldest))
        figures[name] = count_where(and_(is_open, is_aged))
    return figures | {
        "taken_in_count": count_where(fact.what == "taken_in"),
        "closed_count": count_where(fact.what == "closed"),
        "staff_count": count_where(is_person),
        "available_count": func.coalesce(func.sum(fact.available), 0),
        "capacity": case((unlimited == 0, func.sum(fact.capacity))),
    }
