"""Scales, numbers and lengths of charts; what a whole one holds is tested with the reports."""

from datetime import UTC, date, datetime
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest

from ticketdesk.api import charts, svg
from ticketdesk.api.chart_scales import figure_text, scale_for
from ticketdesk.domain.report_layouts import LAYOUTS
from ticketdesk.domain.reports import Grouping, Period, Report, ReportName, Row, Unit

CHICAGO = ZoneInfo("America/Chicago")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    ("figures", "unit", "ticks", "name"),
    [
        ([], Unit.COUNT, [0, 1], ""),
        ([0], Unit.COUNT, [0, 1], ""),
        ([1], Unit.COUNT, [0, 1], ""),
        ([3, 7], Unit.COUNT, [0, 2, 4, 6, 8], ""),
        ([102], Unit.COUNT, [0, 20, 40, 60, 80, 100, 120], ""),
        ([6439], Unit.COUNT, [0, 2000, 4000, 6000, 8000], ""),
        ([0.3], Unit.HOURS, [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3], "hours"),
        ([96], Unit.HOURS, [0, 20, 40, 60, 80, 100], "hours"),
        ([240], Unit.HOURS, [0, 2, 4, 6, 8, 10], "days"),
        ([33.3], Unit.PERCENT, [0, 10, 20, 30, 40], "percent"),
    ],
)
def test_axes_have_few_round_steps(figures: list[float], unit: Unit, ticks: list[float], name: str) -> None:
    scale = scale_for(figures, unit)
    assert scale.ticks == pytest.approx(ticks)
    assert scale.name == name
    assert all(0 <= scale.share(figure) <= 1 for figure in figures)


def test_numbers_are_short() -> None:
    texts = [figure_text(figure, Unit.COUNT) for figure in (0, 10, 100, 1234567, None)]
    assert texts == ["0", "10", "100", "1,234,567", "–"]
    assert [figure_text(1.5, unit) for unit in Unit] == ["1.5", "1.5", "1.5 h", "1.5 %"]
    assert scale_for([240], Unit.HOURS).text(258.3) == "10.8"


def test_a_long_text_is_cut_and_whole_in_its_title() -> None:
    root = svg.document(10, 10, "", "")
    svg.add_text(root, "Wide " * 40, 0, 0, 17, 200)
    svg.add_text(root, "Short", 0, 0, 17, 200)
    svg.add_text(root, "長" * 40, 0, 0, 17, 200)
    latin, short, wide = root.iter("text")
    assert svg.width_of(str(latin.text), 17) <= 200
    assert (str(latin.text)[-1], latin.findtext("title")) == ("…", "Wide " * 40)
    assert (short.text, short.find("title")) == ("Short", None)
    assert len(str(wide.text)) < 15


def a_report(name: ReportName, grouping: Grouping, keys: list[str], figure: int) -> Report:
    figures = {column.name: figure for column in LAYOUTS[name].columns}
    period = Period(date(2025, 12, 31), date(2026, 12, 30), CHICAGO)
    rows = tuple(Row(key, key, figures) for key in keys)
    return Report(LAYOUTS[name], datetime(2026, 12, 31, 3, tzinfo=UTC), period, grouping, rows, figures)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2026, 2, 1), date(2026, 2, 28), "1 – 28 Feb 2026"),
        (date(2026, 2, 1), date(2026, 2, 1), "1 Feb 2026"),
        (date(2026, 1, 31), date(2026, 3, 1), "31 Jan – 1 Mar 2026"),
        (date(2025, 12, 31), date(2026, 1, 1), "31 Dec 2025 – 1 Jan 2026"),
    ],
)
def test_days_are_written_as_people_do(first: date, last: date, expected: str) -> None:
    layout = LAYOUTS[ReportName.REWORK]
    report = Report(layout, datetime(2026, 3, 2, tzinfo=UTC), Period(first, last, CHICAGO), Grouping.CAUSE, (), {})
    assert charts.days_text(report) == expected


def test_what_is_of_now_says_when_that_was() -> None:
    assert charts.days_text(a_report(ReportName.WORKLOAD, Grouping.PERSON, [], 0)) == "30 Dec 2026"


def test_more_groups_than_a_slide_takes_are_counted() -> None:
    people = [f"Person {number}" for number in range(30)]
    for name, shown in ((ReportName.WORKLOAD, 12), (ReportName.TURNAROUND, 8)):
        root = ET.fromstring(charts.draw(a_report(name, Grouping.PERSON, people, 3)))
        texts = [text.text or "" for text in root.iter(f"{SVG}text")]
        assert sum(text.startswith("Person") for text in texts) == shown
        assert any(f"{30 - shown} more in the table" in text for text in texts)


def test_every_bar_lies_in_the_picture() -> None:
    days = [f"2026-{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 29)]
    for grouping, keys in ((Grouping.DAY, days), (Grouping.MONTH, ["2026-02"]), (Grouping.PERSON, ["Anna"])):
        for name in ReportName:
            root = ET.fromstring(charts.draw(a_report(name, grouping, keys, 987)))
            for shape in root.iter(f"{SVG}rect"):
                x, y, width, height = (float(shape.get(side, "0")) for side in ("x", "y", "width", "height"))
                assert 0 <= x <= x + width <= charts.WIDTH
                assert 0 <= y <= y + height <= charts.HEIGHT
