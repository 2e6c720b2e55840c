"""Rework: the ledger's entries by when they were made, beside the tickets that were completed in the same days."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import CTE, ColumnElement, Text, Uuid, cast, column, func, literal, null, or_, select, union_all, values

from ticketdesk.domain.checks import ReworkCause
from ticketdesk.domain.reports import Grouping, Period
from ticketdesk.domain.ticket_statuses import Resolution
from ticketdesk.models.catalogue import categories
from ticketdesk.models.checks import rework_entries
from ticketdesk.models.tickets import tickets
from ticketdesk.models.users import users
from ticketdesk.repositories.report_summaries import Groups, Question, by_calendar, by_reference, percent
from ticketdesk.repositories.report_tickets import narrowed, within
from ticketdesk.schemas.reports import ReworkQuery

_e, _t = rework_entries.c, tickets.c
_CAUSES = {
    ReworkCause.RETURNED: "Returned by the checker",
    ReworkCause.REOPENED: "Reopened by staff",
    ReworkCause.COMMENTED: "Come back to by the client",
}


def question(query: ReworkQuery, period: Period) -> Question:
    """Return what is to be asked."""
    entries = (
        select(_e.ticket_id, _e.created_at.label("at"), _e.worker_id, _e.checker_id, _t.category_id, _e.cause)
        .add_columns(_e.ticket_id.label("reworked_id"), literal(1).label("reworked"), literal(0).label("completed"))
        .join(tickets, _t.id == _e.ticket_id)
        .where(within(_e.created_at, period), *narrowed(query, (_e.worker_id, _e.checker_id)))
    )
    completed = (
        select(_t.id, _t.closed_at, _t.worked_by_id, _t.verified_by_id, _t.category_id, cast(null(), Text))
        .add_columns(cast(null(), Uuid), literal(0), literal(1))
        .where(_t.resolution == Resolution.COMPLETED, within(_t.closed_at, period))
        .where(*narrowed(query, (_t.worked_by_id, _t.verified_by_id)))
    )
    facts = union_all(entries, completed).cte("facts")
    return Question(facts, _groups(facts, query.group_by, period), _figures)


def _groups(facts: CTE, by: Grouping, period: Period) -> Groups:
    if by is Grouping.CAUSE:
        return _by_cause(facts)
    if by is Grouping.MONTH:
        return by_calendar(facts, "at", "YYYY-MM", period.zone)
    if by is Grouping.CATEGORY:
        return by_reference(facts, "category_id", categories, "No category")
    return by_reference(facts, "checker_id" if by is Grouping.CHECKER else "worker_id", users, "Nobody of the desk")


def _by_cause(facts: CTE) -> Groups:
    """Group by cause; what was completed has none and stands beside each."""
    named = values(column("cause", Text), column("label", Text), name="causes").data(list(_CAUSES.items()))
    joined = facts.join(named, or_(facts.c.cause == named.c.cause, facts.c.cause.is_(None)))
    return Groups(joined, named.c.cause, named.c.label)


def _figures(fact: Any) -> Mapping[str, ColumnElement[Any]]:
    reworked, completed = func.sum(fact.reworked), func.sum(fact.completed)
    return {
        "rework_count": func.coalesce(reworked, 0),
        "ticket_count": func.count(func.distinct(fact.reworked_id)),
        "completed_count": func.coalesce(completed, 0),
        "rework_percent": percent(reworked, completed),
    }
