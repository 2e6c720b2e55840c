"""The bars of a chart, with the number of each where it has room; all numbers are in the titles of the bars."""

from collections.abc import Iterator
from dataclasses import dataclass

from ticketdesk.api import svg
from ticketdesk.api.chart_frames import INK, VALUE_SIZE, Box, Frame
from ticketdesk.api.chart_scales import Scale, figure_text
from ticketdesk.domain.reports import Column, Figure, Row

_SHARE_OF_GROUP, _ROUNDING, _SEAM = 0.7, 2, 1
_DARK_TEXT, _LIGHT_TEXT = INK, "#ffffff"
_BRIGHT = 140  # of 255: from here on dark text is easier to read than white
_PADDING = 10


@dataclass(frozen=True, slots=True)
class Plot:
    """What is drawn: the figures of ``series`` in each of ``rows``, each series in its colour, along ``scale``."""

    rows: tuple[Row, ...]
    names: tuple[str, ...]
    series: tuple[Column, ...]
    colors: tuple[str, ...]
    scale: Scale
    is_stacked: bool

    @property
    def is_empty(self) -> bool:
        """Tell whether there is no bar to draw."""
        return not any(row.figures[column.name] for row in self.rows for column in self.series)


@dataclass(frozen=True, slots=True)
class _Bar:
    """One figure: from ``start`` to ``end`` of the axis, and which part of its group's breadth it has."""

    column: Column
    color: str
    figure: Figure
    start: float
    end: float
    near: float
    far: float


def draw(root: svg.Element, plot: Plot, frame: Frame) -> None:
    """Draw the axis, the groups' names and every bar."""
    frame.draw_axis(root, plot.scale)
    first, last = frame.across
    pitch = (last - first) / len(plot.rows)
    breadth = min(pitch * _SHARE_OF_GROUP, frame.thickest * (1 if plot.is_stacked else len(plot.series)))
    middles = [first + (number + 0.5) * pitch for number in range(len(plot.rows))]
    frame.draw_names(root, plot.names, middles)
    for row, name, middle in zip(plot.rows, plot.names, middles, strict=True):
        near = middle - breadth / 2
        for bar in _bars(plot, row):
            box = frame.box(bar.start, bar.end, near + bar.near * breadth, near + bar.far * breadth)
            _draw_bar(root, bar, name, box, is_parted=plot.is_stacked)
            _draw_number(root, plot, frame, bar, box)
        if plot.is_stacked:
            whole = sum(bar.figure or 0 for bar in _bars(plot, row))
            _draw_behind(
                root, plot.scale.text(whole), frame, frame.box(0, plot.scale.share(whole), near, near + breadth)
            )


def _bars(plot: Plot, row: Row) -> Iterator[_Bar]:
    """Yield the bars of a group: each on the end of the one before, or side by side."""
    start, breadth = 0.0, 1 / len(plot.series)
    for number, (column, color) in enumerate(zip(plot.series, plot.colors, strict=True)):
        figure = row.figures[column.name]
        length = plot.scale.share(figure or 0)
        if plot.is_stacked:
            yield _Bar(column, color, figure, start, start + length, 0, 1)
            start += length
        else:
            yield _Bar(column, color, figure, 0, length, number * breadth, (number + 1) * breadth)


def _draw_bar(root: svg.Element, bar: _Bar, name: str, box: Box, *, is_parted: bool) -> None:
    if not bar.figure:
        return
    seam: dict[str, svg.Value] = {"stroke": "#ffffff", "stroke_width": _SEAM} if is_parted else {}
    size: dict[str, svg.Value] = {"width": max(box.width, 1), "height": max(box.height, 1), "rx": _ROUNDING}
    shape = svg.add(root, "rect", x=box.x, y=box.y, **size, fill=bar.color, **seam)
    svg.add(shape, "title", f"{name}: {bar.column.label} {figure_text(bar.figure, bar.column.unit)}")


def _draw_number(root: svg.Element, plot: Plot, frame: Frame, bar: _Bar, box: Box) -> None:
    text = plot.scale.text(bar.figure)
    if not plot.is_stacked:
        _draw_behind(root, text, frame, box)
    elif bar.figure and svg.width_of(text, VALUE_SIZE) + _PADDING <= box.width and box.height >= VALUE_SIZE + 2:
        color = _DARK_TEXT if _brightness(bar.color) > _BRIGHT else _LIGHT_TEXT
        x, y = box.x + box.width / 2, box.y + box.height / 2 + VALUE_SIZE / 3
        svg.add_text(root, text, x, y, VALUE_SIZE, text_anchor="middle", fill=color)


def _draw_behind(root: svg.Element, text: str, frame: Frame, box: Box) -> None:
    if svg.width_of(text, VALUE_SIZE) <= frame.room_behind(box):
        x, y, anchor = frame.behind(box)
        svg.add_text(root, text, x, y, VALUE_SIZE, text_anchor=anchor, font_weight="600", fill=INK)


def _brightness(color: str) -> float:
    """Return how bright ``#rrggbb`` looks, from 0 to 255 (ITU-R BT.601)."""
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue
