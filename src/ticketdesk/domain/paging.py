"""Lists by keyset: a page starts after a position, so its cost does not grow with its depth."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

Item = TypeVar("Item")

MAX_LIMIT = 200
DEFAULT_LIMIT = 50


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page ended: the sort time of its last row, and its id to break ties."""

    at: datetime
    id: UUID


@dataclass(frozen=True, slots=True)
class PageRequest:
    """At most ``limit`` rows that come after ``after`` (``None``: from the start), newest first if descending."""

    limit: int = DEFAULT_LIMIT
    after: Position | None = None
    is_descending: bool = False


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Rows, and the position to go on from; ``None`` when these were the last."""

    items: list[Item]
    next: Position | None = None
