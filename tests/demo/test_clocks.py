from datetime import UTC, datetime, time, timedelta

import pytest

from ticketdesk.demo.clocks import ZONE, StoryClock

MOMENTARILY = timedelta(seconds=2)


def test_it_begins_in_the_present() -> None:
    assert abs(StoryClock().now() - datetime.now(UTC)) < MOMENTARILY


@pytest.mark.parametrize("days", range(7, 14))
def test_it_goes_back_to_a_business_day_of_the_desk(days: int) -> None:
    clock = StoryClock()
    clock.set_back(days, time(10, 0))
    shown = clock.now().astimezone(ZONE)
    assert abs(shown - datetime.combine(shown.date(), time(10, 0), ZONE)) < MOMENTARILY
    assert shown.weekday() < 5
    assert 0 <= (datetime.now(ZONE).date() - timedelta(days=days) - shown.date()).days <= 2
    assert clock.today() == shown.date()


def test_it_keeps_whole_seconds_from_the_present_because_ticks_count_by_the_real_clock() -> None:
    clock = StoryClock()
    clock.move_to(datetime.now(UTC) - timedelta(days=3, microseconds=345_678))
    behind = datetime.now(UTC) - clock.now()
    assert abs(behind - timedelta(days=3)) < timedelta(milliseconds=200)


def test_it_never_runs_ahead_of_the_present() -> None:
    clock = StoryClock()
    clock.move_to(datetime.now(UTC) + timedelta(days=1))
    assert clock.now() <= datetime.now(UTC)


def test_it_returns_to_the_present() -> None:
    clock = StoryClock()
    clock.set_back(9, time(10, 0))
    clock.return_to_present()
    assert abs(clock.now() - datetime.now(UTC)) < MOMENTARILY
