"""The days of a report."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ticketdesk.domain.errors import InvalidInput
from ticketdesk.domain.report_layouts import LAYOUTS
from ticketdesk.domain.reports import Grouping, Period, ReportName, Row, choose_period, complete_calendar

CHICAGO = ZoneInfo("America/Chicago")
TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (None, None, ("2026-01-31", "2026-03-01")),
        ("2026-02-10", None, ("2026-02-10", "2026-03-01")),
        ("2026-03-02", None, ("2026-03-02", "2026-03-02")),
        (None, "2025-12-31", ("2025-12-02", "2025-12-31")),
        ("2024-01-01", "2024-12-31", ("2024-01-01", "2024-12-31")),
        ("1970-01-02", "1970-01-02", ("1970-01-02", "1970-01-02")),
    ],
)
def test_the_last_thirty_full_days_unless_told_otherwise(
    first: str | None, last: str | None, expected: tuple[str, str]
) -> None:
    days = [date.fromisoformat(day) if day else None for day in (first, last)]
    found = choose_period(TODAY, CHICAGO, *days)
    assert (found.first.isoformat(), found.last.isoformat()) == expected


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        (date(2026, 2, 2), date(2026, 2, 1), "period_reversed"),
        (date(2025, 1, 1), date(2026, 1, 2), "period_too_long"),
        (date(2020, 1, 1), None, "period_too_long"),
    ],
)
def test_other_days_are_no_period(first: date, last: date | None, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        choose_period(TODAY, CHICAGO, first, last)
    assert [(error.pointer, error.code) for error in refused.value.errors] == [("from", code)]


def test_days_are_as_long_as_clocks_make_them() -> None:
    for month, hours in ((3, 23), (11, 25)):
        day = date(2026, month, 8 if month == 3 else 1)
        period = Period(day, day, CHICAGO)
        assert period.end - period.start == timedelta(hours=hours)
    march = Period(date(2026, 3, 1), date(2026, 3, 31), CHICAGO)
    assert march.start == datetime(2026, 3, 1, 6, tzinfo=UTC)
    assert march.end == datetime(2026, 4, 1, 5, tzinfo=UTC)


def test_no_day_and_no_month_is_left_out() -> None:
    period = Period(date(2025, 12, 30), date(2026, 2, 1), CHICAGO)
    row = Row("2026-01", "2026-01", {"count": 3})
    months = complete_calendar([row], Grouping.MONTH, period, {"count": 0})
    assert [(one.key, one.figures["count"]) for one in months] == [("2025-12", 0), ("2026-01", 3), ("2026-02", 0)]
    days = complete_calendar([], Grouping.DAY, period, {"count": 0})
    assert (len(days), days[0].name, days[-1].key) == (34, "2025-12-30", "2026-02-01")


@pytest.mark.parametrize("name", ReportName)
def test_what_is_charted_are_columns_of_one_unit(name: ReportName) -> None:
    layout = LAYOUTS[name]
    assert [column.name for column in layout.series] == list(layout.charted)
    assert len({column.unit for column in layout.series}) == 1
