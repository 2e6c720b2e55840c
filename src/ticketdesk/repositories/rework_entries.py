"""The rework ledger, as it is read."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, literal, select

from ticketdesk.domain.actors import Actor
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.models.checks import rework_entries
from ticketdesk.models.tickets import tickets
from ticketdesk.repositories import ticket_columns as columns
from ticketdesk.repositories.base import Repository
from ticketdesk.repositories.keyset import collect, one_page
from ticketdesk.repositories.statements import Row
from ticketdesk.repositories.visibility import visible_to
from ticketdesk.schemas.rework_entries import ReworkEntry, ReworkEntryQuery

_e = rework_entries.c
_t = tickets.c
_VIEW: Select[Any] = select(
    _e.id,
    columns.json_object(id=_t.id, number=_t.number, title=_t.title).label("ticket"),
    _e.cause,
    columns.user(_e.worker_id).label("worker"),
    columns.user(_e.checker_id).label("checker"),
    columns.user(_e.assignee_id).label("assignee"),
    _e.reason,
    _e.created_at,
).join(tickets, _t.id == _e.ticket_id)


class ReworkEntryRepository(Repository):
    """Entries are written by the steps that make work come back, and never changed."""

    async def page(
        self, actor: Actor, query: ReworkEntryQuery, start: datetime | None, end: datetime | None, request: PageRequest
    ) -> Page[ReworkEntry]:
        """Return a page of the entries about tickets that ``actor`` may see, made from ``start`` until ``end``."""
        statement = _VIEW.where(visible_to(actor), *_matching(query, start, end))
        return collect(await self._all(one_page(statement, _e.created_at, _e.id, request)), request, _entry)


def _matching(query: ReworkEntryQuery, start: datetime | None, end: datetime | None) -> list[ColumnElement[bool]]:
    given = [
        (start, _e.created_at >= literal(start, _e.created_at.type)),
        (end, _e.created_at < literal(end, _e.created_at.type)),
        (query.ticket_id, _e.ticket_id.in_(query.ticket_id)),
        (query.worker_id, _e.worker_id.in_(query.worker_id)),
        (query.checker_id, _e.checker_id.in_(query.checker_id)),
        (query.assignee_id, _e.assignee_id.in_(query.assignee_id)),
        (query.cause, _e.cause.in_(query.cause)),
    ]
    return [condition for value, condition in given if value]


def _entry(row: Row) -> ReworkEntry:
    return ReworkEntry.model_validate(dict(row))
