"""The clock of the guard: on usual days, on days with a change of clocks, on holidays and weekends."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketdesk.domain.calendars import BusinessCalendar
from ticketdesk.domain.end_of_day import MADE_UP_WITHIN, GuardPolicy, Slot, Watch, due
from ticketdesk.domain.notifications import end_of_day_warning

WARNING, CUT_OFF = Watch.WARNING, Watch.CUT_OFF
EVERY_DAY = frozenset(range(7))
MINUTE = timedelta(minutes=1)
# Sundays all four: a desk that works every day meets the change on a business day.
CHANGES = [
    ("America/Chicago", date(2026, 3, 8)),
    ("America/Chicago", date(2026, 11, 1)),
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/Santiago", date(2026, 4, 5)),
    ("America/Santiago", date(2026, 9, 6)),
]


def policy_in(zone: str, *holidays: date, weekdays: frozenset[int] = EVERY_DAY, at: time = time(17)) -> GuardPolicy:
    return GuardPolicy(at=at, zone=ZoneInfo(zone), calendar=BusinessCalendar(weekdays, frozenset(holidays)))


def local(day: date, at: time, zone: str) -> datetime:
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


def watched(policy: GuardPolicy, now: datetime) -> list[tuple[Watch, date]]:
    return [(slot.watch, slot.day) for slot in due(policy, now)]


@pytest.mark.parametrize(("zone", "day"), CHANGES)
def test_sixteen_and_seventeen_local_time_on_days_with_a_change(zone: str, day: date) -> None:
    policy, yesterday = policy_in(zone), day - timedelta(days=1)
    sixteen, seventeen = local(day, time(16), zone), local(day, time(17), zone)
    assert watched(policy, sixteen - MINUTE) == [(CUT_OFF, yesterday)]
    assert watched(policy, sixteen) == [(CUT_OFF, yesterday), (WARNING, day)]
    assert watched(policy, seventeen - MINUTE) == [(CUT_OFF, yesterday), (WARNING, day)]
    assert due(policy, seventeen) == [Slot(CUT_OFF, day, seventeen)]


@pytest.mark.parametrize(
    ("day", "utc_hour"),
    [
        (date(2026, 3, 6), 23),
        (date(2026, 3, 9), 22),
        (date(2026, 10, 30), 22),
        (date(2026, 11, 2), 23),
    ],
)
def test_a_week_of_work_around_a_change_keeps_the_local_hour(day: date, utc_hour: int) -> None:
    (slot,) = due(GuardPolicy(), datetime(day.year, day.month, day.day, utc_hour, tzinfo=UTC))
    assert (slot.watch, slot.day, slot.cut_off.hour) == (CUT_OFF, day, utc_hour)


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 3, 7), "the Saturday before clocks go forward"),
        (date(2026, 3, 8), "the Sunday on which they do"),
        (date(2026, 11, 1), "the Sunday on which they go back"),
        (date(2026, 7, 3), "a holiday"),
    ],
)
@pytest.mark.parametrize("at", [time(16), time(17), time(23, 59)])
def test_nothing_of_a_day_off_is_due(day: date, why: str, at: time) -> None:
    calendar = BusinessCalendar(holidays=frozenset({date(2026, 7, 3)}))
    assert day not in {slot.day for slot in due(GuardPolicy(calendar=calendar), local(day, at, "America/Chicago"))}, why


def test_a_cut_off_that_nobody_was_there_for_is_due_until_the_next_one() -> None:
    friday, monday = date(2026, 3, 6), date(2026, 3, 9)
    policy = GuardPolicy()
    assert watched(policy, local(monday, time(9), "America/Chicago")) == [(CUT_OFF, friday)]
    assert watched(policy, local(monday, time(16), "America/Chicago")) == [(CUT_OFF, friday), (WARNING, monday)]
    assert watched(policy, local(monday, time(17), "America/Chicago")) == [(CUT_OFF, monday)]


def test_after_long_days_off_nothing_is_made_up_for() -> None:
    last, off = date(2026, 12, 18), [date(2026, 12, 19) + timedelta(days=n) for n in range(20)]
    policy = policy_in("America/Chicago", *off)
    cut_off = local(last, time(17), "America/Chicago")
    assert watched(policy, cut_off + MADE_UP_WITHIN) == [(CUT_OFF, last)]
    assert watched(policy, cut_off + MADE_UP_WITHIN + MINUTE) == []


def test_without_warnings_there_is_none() -> None:
    policy = GuardPolicy(warning=timedelta())
    cut_off = policy.cut_off(date(2026, 3, 6))
    assert {slot.watch for n in range(240) for slot in due(policy, cut_off - n * MINUTE)} == {CUT_OFF}


@pytest.mark.parametrize("at", [time(0), time(0, 30), time(2, 30), time(3), time(23, 59)])
@pytest.mark.parametrize(("zone", "day"), CHANGES)
def test_warnings_come_before_awkward_cut_offs_too(zone: str, day: date, at: time) -> None:
    policy = policy_in(zone, at=at)
    cut_off = policy.cut_off(day)
    assert (WARNING, day) in watched(policy, cut_off - timedelta(hours=1))
    assert (WARNING, day) in watched(policy, cut_off - MINUTE)
    assert (CUT_OFF, day) in watched(policy, cut_off)


@given(
    st.sampled_from([zone for zone, _ in CHANGES[::2]]),
    st.integers(0, 2 * 366 * 24 * 60).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + minutes * MINUTE),
    st.times(),
    st.frozensets(st.integers(0, 6), min_size=1),
    st.integers(0, 720),
)
def test_whatever_is_due_is_of_a_business_day_and_of_use(
    zone: str, now: datetime, at: time, weekdays: frozenset[int], minutes: int
) -> None:
    policy = GuardPolicy(at, timedelta(minutes=minutes), ZoneInfo(zone), BusinessCalendar(weekdays))
    slots = due(policy, now)
    assert len({slot.watch for slot in slots}) == len(slots)
    for slot in slots:
        assert policy.calendar.is_business_day(slot.day)
        assert slot.cut_off == policy.cut_off(slot.day)
        early, late = (slot.cut_off - policy.warning, slot.cut_off) if slot.watch is WARNING else (
            slot.cut_off, slot.cut_off + MADE_UP_WITHIN + MINUTE,
        )  # fmt: skip
        assert early <= now < late


def test_checkers_read_how_many_wait() -> None:
    assert end_of_day_warning(1, time(17), 12, "Swap the banner") == "#12 Swap the banner waits to be checked by 17:00"
    several = "3 tickets wait to be checked by 17:00, the oldest is #12 Swap the banner"
    assert end_of_day_warning(3, time(17), 12, "Swap the banner") == several
