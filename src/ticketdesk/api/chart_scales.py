"""Axes that people can read: round steps, and a unit in which the numbers stay short."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count

from ticketdesk.domain.reports import Figure, Unit

_DIGITS = (1, 2, 5)
_INTERVALS = 6
_HOURS_IN_A_DAY = 24
# From so many hours on, days are easier to read.
_MANY_HOURS = 96
# From here on a second digit after the point says nothing on a slide.
_LONG = 10
_SUFFIXES = {Unit.HOURS: " h", Unit.PERCENT: " %"}


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis from 0 to ``end`` with a line at each ``step``, in units of the axis.

    A figure divided by ``divisor`` is in these units, whose ``name`` is empty for plain counts.
    """

    step: float
    end: float
    divisor: int
    name: str

    @property
    def ticks(self) -> list[float]:
        """Where the lines are."""
        return [number * self.step for number in range(round(self.end / self.step) + 1)]

    def share(self, figure: float) -> float:
        """Return how far along the axis a figure lies, from 0 to 1."""
        return figure / self.divisor / self.end

    def text(self, figure: Figure) -> str:
        """Return a figure as it stands beside its bar, in the unit of the axis; a dash where there is none."""
        if figure is None:
            return "–"
        number = figure / self.divisor
        return _short(number if number < _LONG else round(number, 1))

    def tick_text(self, tick: float) -> str:
        """Return the number at a line."""
        return _short(tick)


def scale_for(figures: Iterable[float], unit: Unit) -> Scale:
    """Return the axis that has room for all of ``figures``, which are in ``unit``."""
    most = max(figures, default=0)
    in_days = unit is Unit.HOURS and most > _MANY_HOURS
    divisor = _HOURS_IN_A_DAY if in_days else 1
    step = _round_step(most / divisor, is_whole=unit is Unit.COUNT)
    name = {Unit.PERCENT: "percent", Unit.HOURS: "days" if in_days else "hours"}.get(unit, "")
    return Scale(step, step * max(1, math.ceil(most / divisor / step)), divisor, name)


def figure_text(figure: Figure, unit: Unit) -> str:
    """Return a figure as the report has it, with its unit; a dash where there is none."""
    return "–" if figure is None else f"{_short(figure)}{_SUFFIXES.get(unit, '')}"


def _short(number: float) -> str:
    text = f"{number:,.2f}"
    return text.rstrip("0").removesuffix(".")


def _round_step(most: float, *, is_whole: bool) -> float:
    """Return the smallest of 1, 2 and 5 times a power of ten of which few enough reach ``most``."""
    lowest = 0 if is_whole else -2
    steps = (digit * 10.0**power for power in count(lowest) for digit in _DIGITS)
    return next(step for step in steps if step * _INTERVALS >= most)
