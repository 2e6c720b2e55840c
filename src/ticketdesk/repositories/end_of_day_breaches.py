"""What was unchecked when business days ended, as it is read."""

from typing import Any

from sqlalchemy import ColumnElement, Date, Select, literal, select

from ticketdesk.domain.actors import Actor
from ticketdesk.domain.ledgers import LedgerDays
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.models.checks import end_of_day_breaches
from ticketdesk.models.tickets import tickets
from ticketdesk.models.users import teams
from ticketdesk.repositories import ticket_columns as columns
from ticketdesk.repositories.base import Repository
from ticketdesk.repositories.keyset import collect, one_page
from ticketdesk.repositories.statements import Row
from ticketdesk.repositories.visibility import visible_to
from ticketdesk.schemas.end_of_day_breaches import EndOfDayBreach, EndOfDayBreachQuery

_b = end_of_day_breaches.c
_t = tickets.c
_VIEW: Select[Any] = select(
    _b.id,
    _b.day.label("ended_on"),
    columns.json_object(id=_t.id, number=_t.number, title=_t.title).label("ticket"),
    _b.status,
    _b.completed_at,
    columns.user(_b.worked_by_id).label("worked_by"),
    columns.user(_b.checker_id).label("checker"),
    columns.named(teams, _b.checker_team_id).label("checker_team"),
    _b.recorded_at,
).join(tickets, _t.id == _b.ticket_id)


class EndOfDayBreachRepository(Repository):
    """Entries are written by the guard, and never changed."""

    async def page(
        self, actor: Actor, query: EndOfDayBreachQuery, days: LedgerDays, request: PageRequest
    ) -> Page[EndOfDayBreach]:
        """Return a page of the entries of ``days`` about tickets that ``actor`` may see."""
        statement = _VIEW.where(visible_to(actor), *_matching(query, days))
        rows = await self._all(one_page(statement, _b.recorded_at, _b.id, request))
        return collect(rows, request, _entry, "recorded_at")


def _matching(query: EndOfDayBreachQuery, days: LedgerDays) -> list[ColumnElement[bool]]:
    given = [
        (days.first, _b.day >= literal(days.first, Date)),
        (days.last, _b.day <= literal(days.last, Date)),
        (query.ticket_id, _b.ticket_id.in_(query.ticket_id)),
        (query.worked_by_id, _b.worked_by_id.in_(query.worked_by_id)),
        (query.checker_id, _b.checker_id.in_(query.checker_id)),
        (query.checker_team_id, _b.checker_team_id.in_(query.checker_team_id)),
    ]
    return [condition for value, condition in given if value]


def _entry(row: Row) -> EndOfDayBreach:
    return EndOfDayBreach.model_validate(dict(row))
