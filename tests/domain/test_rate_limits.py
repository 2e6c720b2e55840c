"""Quotas, windows, and whose requests are counted together."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketdesk.domain.rate_limits import QUOTAS, WINDOW, Limited, Subject, client_of, judge

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)


def test_every_limit_has_quotas() -> None:
    assert set(QUOTAS) == set(Limited)


def test_a_client_has_room_for_many_credentials() -> None:
    assert all(quotas.per_client >= 4 * quotas.per_credential > 0 for quotas in QUOTAS.values())


@pytest.mark.parametrize(
    ("used", "remaining", "is_exceeded"), [(1, 2, False), (2, 1, False), (3, 0, False), (4, 0, True), (400, 0, True)]
)
def test_the_quota_is_answered_and_nothing_beyond(used: int, remaining: int, is_exceeded: bool) -> None:
    standing = judge(Limited.SIGN_IN, Subject.CLIENT, 3, used, NOW + WINDOW, NOW)
    assert (standing.remaining, standing.is_exceeded) == (remaining, is_exceeded)
    assert (standing.policy, standing.quota, standing.resets_in) == ("sign_in_per_client", 3, 900)


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.timedeltas(timedelta(microseconds=1), WINDOW))
def test_what_is_left_and_when_it_comes_back(quota: int, used: int, left: timedelta) -> None:
    standing = judge(Limited.EXPORT, Subject.CREDENTIAL, quota, used, NOW + left, NOW)
    assert standing.is_exceeded == (used > quota)
    assert 0 <= standing.remaining < quota
    assert standing.remaining == 0 or standing.remaining + used == quota
    # Whoever waits as long as told comes into the next window, and never waits a whole second in vain.
    assert timedelta(0) <= timedelta(seconds=standing.resets_in) - left < timedelta(seconds=1)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("192.0.2.7", "192.0.2.7", True),
        ("192.0.2.7", "192.0.2.8", False),
        ("192.0.2.7", "::ffff:192.0.2.7", True),
        ("2001:db8:0:1::7", "2001:db8:0:1:ffff::8", True),
        ("2001:db8:0:1::7", "2001:db8:0:2::7", False),
        ("fe80::1%eth0", "fe80::2", True),
        (None, None, True),
        (None, "192.0.2.7", False),
        ("testclient", "testclient", True),
    ],
)
def test_which_addresses_are_one_client(one: str | None, other: str | None, is_same: bool) -> None:
    assert (client_of(one) == client_of(other)) is is_same
