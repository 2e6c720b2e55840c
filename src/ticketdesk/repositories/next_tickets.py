"""The oldest ticket that waits for somebody: the first of a few short lists, each in the order of an index."""

from typing import Any

from sqlalchemy import BindParameter, Select, Uuid, bindparam, literal_column, select, union_all

from ticketdesk.domain.next_tickets import kinds_awaiting
from ticketdesk.domain.ticket_workflow import Status
from ticketdesk.models.tickets import tickets
from ticketdesk.repositories.ticket_filters import TO_CHECK, Condition, waits_for_check_of
from ticketdesk.repositories.visibility import Audience, visible_in

_t = tickets.c
# Whose next ticket it is, in the compiled statement.
USER: BindParameter[Any] = bindparam("user_id", type_=Uuid)


def oldest_waiting(audience: Audience) -> Select[Any]:
    """Return the id of the oldest ticket that waits for ``USER``, if there is one."""
    is_there = (visible_in(audience), _t.archived_at.is_(None))
    assigned = [_of_assignee(status) for status in Status if kinds_awaiting(status)]
    to_check = [[_t.status == _literal(status), waits_for_check_of(USER)] for status in TO_CHECK]
    lists = [
        select(_t.id, _t.created_at).where(*is_there, *conditions).order_by(_t.created_at, _t.id).limit(1).subquery()
        for conditions in (*assigned, *to_check)
    ]
    oldest = union_all(*(select(each) for each in lists)).subquery("oldest")
    return select(oldest.c.id).order_by(oldest.c.created_at, oldest.c.id).limit(1)


def _of_assignee(status: Status) -> list[Condition]:
    kinds = [_literal(kind) for kind in kinds_awaiting(status)]
    return [_t.assignee_id == USER, _t.status == _literal(status), _t.kind.in_(kinds)]


def _literal(word: str) -> Any:
    return literal_column(f"'{word}'")
