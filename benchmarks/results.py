"""Figures as tables, and their places in RESULTS.md; what is written between those places stays."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from chaos.report import machine

from ticketdesk.cli.docs import with_section

DOCUMENT = Path(__file__).with_name("RESULTS.md")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing measured: what, the bar that it is held to, and what was found, a cell for each further column."""

    what: str
    bar: str
    found: tuple[str, ...]
    passed: bool

    @property
    def cells(self) -> tuple[str, ...]:
        """The line as it is printed."""
        return (self.what, self.bar, *self.found, "reached" if self.passed else "**missed**")


def show(line: Line) -> None:
    """Tell of a line as soon as it is there."""
    print(" | ".join(line.cells), file=sys.stderr, flush=True)


@dataclass(frozen=True, slots=True)
class Table:
    """All lines of one part of the benchmark. ``columns`` are the titles of what was found, ``how`` says how."""

    part: str
    columns: tuple[str, ...]
    lines: Sequence[Line]
    how: str

    @property
    def passed(self) -> bool:
        """Whether every bar was reached."""
        return all(line.passed for line in self.lines)

    def markdown(self) -> str:
        """Return the table in Markdown."""
        titles = ("what", "bar", *self.columns, "")
        rows = [titles, ("---",) * len(titles), *(line.cells for line in self.lines)]
        return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def write(table: Table, document: Path = DOCUMENT) -> None:
    """Put ``table`` into its place of the document; raises ``ValueError`` if that is gone."""
    begin, end = f"<!-- {table.part}:begin -->", f"<!-- {table.part}:end -->"
    head = f"Printed on {datetime.now(UTC):%Y-%m-%d %H:%M} UTC; {machine()}. {table.how}"
    text = document.read_text(encoding="utf-8")
    document.write_text(with_section(text, begin, end, f"{begin}\n{head}\n\n{table.markdown()}\n{end}"), "utf-8")
