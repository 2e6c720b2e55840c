"""The words that people are found by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketdesk.domain.search_words import words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Anna Berg", ["anna", "berg"]),
        ("O'Brien-Smith", ["o", "brien", "smith"]),
        ("a.berg+desk@brightpath.example", ["a", "berg", "desk", "brightpath", "example"]),
        ("Müller", ["muller"]),
        ("Mu\u0308ller", ["muller"]),
        ("WEISS Weiß", ["weiss"]),
        ("ﬁne ①", ["fine", "1"]),
        ("emp_7", ["emp", "7"]),
        ("' & | ! ( ) :* \\", []),
        ("", []),
    ],
)
def test_words(text: str, found: list[str]) -> None:
    assert words(text) == found


def test_nothing_is_searched_for_nothing() -> None:
    assert words(None, "Anna", None) == ["anna"]


@given(st.text())
def test_words_hold_nothing_that_a_query_could_mean(text: str) -> None:
    found = words(text)
    assert all(word.isalnum() for word in found)
    assert len(found) == len(set(found))
