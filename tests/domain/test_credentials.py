from datetime import UTC, datetime, timedelta

import pytest

from ticketdesk.domain.credentials import access_expiry, fingerprint, is_api_key, refresh_expiry

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("left", "access", "refresh"),
    [
        (timedelta(days=30), timedelta(minutes=15), timedelta(days=14)),
        (timedelta(days=14), timedelta(minutes=15), timedelta(days=14)),
        (timedelta(days=1), timedelta(minutes=15), timedelta(days=1)),
        (timedelta(minutes=3), timedelta(minutes=3), timedelta(minutes=3)),
    ],
)
def test_no_token_outlives_its_session(left: timedelta, access: timedelta, refresh: timedelta) -> None:
    assert access_expiry(NOW, NOW + left) == NOW + access
    assert refresh_expiry(NOW, NOW + left) == NOW + refresh


@pytest.mark.parametrize(("credential", "is_key"), [("td_x", True), ("TD_x", False), ("x.td_", False), ("", False)])
def test_api_keys_are_known_by_their_looks(credential: str, is_key: bool) -> None:
    assert is_api_key(credential) is is_key


def test_fingerprints_are_of_one_length_and_tell_apart() -> None:
    texts = ["", "a", "A", "\u00e4", "a" * 9999]

    assert {len(fingerprint(text)) for text in texts} == {32}
    assert len({fingerprint(text) for text in texts}) == len(texts)
