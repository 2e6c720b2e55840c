from datetime import UTC, datetime, timedelta

import pytest

from ticketdesk.domain.passwords import FREE_FAILURES, locked_until
from ticketdesk.domain.sign_ins import FAILURE_MEMORY, count_failure

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("failures", "ago", "counted"),
    [
        (0, timedelta(0), 1),
        (4, timedelta(0), 5),
        (4, timedelta(minutes=59, seconds=59), 5),
        (4, timedelta(hours=1), 1),
        (900, timedelta(days=9), 1),
    ],
)
def test_failures_add_up_until_an_hour_has_passed(failures: int, ago: timedelta, counted: int) -> None:
    assert count_failure(failures, NOW - ago, NOW) == counted


@pytest.mark.parametrize("failures", range(FREE_FAILURES, 50))
def test_waiting_out_a_lock_resets_nothing(failures: int) -> None:
    until = locked_until(failures, NOW)

    assert until is not None
    assert until - NOW < FAILURE_MEMORY
    assert count_failure(failures, NOW, until) == failures + 1
