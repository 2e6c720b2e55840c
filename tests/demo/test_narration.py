import io
import re
from datetime import date

import pytest

from ticketdesk.demo.narration import Narrator, quoted, status

TICKET = {"status_label": "Send Later", "status_color": "purple"}


class Terminal(io.TextIOWrapper):
    """A standard output of any encoding, a terminal or not."""

    def __init__(self, encoding: str = "utf-8", *, is_terminal: bool = True) -> None:
        self._written = io.BytesIO()
        super().__init__(self._written, encoding=encoding, write_through=True)
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal

    def written(self) -> str:
        return self._written.getvalue().decode(self.encoding)


def narrate(monkeypatch: pytest.MonkeyPatch, terminal: Terminal) -> str:
    monkeypatch.setattr("sys.stdout", terminal)
    narrator = Narrator()
    narrator.chapter("A chapter", date(2026, 3, 2))
    narrator.done(f"It is {status(TICKET)} – {quoted('a title', 20)}")
    narrator.failed("It is not.")
    assert narrator.steps == 1
    return terminal.written()


def test_a_pipe_gets_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    text = narrate(monkeypatch, Terminal(is_terminal=False))
    assert re.fullmatch(
        r"\nA chapter · Monday, 2 March\n"
        r"  ✓ +\d+ ms  It is Send Later – “a title”\n"
        r"  ✗ +\d+ ms  It is not\.\n",
        text,
    )


def test_a_terminal_gets_the_colour_of_the_status(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[35mSend Later\x1b[0m" in narrate(monkeypatch, Terminal())


def test_no_color_is_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in narrate(monkeypatch, Terminal())


def test_a_terminal_without_the_letters_gets_others(monkeypatch: pytest.MonkeyPatch) -> None:
    text = narrate(monkeypatch, Terminal("ascii", is_terminal=False))
    assert 'It is Send Later - "a title"' in text
    assert text.isascii()


def test_long_quotes_are_cut() -> None:
    assert quoted("abcdefgh", 8) == "“abcdefgh”"
    assert quoted("abcdefghi", 8) == "“abcdefg…”"
