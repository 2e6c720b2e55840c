"""Who is there: absences, working hours by local clocks, and what sets somebody free for more tickets."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketdesk.domain.availability import (
    MIDNIGHT,
    Availability,
    Readiness,
    Stretch,
    WorkingHours,
    is_freed,
    is_present,
    is_working,
    overlap,
)
from ticketdesk.domain.calendars import BusinessCalendar
from ticketdesk.domain.settings import Weekday

CHICAGO, BERLIN, SANTIAGO = ZoneInfo("America/Chicago"), ZoneInfo("Europe/Berlin"), ZoneInfo("America/Santiago")
DESK = BusinessCalendar(holidays=frozenset({date(2026, 7, 3)}))
NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
Span = tuple[time, time]
SPLIT_DAY = ((time(9), time(12)), (time(13), time(17)))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def every_day(*spans: Span, zone: ZoneInfo = CHICAGO, holidays: Sequence[date] = ()) -> Availability:
    hours = {day: [Stretch(*span) for span in spans] for day in Weekday}
    return Availability(working_hours=WorkingHours(zone, hours, frozenset(holidays)))


@pytest.mark.parametrize(
    ("availability", "present"),
    [
        (Availability(), True),
        (Availability(is_away=True), False),
        (Availability(is_away=True, away_until=NOW + SECOND), False),
        (Availability(is_away=True, away_until=NOW), True),
        (Availability(is_away=True, away_until=NOW - SECOND), True),
    ],
)
def test_away_until(availability: Availability, present: bool) -> None:
    assert is_present(availability, NOW) is present


@pytest.mark.parametrize(
    ("at", "working"),
    [
        # Chicago is six hours behind in winter: 2026-03-02 is a Monday.
        ("2026-03-02T14:59:59", False),
        ("2026-03-02T15:00", True),
        ("2026-03-02T17:59:59", True),
        ("2026-03-02T18:00", False),
        ("2026-03-02T19:00", True),
        ("2026-03-02T23:00", False),
        # Clocks go forward on the 8th: nine in the morning is an hour earlier from then on.
        ("2026-03-08T14:00", True),
        ("2026-03-08T22:00", False),
        # And back on the 1st of November.
        ("2026-11-01T14:59:59", False),
        ("2026-11-01T15:00", True),
        # A holiday of their own, by their own calendar: it ends at midnight in Chicago.
        ("2026-03-17T15:00", False),
        ("2026-03-18T14:00", True),
    ],
)
def test_hours_of_ones_own_go_by_local_clocks(at: str, working: bool) -> None:
    anna = every_day(*SPLIT_DAY, holidays=[date(2026, 3, 17)])
    assert is_working(anna, utc(at), DESK, BERLIN) is working


@pytest.mark.parametrize(
    ("at", "working"),
    [
        ("2026-03-02T15:00", True),
        ("2026-03-02T06:00", True),  # midnight in Chicago
        ("2026-03-02T05:59:59", False),  # still Sunday there
        ("2026-03-07T15:00", False),  # Saturday
        ("2026-07-03T15:00", False),  # the desk's holiday
    ],
)
def test_without_hours_of_ones_own_the_desks_days_count(at: str, working: bool) -> None:
    assert is_working(Availability(), utc(at), DESK, CHICAGO) is working


@pytest.mark.parametrize(
    ("span", "zone", "day", "hours"),
    [
        ((time(1), time(4)), CHICAGO, date(2026, 3, 8), 2),  # two o'clock is skipped
        ((time(1), time(4)), CHICAGO, date(2026, 11, 1), 4),  # one o'clock comes twice
        ((time(2), time(3)), BERLIN, date(2026, 3, 29), 0),
        ((time(2), time(3)), BERLIN, date(2026, 10, 25), 2),
        ((time(22), MIDNIGHT), SANTIAGO, date(2026, 4, 4), 3),  # eleven at night comes twice
        ((MIDNIGHT, MIDNIGHT), SANTIAGO, date(2026, 9, 6), 23),  # the day begins at one
    ],
)
def test_on_days_on_which_clocks_change(span: Span, zone: ZoneInfo, day: date, hours: int) -> None:
    from_noon = datetime.combine(day - timedelta(days=1), time(12), UTC)
    worked = [at for n in range(4 * 72) if Stretch(*span).holds(at := from_noon + n * timedelta(minutes=15), day, zone)]
    assert len(worked) == 4 * hours


MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2037, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - bounds
ZONES = st.sampled_from([CHICAGO, BERLIN, SANTIAGO, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Asia/Kolkata")])
CUTS = st.sets(st.times().filter(lambda at: at != MIDNIGHT), max_size=5).map(sorted)


@given(MOMENTS, ZONES, CUTS)
def test_a_day_cut_up_is_worked_without_gap_or_overlap(at: datetime, zone: ZoneInfo, cuts: list[time]) -> None:
    stretches = [Stretch(*span) for span in zip([MIDNIGHT, *cuts], [*cuts, MIDNIGHT], strict=True)]
    assert not overlap(stretches)
    day = at.astimezone(zone).date()
    assert [stretch.holds(at, day, zone) for stretch in stretches].count(True) == 1


@given(MOMENTS, ZONES, st.times(), st.times())
def test_between_clock_changes_the_wall_clock_decides(at: datetime, zone: ZoneInfo, one: time, other: time) -> None:
    local, day = at.astimezone(zone), timedelta(days=1)
    if one == other or len({(at + n * day).astimezone(zone).utcoffset() for n in (-1, 0, 1)}) > 1:
        return
    start, end = min(one, other), max(one, other)
    worked = is_working(every_day((start, end), zone=zone), at, DESK, zone)
    assert worked == (start <= local.replace(tzinfo=None).time() < end)


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([(9, 12), (13, 17)], False),
        ([(13, 17), (9, 12)], False),
        ([(9, 12), (12, 17)], False),
        ([(9, 13), (12, 17)], True),
        ([(9, 17), (10, 11)], True),
        ([(20, 0), (22, 23)], True),
        ([(20, 22), (22, 0)], False),
        ([(9, 10), (9, 10)], True),
    ],
)
def test_stretches_that_overlap(spans: list[tuple[int, int]], expected: bool) -> None:
    stretches = [Stretch(time(start), time(end)) for start, end in spans]
    assert overlap(stretches) is expected
    if expected:
        with pytest.raises(ValueError, match="overlap"):
            WorkingHours(CHICAGO, {Weekday.MONDAY: stretches})


@pytest.mark.parametrize(("start", "end"), [(time(17), time(9)), (time(9), time(9))])
def test_a_stretch_runs_forwards(start: time, end: time) -> None:
    with pytest.raises(ValueError, match="after its start"):
        Stretch(start, end)


@pytest.mark.parametrize(
    ("before", "after", "freed"),
    [
        ((False, None), (True, None), True),
        ((False, 5), (True, 0), True),
        ((True, None), (True, None), False),
        ((True, 3), (True, 4), True),
        ((True, 3), (True, None), True),
        ((True, None), (True, 3), False),
        ((True, 4), (True, 3), False),
        ((True, 3), (False, 9), False),
        ((False, 3), (False, 9), False),
    ],
)
def test_what_sets_somebody_free(
    before: tuple[bool, int | None],
    after: tuple[bool, int | None],
    freed: bool,
) -> None:
    assert is_freed(Readiness(*before), Readiness(*after)) is freed
