"""Where things stand that people put in order. Positions count from 1, as people do."""

from collections.abc import Mapping, Sequence
from uuid import UUID


def placed(present: Sequence[UUID], added: Sequence[UUID], position: int | None) -> list[UUID]:
    """Return all ids, ``added`` from ``position`` on; at the end without one, or where it lies beyond the end."""
    at = len(present) if position is None else min(position - 1, len(present))
    return [*present[:at], *added, *present[at:]]


def moved(present: Sequence[UUID], one: UUID, position: int) -> list[UUID]:
    """Return the same ids with ``one`` at ``position``, or at the end where that lies beyond it."""
    return placed([other for other in present if other != one], [one], position)


def renumbered(order: Sequence[UUID], present: Mapping[UUID, int]) -> dict[UUID, int]:
    """Return the new position of each id in ``order`` whose ``present`` position is another one, or that has none."""
    return {each: position for position, each in enumerate(order, 1) if present.get(each) != position}
