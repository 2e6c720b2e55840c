"""The oldest ticket that waits for somebody: the first of a few short lists, each in the order of an index."""

from typing import Any

from sqlalchemy import BindParameter, Select, Uuid, and_, bindparam, literal_column, select, true, union_all

from ticketdesk.domain.next_tickets import kinds_awaiting
from ticketdesk.domain.ticket_workflow import Status
from ticketdesk.models.tickets import tickets
from ticketdesk.models.users import team_members
from ticketdesk.repositories.ticket_filters import TO_CHECK, Condition, waits_for_check_by
from ticketdesk.repositories.visibility import Audience, visible_in

_t = tickets.c
# Whose next ticket it is, in the compiled statement.
USER: BindParameter[Any] = bindparam("user_id", type_=Uuid)


def oldest_waiting(audience: Audience) -> Select[Any]:
    """Return the id of the oldest ticket that waits for ``USER``, if there is one."""
    is_there = and_(visible_in(audience), _t.archived_at.is_(None))
    assigned = [_of_assignee(status) for status in Status if kinds_awaiting(status)]
    to_check = [_t.status == _literal(status) for status in TO_CHECK]
    theirs = [and_(in_status, waits_for_check_by(_t.checker_id == USER)) for in_status in to_check]
    lists = [select(each) for each in (_first(and_(is_there, one)).subquery() for one in (*assigned, *theirs))]
    lists += [_of_teams(and_(is_there, in_status)) for in_status in to_check]
    oldest = union_all(*lists).subquery("oldest")
    return select(oldest.c.id).order_by(oldest.c.created_at, oldest.c.id).limit(1)


def _first(condition: Condition) -> Select[Any]:
    return select(_t.id, _t.created_at).where(condition).order_by(_t.created_at, _t.id).limit(1)


def _of_teams(condition: Condition) -> Select[Any]:
    """Return the first ticket that each team of ``USER`` is to check."""
    is_theirs = waits_for_check_by(_t.checker_team_id == team_members.c.team_id)
    first = _first(and_(condition, is_theirs)).correlate(team_members).lateral()
    return select(first).select_from(team_members.join(first, true())).where(team_members.c.user_id == USER)


def _of_assignee(status: Status) -> Condition:
    kinds = [_literal(kind) for kind in kinds_awaiting(status)]
    return and_(_t.assignee_id == USER, _t.status == _literal(status), _t.kind.in_(kinds))


def _literal(word: str) -> Any:
    return literal_column(f"'{word}'")
