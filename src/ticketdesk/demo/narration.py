"""What the demo writes on the terminal: one line per thing that happened, quiet, and readable without colours."""

import os
import sys
from datetime import date
from time import perf_counter

import click

# The statuses' colours as terminals have them.
INKS = {
    "purple": "magenta",
    "green": "green",
    "teal": "cyan",
    "red": "red",
    "blue": "blue",
    "yellow": "yellow",
    "grey": "bright_black",
}
_ASCII = {"✓": "+", "✗": "x", "·": "-", "→": "->", "…": "...", "–": "-", "“": '"', "”": '"'}


def wants_color() -> bool:
    """Tell whether to write colours: to a terminal, unless ``NO_COLOR`` is set (no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


class Narrator:
    """Writes the story line by line. The time before a line is what passed since the line before it."""

    def __init__(self) -> None:
        self.steps = 0
        self._has_color = wants_color()
        self._last = self._began = perf_counter()

    @property
    def seconds(self) -> float:
        """How long the story has taken so far."""
        return perf_counter() - self._began

    def say(self, text: str = "") -> None:
        """Write a line as it is."""
        click.echo(_writable(text), color=self._has_color)

    def chapter(self, title: str, day: date) -> None:
        """Begin a chapter."""
        self.say()
        self.say(f"{click.style(title, bold=True)} {click.style(f'· {day:%A}, {day.day} {day:%B}', dim=True)}")

    def done(self, text: str) -> None:
        """Write that something happened as expected."""
        self.steps += 1
        self._line(click.style("✓", fg="green"), text)

    def failed(self, text: str) -> None:
        """Write what did not happen as expected."""
        self._line(click.style("✗", fg="red"), text)

    def link(self, name: str, text: str) -> None:
        """Write something to open or to use."""
        self.say(f"  {click.style(f'{name:<14}', dim=True)} {text}")

    def _line(self, mark: str, text: str) -> None:
        now = perf_counter()
        took, self._last = f"{(now - self._last) * 1000:5.0f} ms", now
        self.say(f"  {mark} {click.style(took, dim=True)}  {text}")


def status(ticket: dict[str, str]) -> str:
    """Return a ticket's status as people read it, in its colour."""
    return click.style(ticket["status_label"], fg=INKS[ticket["status_color"]])


def quoted(text: str, length: int = 60) -> str:
    """Return ``text`` in quotes, cut where it would make a line too long."""
    return f"“{text if len(text) <= length else text[: length - 1].rstrip() + '…'}”"


def _writable(text: str) -> str:
    """Return ``text`` in letters that the terminal has."""
    encoding = sys.stdout.encoding or "ascii"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        for letter, plain in _ASCII.items():
            text = text.replace(letter, plain)
        return text.encode(encoding, "replace").decode(encoding)
    return text
