"""What the floor runs for one kind of request: the product's own statements, with places for what varies.

A plan is pickled from the process that recorded it to the process that replays it, so it holds plain values only.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, TypeAlias
from uuid import UUID

from uuid_utils.compat import uuid7

Case: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Given:
    """A value that the request names, or that the data set holds for what it names: ``ticket_id``, ``address``."""

    name: str


@dataclass(frozen=True, slots=True)
class Fresh:
    """The id that a request makes as its ``number``-th: a new UUIDv7, the same wherever this request uses it."""

    number: int


@dataclass(frozen=True, slots=True)
class Moment:
    """The time of the request and so much more or less, as a lease or a cut-off has it."""

    offset: timedelta


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement as the driver got it. ``rows`` holds one row of arguments, or many for a bulk statement."""

    sql: str
    rows: tuple[tuple[Any, ...], ...]
    is_bulk: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """The statements of one request in order, and the answer of the product to it.

    ``subject`` names the value of the request under which ``cases`` holds what else is known of it.
    """

    work: str
    method: str
    route: str
    status: int
    media_type: str
    body: bytes
    statements: tuple[Statement, ...]
    subject: str
    cases: Mapping[str, Case] = field(repr=False)

    def bind(self, given: Case, now: datetime) -> Iterator[tuple[Statement, Sequence[Sequence[Any]]]]:
        """Give each statement with its arguments for one request."""
        case = {**given, **self.cases.get(str(given.get(self.subject)), {})}
        fresh: dict[int, Any] = {}
        for statement in self.statements:
            yield statement, [[_bound(value, case, fresh, now) for value in row] for row in statement.rows]


def _bound(value: Any, case: Case, fresh: dict[int, Any], now: datetime) -> Any:
    if isinstance(value, Given):
        return case[value.name]
    if isinstance(value, Fresh):
        return fresh.setdefault(value.number, uuid7())
    if isinstance(value, list):
        return [_bound(item, case, fresh, now) for item in value]
    return now + value.offset if isinstance(value, Moment) else value


def plain_value(value: Any) -> Any:
    """Return ``value`` without classes of the product and of the driver, which the floor does not load."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, UUID):
        return UUID(str(value))
    return [plain_value(item) for item in value] if isinstance(value, list | tuple) else value
