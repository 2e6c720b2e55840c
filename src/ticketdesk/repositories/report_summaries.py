"""How every report is counted: facts, one row each, put into groups and summed up in one statement."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Numeric,
    Select,
    Table,
    Text,
    case,
    cast,
    extract,
    func,
    literal,
    null,
    select,
    union_all,
)

from ticketdesk.domain.reports import MAX_GROUPS, Figure, Row
from ticketdesk.repositories import statements

Figures = Callable[[Any], Mapping[str, ColumnElement[Any]]]
_SECONDS_IN_AN_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Groups:
    """``source`` has the facts with their groups: ``key`` and ``name`` are columns of it.

    ``is_calendar`` says that groups are listed by key; else those with the highest first figure come first.
    """

    source: FromClause
    key: ColumnElement[Any]
    name: ColumnElement[Any]
    is_calendar: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What a report asks: ``facts``, their groups, and the figures of the columns that both have."""

    facts: CTE
    groups: Groups
    figures: Figures


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of each group and of all facts; ``is_complete`` unless there are more groups than a report holds."""

    rows: tuple[Row, ...]
    totals: Mapping[str, Figure]
    is_complete: bool


def by_reference(facts: CTE, column: str, table: Table, nothing: str) -> Groups:
    """Group by the row of ``table`` that ``column`` names; ``nothing`` is what people read where it names none."""
    joined = facts.outerjoin(table, table.c.id == facts.c[column])
    return Groups(joined, cast(table.c.id, Text), func.coalesce(table.c.name, nothing))


def by_link(facts: CTE, column: str, link: Table, ends: tuple[str, str], table: Table, nothing: str) -> Groups:
    """Group by the rows of ``table`` that ``link`` joins ``column`` with by its ``ends``: a fact counts in each."""
    near, far = ends
    joined = facts.outerjoin(link, link.c[near] == facts.c[column]).outerjoin(table, table.c.id == link.c[far])
    return Groups(joined, cast(table.c.id, Text), func.coalesce(table.c.name, nothing))


def by_calendar(facts: CTE, column: str, pattern: str, zone: ZoneInfo | None = None) -> Groups:
    """Group by the local date of a moment, or a date, written as ``pattern`` has it (``to_char``)."""
    local = facts.c[column] if zone is None else func.timezone(zone.key, facts.c[column])
    text = func.to_char(local, pattern)
    return Groups(facts, text, text, is_calendar=True)


def count_where(condition: ColumnElement[Any]) -> ColumnElement[int]:
    """Return how many facts meet a condition."""
    return func.count(case((condition, 1)))


def in_hours(duration: ColumnElement[Any]) -> ColumnElement[Decimal]:
    """Return an interval in hours, to two digits."""
    return func.round(cast(extract("epoch", duration) / _SECONDS_IN_AN_HOUR, Numeric), 2)


def percent(part: ColumnElement[Any], whole: ColumnElement[Any]) -> ColumnElement[Decimal]:
    """Return how much ``part`` is of ``whole`` to one digit, null where there is no whole."""
    return func.round(cast(100 * part, Numeric) / func.nullif(whole, 0), 1)


def summary_statement(question: Question) -> Select[Any]:
    """Return the statement whose first row has the totals and the others the groups in order, one more than fits."""
    groups = question.groups
    grouped = select(*question.facts.c, groups.key.label("key"), groups.name.label("name"))
    held = grouped.select_from(groups.source).subquery("grouped")
    figures = {name: figure.label(name) for name, figure in question.figures(held.c).items()}
    ranked = [] if groups.is_calendar else [next(iter(figures.values())).desc().nulls_last(), held.c.name]
    rows = select(literal(1).label("rank"), held.c.key, held.c.name, *figures.values())
    rows = rows.group_by(held.c.key, held.c.name).order_by(*ranked, held.c.key).limit(MAX_GROUPS + 1)
    of_all = [figure.label(name) for name, figure in question.figures(question.facts.c).items()]
    totals = select(literal(0).label("rank"), cast(null(), Text).label("key"), literal("").label("name"), *of_all)
    together = union_all(totals, select(rows.subquery())).subquery("summary")
    first = together.c[next(iter(figures))]
    order = [] if groups.is_calendar else [first.desc().nulls_last(), together.c.name]
    return select(together).order_by(together.c.rank, *order, together.c.key)


def read_summary(rows: Sequence[statements.Row], question: Question) -> Summary:
    """Return what ``summary_statement`` found."""
    totals, *groups = rows
    names = tuple(question.figures(question.facts.c))
    found = tuple(Row(row["key"], row["name"], _figures(row, names)) for row in groups[:MAX_GROUPS])
    return Summary(found, _figures(totals, names), len(groups) <= MAX_GROUPS)


def _figures(row: statements.Row, names: Sequence[str]) -> dict[str, Figure]:
    return {name: float(row[name]) if isinstance(row[name], Decimal) else row[name] for name in names}
