"""Where bars lie in a chart: along an axis to the right, or standing on one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ticketdesk.api import svg
from ticketdesk.api.chart_scales import Scale

LEFT, RIGHT, TOP, BOTTOM = 56, 1144, 166, 590
INK, SOFT, _GRID, _BASE = "#17212b", "#5a6773", "#e4e9ee", "#97a3ae"
LABEL_SIZE, VALUE_SIZE, TICK_SIZE = 17, 15, 14
_NAMES = 270  # pixels for the names before lying bars
_BEHIND = 80  # pixels for numbers behind the longest of them
_TICKS = 60  # pixels for the numbers beside standing bars
_DATE_WIDTH = 84  # pixels that a date takes with the space around it
_GAP = 9
_HALF_LINE = 5


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels."""

    x: float
    y: float
    width: float
    height: float


class Frame(Protocol):
    """Turns shares of the axis (0 to 1) and pixels across it into places."""

    @property
    def across(self) -> tuple[float, float]:
        """Between which pixels the groups share the room."""

    @property
    def thickest(self) -> float:
        """How many pixels a bar has across at most."""

    def box(self, start: float, end: float, near: float, far: float) -> Box:
        """Return the bar from ``start`` to ``end`` of the axis, between two pixels across it."""

    def behind(self, bar: Box) -> tuple[float, float, str]:
        """Return where the number at a bar's end stands, and its anchor."""

    def room_behind(self, bar: Box) -> float:
        """Return how many pixels a number at a bar's end may take."""

    def draw_axis(self, root: svg.Element, scale: Scale) -> None:
        """Draw lines and numbers; comes before the bars."""

    def draw_names(self, root: svg.Element, names: Sequence[str], middles: Sequence[float]) -> None:
        """Write what each group is called."""


class Lying:
    """Bars to the right, for groups with names, which need room to be read."""

    across, thickest = (TOP, BOTTOM), 56.0
    _left, _right = LEFT + _NAMES, RIGHT - _BEHIND

    def box(self, start: float, end: float, near: float, far: float) -> Box:
        """Return the bar; ``near`` is its upper edge."""
        width = self._right - self._left
        return Box(self._left + start * width, near, (end - start) * width, far - near)

    def behind(self, bar: Box) -> tuple[float, float, str]:
        """Return the place to the right of the bar."""
        return bar.x + bar.width + _GAP, bar.y + bar.height / 2 + _HALF_LINE, "start"

    def room_behind(self, bar: Box) -> float:
        """Return what is left to the right, where a line of text fits beside the bar."""
        return _BEHIND if bar.height >= VALUE_SIZE * 0.7 else 0

    def draw_axis(self, root: svg.Element, scale: Scale) -> None:
        """Draw upright lines with the numbers below them."""
        for tick in scale.ticks:
            x = self._left + tick / scale.end * (self._right - self._left)
            _line(root, x, TOP, x, BOTTOM, _GRID if tick else _BASE)
            svg.add_text(root, scale.tick_text(tick), x, BOTTOM + 24, TICK_SIZE, text_anchor="middle", fill=SOFT)

    def draw_names(self, root: svg.Element, names: Sequence[str], middles: Sequence[float]) -> None:
        """Write every name before its bar."""
        place: dict[str, svg.Value] = {"text_anchor": "end", "fill": INK}
        for name, middle in zip(names, middles, strict=True):
            svg.add_text(root, name, self._left - 14, middle + 6, LABEL_SIZE, _NAMES - 14, **place)


class Standing:
    """Bars upwards, for dates, which go from left to right."""

    _left = LEFT + _TICKS
    across, thickest = (_left, RIGHT), 110.0

    def box(self, start: float, end: float, near: float, far: float) -> Box:
        """Return the bar; ``near`` is its left edge."""
        height = BOTTOM - TOP
        return Box(near, BOTTOM - end * height, far - near, (end - start) * height)

    def behind(self, bar: Box) -> tuple[float, float, str]:
        """Return the place above the bar."""
        return bar.x + bar.width / 2, bar.y - _GAP, "middle"

    def room_behind(self, bar: Box) -> float:
        """Return hardly more than the bar's own breadth, so that the number meets no other."""
        return bar.width * 1.3

    def draw_axis(self, root: svg.Element, scale: Scale) -> None:
        """Draw lying lines with the numbers before them."""
        for tick in scale.ticks:
            y = BOTTOM - tick / scale.end * (BOTTOM - TOP)
            _line(root, self._left, y, RIGHT, y, _GRID if tick else _BASE)
            place: dict[str, svg.Value] = {"text_anchor": "end", "fill": SOFT}
            svg.add_text(root, scale.tick_text(tick), self._left - 12, y + _HALF_LINE, TICK_SIZE, **place)

    def draw_names(self, root: svg.Element, names: Sequence[str], middles: Sequence[float]) -> None:
        """Write as many of the dates as there is room for, the first one among them."""
        pitch = (RIGHT - self._left) / len(names)
        every = -(-_DATE_WIDTH // pitch)
        for number, (name, middle) in enumerate(zip(names, middles, strict=True)):
            if number % every == 0:
                svg.add_text(root, name, middle, BOTTOM + 26, TICK_SIZE, text_anchor="middle", fill=SOFT)


def _line(root: svg.Element, x1: float, y1: float, x2: float, y2: float, color: str) -> None:
    svg.add(root, "line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=color, stroke_width=1)
