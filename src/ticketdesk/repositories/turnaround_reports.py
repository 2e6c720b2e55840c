"""Turnaround: how long the tickets took that were closed in the period, and on which side."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import CTE, ColumnElement, Float, Numeric, cast, extract, func, select

from ticketdesk.domain.reports import Grouping, Period
from ticketdesk.models.catalogue import categories
from ticketdesk.models.contacts import accounts
from ticketdesk.models.tickets import tickets
from ticketdesk.models.users import team_members, teams, users
from ticketdesk.repositories.report_summaries import Groups, Question, by_calendar, by_link, by_reference
from ticketdesk.repositories.report_tickets import narrowed, within
from ticketdesk.repositories.turns import turns_of
from ticketdesk.schemas.reports import TurnaroundQuery

_t = tickets.c
_SECONDS_IN_AN_HOUR = 3600
_MEASURED = ("created_to_completed", "completed_to_closed", "created_to_closed", "first_response", "staff", "client")
_SHARES = {"median": 0.5, "p90": 0.9}


def question(query: TurnaroundQuery, period: Period) -> Question:
    """Return what is to be asked."""
    closed = (
        select(_t.id, _t.kind, _t.closed_at, _t.assignee_id, _t.worked_by_id, _t.category_id, _t.account_id)
        .add_columns(
            _hours(_t.completed_at - _t.created_at).label("created_to_completed"),
            _hours(_t.closed_at - _t.completed_at).label("completed_to_closed"),
            _hours(_t.closed_at - _t.created_at).label("created_to_closed"),
            _hours(_t.first_response_at - _t.created_at).label("first_response"),
        )
        .where(_t.closed_at.is_not(None), within(_t.closed_at, period))
        .where(*narrowed(query, (_t.assignee_id, _t.worked_by_id)))
        .cte("closed")
    )
    turns = turns_of(closed)
    sides = (_hours(turns.c.staff).label("staff"), _hours(turns.c.client).label("client"), turns.c.round_trips)
    facts = select(closed, *sides).outerjoin(turns, turns.c.ticket_id == closed.c.id).cte("facts")
    return Question(facts, _groups(facts, query.group_by, period), _figures)


def _groups(facts: CTE, by: Grouping, period: Period) -> Groups:
    if by is Grouping.TEAM:
        return by_link(facts, "assignee_id", team_members, ("user_id", "team_id"), teams, "No team")
    if by is Grouping.ACCOUNT:
        return by_reference(facts, "account_id", accounts, "No account")
    if by is Grouping.MONTH:
        return by_calendar(facts, "closed_at", "YYYY-MM", period.zone)
    if by is Grouping.CATEGORY:
        return by_reference(facts, "category_id", categories, "No category")
    return by_reference(facts, "worked_by_id" if by is Grouping.WORKER else "assignee_id", users, "Nobody of the desk")


def _figures(fact: Any) -> Mapping[str, ColumnElement[Any]]:
    figures: dict[str, ColumnElement[Any]] = {"ticket_count": func.count()}
    for name in _MEASURED:
        for share_name, share in _SHARES.items():
            found = func.percentile_cont(share).within_group(fact[name])
            figures[f"{name}_{share_name}_hours"] = func.round(cast(found, Numeric), 2)
    figures["round_trips_average"] = func.round(func.avg(fact.round_trips), 1)
    return figures


def _hours(duration: ColumnElement[Any]) -> ColumnElement[Any]:
    return cast(extract("epoch", duration), Float) / _SECONDS_IN_AN_HOUR
