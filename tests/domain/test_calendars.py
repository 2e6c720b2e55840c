from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketdesk.domain.calendars import BusinessCalendar, at_local_time, end_of_business_day, local_date

CHICAGO, BERLIN, SANTIAGO = ZoneInfo("America/Chicago"), ZoneInfo("Europe/Berlin"), ZoneInfo("America/Santiago")
APIA = ZoneInfo("Pacific/Apia")
JULY_3, THANKSGIVING = date(2026, 7, 3), date(2026, 11, 26)
CALENDAR = BusinessCalendar(holidays=frozenset({JULY_3, THANKSGIVING}))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "at", "zone", "expected"),
    [
        # Chicago: 2026-03-08 02:00 CST becomes 03:00 CDT; 2026-11-01 02:00 CDT becomes 01:00 CST.
        (date(2026, 3, 7), time(9), CHICAGO, "2026-03-07T15:00"),
        (date(2026, 3, 8), time(1, 59, 59), CHICAGO, "2026-03-08T07:59:59"),
        (date(2026, 3, 8), time(2), CHICAGO, "2026-03-08T08:00"),
        (date(2026, 3, 8), time(2, 30), CHICAGO, "2026-03-08T08:00"),
        (date(2026, 3, 8), time(2, 59, 59, 999_999), CHICAGO, "2026-03-08T08:00"),
        (date(2026, 3, 8), time(3), CHICAGO, "2026-03-08T08:00"),
        (date(2026, 3, 8), time(9), CHICAGO, "2026-03-08T14:00"),
        (date(2026, 11, 1), time(0, 59), CHICAGO, "2026-11-01T05:59"),
        (date(2026, 11, 1), time(1, 30), CHICAGO, "2026-11-01T06:30"),
        (date(2026, 11, 1), time(1, 30, fold=1), CHICAGO, "2026-11-01T06:30"),
        (date(2026, 11, 1), time(2), CHICAGO, "2026-11-01T08:00"),
        # Berlin: 2026-03-29 02:00 CET becomes 03:00 CEST; 2026-10-25 03:00 CEST becomes 02:00 CET.
        (date(2026, 3, 29), time(2, 30), BERLIN, "2026-03-29T01:00"),
        (date(2026, 3, 29), time(3, 30), BERLIN, "2026-03-29T01:30"),
        (date(2026, 10, 25), time(2, 30), BERLIN, "2026-10-25T00:30"),
        (date(2026, 10, 25), time(3), BERLIN, "2026-10-25T02:00"),
        # Santiago changes at midnight: 2026-09-06 00:00 becomes 01:00; 2026-04-05 00:00 becomes 23:00 of the 4th.
        (date(2026, 9, 6), time(0), SANTIAGO, "2026-09-06T04:00"),
        (date(2026, 9, 6), time(0, 30), SANTIAGO, "2026-09-06T04:00"),
        (date(2026, 9, 6), time(1), SANTIAGO, "2026-09-06T04:00"),
        (date(2026, 4, 4), time(23, 30), SANTIAGO, "2026-04-05T02:30"),
        (date(2026, 4, 5), time(0), SANTIAGO, "2026-04-05T04:00"),
        # Samoa had no 30 December 2011 at all.
        (date(2011, 12, 30), time(12), APIA, "2011-12-30T10:00"),
    ],
)
def test_a_local_time_is_one_moment(day: date, at: time, zone: ZoneInfo, expected: str) -> None:
    assert at_local_time(day, at, zone) == utc(expected)


