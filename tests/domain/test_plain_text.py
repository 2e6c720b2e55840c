import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketdesk.domain.plain_text import ELLIPSIS, excerpt, lines, one_line

ANY_TEXT = st.text(st.characters(), max_size=300)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("  two   words \t here ", "two words here"),
        ("first\r\nBcc: evil@example.net", "first Bcc: evil@example.net"),
        ("nul\x00bell\x07del\x7fnel\x85", "nul bell del nel"),
        ("separators\u2028and\u2029more", "separators and more"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("half \ud83d pair", "half \ufffd pair"),
        ("zero\u200bwidth \u05e2\u05d1\u05e8\u05d9\u05ea", "zero\u200bwidth \u05e2\u05d1\u05e8\u05d9\u05ea"),
        ("", ""),
        ("\r\n\t", ""),
    ],
)
def test_one_line_keeps_words_and_drops_what_programs_obey(text: str, expected: str) -> None:
    assert one_line(text) == expected


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [("abcdef", 6, "abcdef"), ("abcdefg", 6, "abcde…"), ("abcd  fgh", 6, "abcd…")],
)
def test_one_line_is_cut_with_an_ellipsis(text: str, limit: int, expected: str) -> None:
    assert one_line(text, limit) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("a\x0bb\x0cc\u2028d", "a\nb\nc\nd"),
        ("a\n\n\n\n\nb", "a\n\nb"),
        ("tab\tstays \x00\x1b[31mred  \nnext", "tab\tstays [31mred\nnext"),
        ("\n\nmiddle\n\n", "middle"),
    ],
)
def test_lines_end_in_line_feeds_alone(text: str, expected: str) -> None:
    assert lines(text) == expected


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("short", 10, "short"),
        ("several words that go on", 16, "several words …"),
        ("x" * 40, 12, "x" * 10 + " …"),
    ],
)
def test_excerpt_ends_at_a_word(text: str, limit: int, expected: str) -> None:
    assert excerpt(text, limit) == expected


@given(ANY_TEXT, st.integers(2, 80))
def test_one_line_is_printable_bounded_and_stable(text: str, limit: int) -> None:
    line = one_line(text, limit)
    line.encode()
    assert len(line) <= limit
    assert len(line.splitlines()) <= 1
    assert one_line(line, limit) == line


@given(ANY_TEXT, st.integers(4, 80))
def test_excerpt_is_encodable_and_bounded(text: str, limit: int) -> None:
    part = excerpt(text, limit)
    part.encode()
    assert len(part) <= limit
    assert part.endswith(ELLIPSIS) or part == lines(text)
    assert not set(part) & set(map(chr, (*range(9), *range(11, 32), 127)))
