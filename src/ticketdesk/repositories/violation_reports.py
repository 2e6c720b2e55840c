"""Violations: corrective tickets by when they were created."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select

from ticketdesk.domain.reports import Period
from ticketdesk.domain.ticket_statuses import Resolution, Status, TicketKind
from ticketdesk.models.tickets import tickets
from ticketdesk.repositories.client_groups import client_groups
from ticketdesk.repositories.report_summaries import Question, count_where
from ticketdesk.repositories.report_tickets import narrowed, within
from ticketdesk.schemas.reports import ViolationsQuery

_t = tickets.c


def question(query: ViolationsQuery, period: Period) -> Question:
    """Return what is to be asked."""
    people = (_t.assignee_id, _t.created_by_id)
    of_kind = _t.kind == TicketKind.CORRECTIVE
    columns = (_t.id.label("ticket_id"), _t.created_at.label("at"), _t.contact_id, _t.account_id)
    facts = (
        select(*columns, _t.status, _t.resolution, _t.rework_count)
        .where(of_kind, within(_t.created_at, period), *narrowed(query, people))
        .cte("facts")
    )
    return Question(facts, client_groups(facts, query.group_by, period), _figures)


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
