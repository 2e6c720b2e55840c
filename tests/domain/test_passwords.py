from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketdesk.domain.errors import InvalidInput
from ticketdesk.domain.passwords import locked_until, require_acceptable

NOW = datetime(2026, 3, 8, 12, 0, tzinfo=UTC)
EMAIL = "ann.lee@example.com"


@pytest.mark.parametrize(
    "password",
    ["a" * 12, "a" * 128, "correct horse battery", "ann.lee@example.org", "å" * 12, "🔑" * 12, " " * 12],
)
def test_any_twelve_characters_will_do(password: str) -> None:
    require_acceptable(password, EMAIL)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "password_too_short"),
        ("a" * 11, "password_too_short"),
        ("🔑" * 11, "password_too_short"),
        ("a" * 129, "password_too_long"),
        (EMAIL, "password_is_email"),
        (" Ann.Lee@EXAMPLE.com", "password_is_email"),
    ],
)
def test_what_is_refused(password: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        require_acceptable(password, EMAIL, "/new_password")
    assert [(error.pointer, error.code) for error in refusal.value.errors] == [("/new_password", code)]
    assert not password or password not in refusal.value.errors[0].detail


@pytest.mark.parametrize(
    ("failures", "minutes"),
    [(0, None), (4, None), (5, 1), (6, 2), (7, 4), (8, 8), (9, 15), (10, 15), (10**9, 15)],
)
def test_locks_grow(failures: int, minutes: int | None) -> None:
    assert locked_until(failures, NOW) == (minutes and NOW + timedelta(minutes=minutes))


def test_nobody_is_locked_out_who_never_failed() -> None:
    assert locked_until(5, None) is None


@given(st.integers(0, 50))
def test_one_more_failure_never_shortens_the_lock(failures: int) -> None:
    shorter, longer = locked_until(failures, NOW), locked_until(failures + 1, NOW)
    assert (shorter or NOW) <= (longer or NOW)


def test_whoever_tries_every_minute_of_a_day_gets_about_four_tries_an_hour() -> None:
    failures, last = 0, NOW
    for minute in range(24 * 60):
        now = NOW + timedelta(minutes=minute)
        until = locked_until(failures, last)
        if until is None or until <= now:
            failures, last = failures + 1, now
    # Five at once, four between the growing locks of the first 19 minutes, then one every quarter of an hour.
    assert failures == 5 + 4 + (24 * 60 - 19) // 15
