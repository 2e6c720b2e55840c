"""From two recordings of one kind of request to the plan that the floor replays.

Each request is sent three times, for three different cases; the first only fills caches. What two recordings have in
common stays as it is. An argument equal to something the case knows is taken from the case of the request at hand; a
time that differs is made anew for each request, and so is an id that was made while it was recorded. Anything else that
differs (hashes, stored answers, whom a ticket fell to) replays as recorded: the database treats one value like the
other.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from benchmarks.plans import Case, Fresh, Given, Moment, Statement, plain_value
from benchmarks.recording import Heard

# No request is recorded for longer. The data set's own ids look as if they were made at any other time.
_LONGEST_MS = 600_000
TRANSACTION = ("BEGIN", "COMMIT", "ROLLBACK")


class Unrepeatable(Exception):
    """Two requests of one kind ran different statements, so that neither stands for all."""


def plan_statements(heard: Sequence[Heard], cases: Sequence[Case], *, is_read: bool) -> tuple[Statement, ...]:
    """Return the statements of two recorded requests with places for what varies.

    A bare program reads without a transaction around it, so those of a read are left out. Raises ``Unrepeatable``.
    """
    first, second = (_rows(one) for one in heard)
    if [sql for sql, *_ in first] != [sql for sql, *_ in second]:
        raise Unrepeatable("\n".join(f"{a[0]!r}\n{b[0]!r}" for a, b in zip(first, second, strict=False) if a != b))
    made: dict[UUID, Fresh] = {}
    planned = []
    for (sql, rows, is_bulk), (_, others, _) in zip(first, second, strict=True):
        if is_read and sql.startswith(TRANSACTION):
            continue
        varied = [
            tuple(_place(pair, cases, (heard[0].began, heard[1].began), made) for pair in zip(row, other, strict=True))
            for row, other in zip(rows, others, strict=True)
        ]
        planned.append(Statement(sql, tuple(varied), is_bulk))
    return tuple(planned)


def _rows(heard: Heard) -> list[tuple[str, list[Sequence[Any]], bool]]:
    """Return each statement with its rows of arguments; the driver logs a bulk statement's as a list."""
    return [
        (sql, [tuple(row) for row in arguments] if isinstance(arguments, list) else [arguments], _is_bulk(arguments))
        for sql, arguments in heard.statements
    ]


def _is_bulk(arguments: Any) -> bool:
    return isinstance(arguments, list)


def _place(
    pair: tuple[Any, Any], cases: Sequence[Case], began: tuple[datetime, datetime], made: dict[UUID, Fresh]
) -> Any:
    here, there = (plain_value(value) for value in pair)
    if isinstance(here, list) and isinstance(there, list) and len(here) == len(there):
        return [_place(items, cases, began, made) for items in zip(here, there, strict=True)]
    for name, value in cases[0].items():
        if _is_same(here, value) and _is_same(there, cases[1][name]):
            return Given(name)
    if here != there and isinstance(here, UUID) and _is_made_since(began[0], here):
        return made.setdefault(here, Fresh(len(made)))
    if here != there and isinstance(here, datetime):
        return Moment(here - began[0])
    return here


def _is_made_since(began: datetime, made: UUID) -> bool:
    """Tell whether an id of version 7 is that young: it begins with its milliseconds (RFC 9562 section 5.7)."""
    age = (made.int >> 80) - int(began.timestamp() * 1000)
    return 0 <= age < _LONGEST_MS


def _is_same(one: Any, other: Any) -> bool:
    """Tell whether the values are equal and of one type, since a UUID would not do for its spelling."""
    return type(one) is type(other) and bool(one == other)
