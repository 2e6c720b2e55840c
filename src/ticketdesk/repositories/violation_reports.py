"""Violations: corrective tickets by when they were created."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select

from ticketdesk.domain.reports import Grouping, Period
from ticketdesk.domain.ticket_statuses import Resolution, Status, TicketKind
from ticketdesk.models.contacts import accounts, contacts
from ticketdesk.models.monitored_items import violation_categories
from ticketdesk.models.tickets import ticket_violation_categories, tickets
from ticketdesk.repositories.report_summaries import (
    Groups,
    Question,
    by_calendar,
    by_link,
    by_reference,
    count_where,
)
from ticketdesk.repositories.report_tickets import narrowed, within
from ticketdesk.schemas.reports import ViolationsQuery

_t = tickets.c
_CATEGORY_ENDS = ("ticket_id", "violation_category_id")
NO_CATEGORY = "No category"


def question(query: ViolationsQuery, period: Period) -> Question:
    """Return what is to be asked."""
    people = (_t.assignee_id, _t.created_by_id)
    of_kind = _t.kind == TicketKind.CORRECTIVE
    columns = (_t.id.label("ticket_id"), _t.created_at, _t.contact_id, _t.account_id)
    facts = (
        select(*columns, _t.status, _t.resolution, _t.rework_count)
        .where(of_kind, within(_t.created_at, period), *narrowed(query, people))
        .cte("facts")
    )
    return Question(facts, _groups(facts, query.group_by, period), _figures)


def _groups(facts: Any, by: Grouping, period: Period) -> Groups:
    if by is Grouping.PERSON:
        return by_reference(facts, "contact_id", contacts, "Nobody")
    if by is Grouping.ACCOUNT:
        return by_reference(facts, "account_id", accounts, "No account")
    if by is Grouping.MONTH:
        return by_calendar(facts, "created_at", "YYYY-MM", period.zone)
    link = ticket_violation_categories
    return by_link(facts, "ticket_id", link, _CATEGORY_ENDS, violation_categories, NO_CATEGORY)


def _figures(fact: Any) -> Mapping[str, ColumnElement[Any]]:
    is_closed = fact.status == Status.CLOSED
    is_held = fact.status == Status.SEND_LATER
    return {
        "ticket_count": func.count(),
        "held_count": count_where(is_held),
        "open_count": count_where(and_(~is_closed, ~is_held)),
        "completed_count": count_where(fact.resolution == Resolution.COMPLETED),
        "withdrawn_count": count_where(fact.resolution == Resolution.WITHDRAWN),
        "rework_count": func.coalesce(func.sum(fact.rework_count), 0),
    }
