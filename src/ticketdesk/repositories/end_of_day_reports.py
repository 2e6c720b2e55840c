"""What was unchecked when business days ended."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import CTE, ColumnElement, Text, case, cast, func, select

from ticketdesk.domain.reports import Grouping, Period
from ticketdesk.domain.ticket_statuses import Status
from ticketdesk.models.catalogue import categories
from ticketdesk.models.checks import end_of_day_breaches
from ticketdesk.models.tickets import tickets
from ticketdesk.models.users import teams, users
from ticketdesk.repositories.report_summaries import Groups, Question, by_calendar, by_reference, in_hours
from ticketdesk.repositories.report_tickets import narrowed
from ticketdesk.schemas.reports import EndOfDayQuery

_b, _t = end_of_day_breaches.c, tickets.c


def question(query: EndOfDayQuery, period: Period) -> Question:
    """Return what is to be asked."""
    wait = (_b.recorded_at - _b.completed_at).label("wait")
    facts = (
        select(_b.ticket_id, _b.day, _b.checker_id, _b.checker_team_id, wait, _t.category_id, _t.status)
        .join(tickets, _t.id == _b.ticket_id)
        .where(_b.day.between(period.first, period.last), *narrowed(query, (_b.checker_id, _b.worked_by_id)))
        .cte("facts")
    )
    return Question(facts, _groups(facts, query.group_by), _figures)


def _groups(facts: CTE, by: Grouping) -> Groups:
    if by is Grouping.CHECKER:
        return _by_checker(facts)
    if by is Grouping.CATEGORY:
        return by_reference(facts, "category_id", categories, "No category")
    return by_calendar(facts, "day", "YYYY-MM" if by is Grouping.MONTH else "YYYY-MM-DD")


def _by_checker(facts: CTE) -> Groups:
    """Group by who had to check: a person, or a team of which anybody could."""
    held = facts.outerjoin(users, users.c.id == facts.c.checker_id)
    held = held.outerjoin(teams, teams.c.id == facts.c.checker_team_id)
    key = cast(func.coalesce(users.c.id, teams.c.id), Text)
    return Groups(held, key, func.coalesce(users.c.name, teams.c.name, "Nobody"))


def _figures(fact: Any) -> Mapping[str, ColumnElement[Any]]:
    unclosed = case((fact.status != Status.CLOSED, fact.ticket_id))
    return {
        "breach_count": func.count(),
        "ticket_count": func.count(func.distinct(fact.ticket_id)),
        "unclosed_count": func.count(func.distinct(unclosed)),
        "longest_wait_hours": in_hours(func.max(fact.wait)),
    }
