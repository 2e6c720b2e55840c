"""Reminders: how many were sent in the period, and after how many the tickets were completed that were closed in it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Integer, Uuid, and_, cast, func, null, select, union_all

from ticketdesk.domain.messages import MessageState, Purpose
from ticketdesk.domain.reports import Period
from ticketdesk.domain.ticket_statuses import Resolution, TicketKind
from ticketdesk.models.messages import message_tickets, messages
from ticketdesk.models.tickets import tickets
from ticketdesk.repositories.client_groups import client_groups
from ticketdesk.repositories.report_summaries import Question, count_where
from ticketdesk.repositories.report_tickets import narrowed, within
from ticketdesk.schemas.reports import RemindersQuery

_t, _m, _l = tickets.c, messages.c, message_tickets.c
_IS_REMINDER = and_(_m.purpose == Purpose.REMINDER, _m.state == MessageState.SENT, _l.is_included)
_MANY = 3


def question(query: RemindersQuery, period: Period) -> Question:
    """Return what is to be asked."""
    theirs = narrowed(query, (_t.assignee_id, _t.created_by_id))
    sent = (
        select(_t.id.label("ticket_id"), _m.created_at.label("at"), _t.contact_id, _t.account_id)
        .add_columns(_m.id.label("message_id"), cast(null(), Integer).label("needed"))
        .select_from(messages.join(message_tickets, _l.message_id == _m.id).join(tickets, _t.id == _l.ticket_id))
        .where(_IS_REMINDER, within(_m.created_at, period), *theirs)
    )
    needed = (
        select(func.count())
        .select_from(message_tickets.join(messages, _m.id == _l.message_id))
        .where(_l.ticket_id == _t.id, _IS_REMINDER, _m.created_at < _t.completed_at)
        .scalar_subquery()
    )
    completed = (
        select(_t.id, _t.closed_at, _t.contact_id, _t.account_id, cast(null(), Uuid), cast(needed, Integer))
        .where(_t.kind == TicketKind.CORRECTIVE, _t.resolution == Resolution.COMPLETED, _t.completed_at.is_not(None))
        .where(_t.closed_at.is_not(None), within(_t.closed_at, period), *theirs)
    )
    facts = union_all(sent, completed).cte("facts")
    return Question(facts, client_groups(facts, query.group_by, period), _figures)


def _figures(fact: Any) -> Mapping[str, ColumnElement[Any]]:
    is_reminder = fact.message_id.is_not(None)
    figures: dict[str, ColumnElement[Any]] = {
        "reminder_count": count_where(is_reminder),
        "message_count": func.count(func.distinct(fact.message_id)),
        "completed_count": count_where(~is_reminder),
    }
    for number in range(_MANY):
        figures[f"completed_after_{number}_count"] = count_where(fact.needed == number)
    return figures | {"completed_after_more_count": count_where(fact.needed >= _MANY)}
