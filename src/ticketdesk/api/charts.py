"""A report as a picture for a slide: bars with axis, legend and numbers, 1200 by 675 pixels (SVG 1.1)."""

from collections.abc import Iterator
from datetime import date

from ticketdesk.api import chart_bars, svg
from ticketdesk.api.chart_bars import Plot
from ticketdesk.api.chart_frames import INK, LEFT, RIGHT, SOFT, Lying, Standing
from ticketdesk.api.chart_scales import figure_text, scale_for
from ticketdesk.domain.calendars import local_date
from ticketdesk.domain.reports import ChartForm, Grouping, Report, Row

WIDTH, HEIGHT = 1200, 675
# As many named groups, and bars beside each other, as can be told apart on a slide; reports list the highest first.
MOST_GROUPS, MOST_BARS = 12, 16
# Neighbours differ in lightness, so that they are told apart in print and by people who see colours differently.
_PALETTE = ("#2b5c8a", "#ee9b45", "#3a9d8f", "#b8c2cc", "#8367a8")
_GRADES = ("#cfe0ee", "#93bbdb", "#5590c2", "#2b659c", "#173f69")
_FAINT = "#6d7a86"
_NOTHING = "Nothing to show for this period."
_SWATCH, _LEGEND_SIZE, _NOTE_SIZE = 15, 16, 13


def draw(report: Report) -> bytes:
    """Return the chart; the same report gives the same bytes."""
    root = svg.document(WIDTH, HEIGHT, f"{report.layout.title}, {days_text(report)}", in_words(report))
    svg.add(root, "rect", width=WIDTH, height=HEIGHT, fill="#ffffff")
    plot = _plot(report)
    _draw_head(root, report, plot)
    if plot.is_empty:
        svg.add_text(root, _NOTHING, WIDTH / 2, HEIGHT / 2 + 30, 24, text_anchor="middle", fill=SOFT)
    else:
        _draw_legend(root, plot)
        chart_bars.draw(root, plot, Standing() if report.grouping.is_calendar else Lying())
    _draw_foot(root, report, plot)
    return svg.rendered(root)


def _plot(report: Report) -> Plot:
    layout = report.layout
    is_stacked = layout.form is not ChartForm.SIDE_BY_SIDE
    most = MOST_GROUPS if is_stacked else min(MOST_GROUPS, MOST_BARS // len(layout.series))
    rows = report.rows if report.grouping.is_calendar else report.rows[:most]
    colors = _GRADES if layout.form is ChartForm.STEPS else _PALETTE
    figures = [[row.figures[column.name] or 0 for column in layout.series] for row in rows]
    lengths = (sum(each) if is_stacked else max(each) for each in figures)
    return Plot(
        rows,
        tuple(_name(row, report.grouping) for row in rows),
        layout.series,
        colors[: len(layout.series)],
        scale_for(lengths, layout.series[0].unit),
        is_stacked,
    )


def _name(row: Row, grouping: Grouping) -> str:
    """Return what a group is called: months and days as people write them."""
    if grouping is Grouping.DAY:
        day = date.fromisoformat(row.name)
        return f"{day.day} {day:%b}"
    return f"{date.fromisoformat(f'{row.name}-01'):%b %Y}" if grouping is Grouping.MONTH else row.name


def days_text(report: Report) -> str:
    """Return the days that the chart is about, for people: ``1 – 28 Feb 2026``."""
    first, last = report.period.first, report.period.last
    if report.layout.is_of_now:
        first = last = local_date(report.made_at, report.period.zone)
    end = f"{last.day} {last:%b %Y}"
    if first == last:
        return end
    year = f" {first.year}" if first.year != last.year else ""
    month = f" {first:%b}" if year or first.month != last.month else ""
    return f"{first.day}{month}{year} – {end}"


def in_words(report: Report) -> str:
    """Return the figures of the chart as sentences, for those who cannot see it."""
    return " ".join(_sentences(report)) or _NOTHING


def _sentences(report: Report) -> Iterator[str]:
    for row in _plot(report).rows:
        said = (f"{one.label} {figure_text(row.figures[one.name], one.unit)}" for one in report.layout.series)
        yield f"{_name(row, report.grouping)}: {', '.join(said)}."


def _draw_head(root: svg.Element, report: Report, plot: Plot) -> None:
    svg.add_text(root, report.layout.title, LEFT, 66, 32, font_weight="700", fill=INK)
    by = f"by {report.grouping}" + (f", in {plot.scale.name}" if plot.scale.name else "")
    svg.add_text(root, f"{days_text(report)} · {by}", LEFT, 98, 18, fill=SOFT)


def _draw_legend(root: svg.Element, plot: Plot) -> None:
    x, y = float(LEFT), 132.0
    for column, color in zip(plot.series, plot.colors, strict=True):
        svg.add(root, "rect", x=x, y=y - _SWATCH + 2, width=_SWATCH, height=_SWATCH, rx=3, fill=color)
        svg.add_text(root, column.label, x + _SWATCH + 8, y, _LEGEND_SIZE, fill=INK)
        x += _SWATCH + 8 + svg.width_of(column.label, _LEGEND_SIZE) + 28


def _draw_foot(root: svg.Element, report: Report, plot: Plot) -> None:
    left_out = len(report.rows) - len(plot.rows)
    more = f" {left_out:,} more in the table." if left_out else ""
    room = RIGHT - LEFT
    svg.add_text(root, f"{report.layout.notes[0]}{more}", LEFT, HEIGHT - 26, _NOTE_SIZE, room, fill=_FAINT)
