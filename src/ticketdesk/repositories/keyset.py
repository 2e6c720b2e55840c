"""Keyset pagination for any statement that can be sorted by a time and an id."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, Text, Uuid, cast, func, literal_column, tuple_

from ticketdesk.domain.paging import Page, PageRequest, Position
from ticketdesk.repositories.statements import Row

Item = TypeVar("Item")


def one_page(
    statement: Select[Any], at: ColumnElement[Any], row_id: ColumnElement[Any], request: PageRequest
) -> Select[Any]:
    """Return ``statement`` sorted by ``(at, row_id)``, after the request's position, with one row more than asked."""
    return up_to(request.limit + 1, in_order(statement.where(*beyond(at, row_id, request)), at, row_id, request))


def in_order(
    statement: Select[Any], at: ColumnElement[Any], row_id: ColumnElement[Any], request: PageRequest
) -> Select[Any]:
    """Return ``statement`` sorted by ``(at, row_id)``."""
    return statement.order_by(*((at.desc(), row_id.desc()) if request.is_descending else (at, row_id)))


def up_to(most: int, statement: Select[Any]) -> Select[Any]:
    """Return ``statement`` for no more than ``most`` rows.

    The number stands in the statement's text. Were it a parameter, a plan for any value would expect a tenth of all
    rows, seem dear and not be kept: PostgreSQL would plan every request anew, which takes most of the request's time.
    """
    return statement.limit(literal_column(str(most), Integer))


def beyond(at: ColumnElement[Any], row_id: ColumnElement[Any], request: PageRequest) -> list[ColumnElement[bool]]:
    """Return the condition that a row comes after the request's position; none without a position."""
    if request.after is None:
        return []
    here, there = tuple_(at, row_id), tuple_(request.after.at, request.after.id)
    return [here < there if request.is_descending else here > there]


def collect(
    rows: Sequence[Row], request: PageRequest, build: Callable[[Row], Item], at: str = "created_at"
) -> Page[Item]:
    """Build the page's items; the extra row that ``one_page`` asked for only tells that there is a next page."""
    shown = rows[: request.limit]
    has_more = len(rows) > request.limit
    last = shown[-1] if shown and has_more else None
    return Page([build(row) for row in shown], Position(last[at], last["id"]) if last else None)


def id_of_version(version: ColumnElement[int], kind: int = 0) -> ColumnElement[UUID]:
    """Return an id that grows with ``version``, for rows that have none: its digits as those of a UUID.

    ``kind`` (0 to 9) is the first digit: it tells rows of several tables apart, and orders them at the same time.
    """
    digits = func.lpad(cast(version, Text), 31, literal_column("'0'"))
    return cast(literal_column(f"'{kind}'", Text).concat(digits), Uuid)
