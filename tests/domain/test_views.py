"""A view is narrowed by further filters, and never widened."""

from datetime import UTC, datetime
from typing import Any

import pytest

from ticketdesk.domain.errors import InvalidInput
from ticketdesk.domain.views import narrow

EARLY, LATE = datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("view", "asked", "expected"),
    [
        ({}, {"open": True}, {"open": True}),
        ({"open": True}, {}, {"open": True}),
        ({"open": True}, {"q": "logo"}, {"open": True, "q": "logo"}),
        ({"open": True}, {"open": True}, {"open": True}),
        ({"assignee_id": ["me", "none"]}, {"assignee_id": ["none"]}, {"assignee_id": ["none"]}),
        ({"status": ["new", "open"]}, {"status": ["open", "closed"]}, {"status": ["open"]}),
        ({"tag": ["a", "b"]}, {"tag": ["b"]}, {"tag": ["b"]}),
        ({"closed_after": EARLY}, {"closed_after": LATE}, {"closed_after": LATE}),
        ({"updated_since": LATE}, {"updated_since": EARLY}, {"updated_since": LATE}),
        ({"created_before": LATE}, {"created_before": EARLY}, {"created_before": EARLY}),
    ],
)
def test_what_matches_both_is_left(view: dict[str, Any], asked: dict[str, Any], expected: dict[str, Any]) -> None:
    assert narrow(view, asked) == expected


@pytest.mark.parametrize(
    ("view", "asked"),
    [
        ({"open": True}, {"open": False}),
        ({"assignee_id": ["me"]}, {"assignee_id": ["none"]}),
        ({"status": ["new"]}, {"status": ["closed"]}),
        # A ticket may have both, and no single list says so.
        ({"tag": ["a", "b"]}, {"tag": ["b", "c"]}),
        ({"q": "logo"}, {"q": "hours"}),
    ],
)
def test_what_excludes_each_other_is_refused(view: dict[str, Any], asked: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        narrow(view, asked)
    assert [(error.pointer, error.code) for error in refusal.value.errors] == [(next(iter(asked)), "contradicts_view")]
