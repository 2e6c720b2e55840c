"""Which tickets a report is about."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from ticketdesk.domain.reports import Period
from ticketdesk.models.tickets import ticket_violation_categories, tickets
from ticketdesk.models.users import team_members
from ticketdesk.repositories.visibility import Audience, visible_in
from ticketdesk.schemas.reports import KindReportQuery, ReportQuery

Condition = ColumnElement[bool]
_t = tickets.c


def within(moment: ColumnElement[datetime], period: Period) -> Condition:
    """Return the condition that a moment lies in the period."""
    return (moment >= period.start) & (moment < period.end)


def narrowed(query: ReportQuery, people: Sequence[ColumnElement[Any]]) -> list[Condition]:
    """Return the conditions of ``query`` on ``tickets``; ``people`` are those whom ``user_id`` and teams are about."""
    conditions = [visible_in(Audience.DESK)]
    for column, wanted in ((_t.category_id, query.category_id), (_t.account_id, query.account_id)):
        conditions += [column.in_(wanted)] if wanted else []
    if query.contact_id:
        conditions.append(_t.contact_id.in_(query.contact_id))
    if query.violation_category_id:
        link = ticket_violation_categories.c
        theirs = select(link.ticket_id).where(link.violation_category_id.in_(query.violation_category_id))
        conditions.append(_t.id.in_(theirs))
    if isinstance(query, KindReportQuery) and query.kind:
        conditions.append(_t.kind.in_(query.kind))
    return conditions + concerning(query, people)


def concerning(query: ReportQuery, people: Sequence[ColumnElement[Any]]) -> list[Condition]:
    """Return the conditions that one of ``people`` is a user, or in a team, that ``query`` names."""
    conditions: list[Condition] = []
    if query.user_id:
        conditions.append(or_(*(person.in_(query.user_id) for person in people)))
    if query.team_id:
        members = select(team_members.c.user_id).where(team_members.c.team_id.in_(query.team_id))
        conditions.append(or_(*(person.in_(members) for person in people)))
    return conditions