@pytest.mark.parametrize(
    ("now", "at", "zone", "expected"),
    [
        ("2026-07-01T12:00", time(17), CHICAGO, "2026-07-01T22:00"),  # a Wednesday at 07:00
        ("2026-07-01T21:59:59", time(17), CHICAGO, "2026-07-01T22:00"),
        ("2026-07-01T22:00", time(17), CHICAGO, "2026-07-02T22:00"),  # strictly after
        ("2026-07-02T22:00", time(17), CHICAGO, "2026-07-06T22:00"),  # a holiday on Friday, then the weekend
        ("2026-11-25T23:00", time(17), CHICAGO, "2026-11-27T23:00"),  # Thanksgiving; the Friday is worked
        ("2026-03-06T23:00", time(17), CHICAGO, "2026-03-09T22:00"),  # one hour earlier in UTC after the change
        ("2026-10-30T22:00", time(17), CHICAGO, "2026-11-02T23:00"),
        ("2026-03-27T16:00", time(17), BERLIN, "2026-03-30T15:00"),
        ("2026-10-23T15:00", time(17), BERLIN, "2026-10-26T16:00"),
        ("2026-04-03T20:00", time(17), SANTIAGO, "2026-04-06T21:00"),
        ("2026-09-04T21:00", time(17), SANTIAGO, "2026-09-07T20:00"),
        ("2026-07-02T03:30", time(17), CHICAGO, "2026-07-02T22:00"),  # still 1 July in Chicago, after its end
    ],
)
def test_the_business_day_ends(now: str, at: time, zone: ZoneInfo, expected: str) -> None:
    assert end_of_business_day(utc(now), at, zone, CALENDAR) == utc(expected)


@pytest.mark.parametrize(
    ("day", "same", "following"),
    [
        (date(2026, 7, 2), date(2026, 7, 2), date(2026, 7, 6)),
        (JULY_3, date(2026, 7, 6), date(2026, 7, 6)),
        (date(2026, 7, 4), date(2026, 7, 6), date(2026, 7, 6)),
        (date(2026, 7, 6), date(2026, 7, 6), date(2026, 7, 7)),
    ],
)
def test_business_days(day: date, same: date, following: date) -> None:
    assert CALENDAR.on_or_after(day) == same
    assert CALENDAR.next_business_day(day) == following


def test_a_week_may_be_worked_differently() -> None:
    assert BusinessCalendar(weekdays=frozenset({6})).next_business_day(date(2026, 7, 6)) == date(2026, 7, 12)


@pytest.mark.parametrize("weekdays", [frozenset(), frozenset({7})])
def test_a_calendar_without_weekdays_is_refused(weekdays: frozenset[int]) -> None:
    with pytest.raises(ValueError, match="weekday"):
        BusinessCalendar(weekdays=weekdays)


def test_the_date_is_that_of_the_zone() -> None:
    assert local_date(utc("2026-07-02T03:30"), CHICAGO) == date(2026, 7, 1)


zones = st.sampled_from([CHICAGO, BERLIN, SANTIAGO, APIA, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("UTC")])
changes = [
    date(2026, 3, 8),
    date(2026, 11, 1),
    date(2026, 3, 29),
    date(2026, 10, 25),
    date(2026, 4, 4),
    date(2026, 4, 5),
]
days = st.sampled_from([*changes, date(2026, 9, 6), date(2011, 12, 30)]) | st.dates(
    date(2005, 1, 1), date(2035, 12, 31)
)
times = st.times() | st.times(time(0), time(3))
calendars = st.builds(
    BusinessCalendar,
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    holidays=st.frozensets(st.dates(date(2026, 1, 1), date(2026, 2, 28))),
)


@given(days, times, zones)
def test_no_earlier_moment_of_the_day_shows_that_time_or_a_later_one(day: date, at: time, zone: ZoneInfo) -> None:
    wall = datetime.combine(day, at)
    moment = at_local_time(day, at, zone)
    assert moment.tzinfo is UTC
    assert moment.astimezone(zone).replace(tzinfo=None) >= wall
    just_before = (moment - timedelta(microseconds=1)).astimezone(zone).replace(tzinfo=None)
    assert just_before < wall


@given(days, times, times, zones)
def test_a_later_time_of_day_is_no_earlier_moment(day: date, one: time, other: time, zone: ZoneInfo) -> None:
    first, second = sorted([one, other])
    earlier, later = (at_local_time(day, at, zone) for at in (first, second))
    assert earlier <= later


@given(st.integers(0, 365 * 86_400), st.times(), zones, calendars)
def test_the_end_is_the_first_one_of_a_business_day(
    seconds: int, at: time, zone: ZoneInfo, calendar: BusinessCalendar
) -> None:
    moment = utc("2026-01-01T00:00") + timedelta(seconds=seconds)
    end = end_of_business_day(moment, at, zone, calendar)
    assert end > moment
    ends = {at_local_time(day, at, zone): day for day in (local_date(end, zone) - timedelta(days=n) for n in range(40))}
    assert calendar.is_business_day(ends[end])
    assert not [other for other, day in ends.items() if moment < other < end and calendar.is_business_day(day)]
