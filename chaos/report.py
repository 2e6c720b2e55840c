"""The figures as a table, and their place in docs/reliability.md."""

import os
import platform
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from chaos.figures import Figures
from ticketdesk.cli.docs import with_section
from ticketdesk.integrations.embedded_postgres_binaries import find

BEGIN = "<!-- figures:begin -->"
END = "<!-- figures:end -->"
DOCUMENT = Path(__file__).parents[1] / "docs" / "reliability.md"


def table(found: Mapping[str, Figures]) -> str:
    """Return the figures as a table in Markdown, a line for each bar."""
    lines = ["| harness | what | bar | measured | |", "|---|---|---|---|---|"]
    for name, figures in found.items():
        for figure in figures.figures:
            verdict = "reached" if figure.passed else "**missed**"
            lines.append(f"| `{name}` | {figure.what} | {figure.bar} | {figure.measured} | {verdict} |")
    return "\n".join(lines)


def section(found: Mapping[str, Figures], machine: str, now: datetime) -> str:
    """Return what stands between the markers, with the markers: when and where it was measured, and the table."""
    did = "\n".join(f"- `{name}`: {figures.did}" for name, figures in found.items())
    head = f"Printed by `make chaos` on {now.astimezone(UTC):%Y-%m-%d %H:%M} UTC; {machine}."
    return f"{BEGIN}\n{head}\n\n{table(found)}\n\nWhat was done in this run:\n\n{did}\n{END}"


def machine() -> str:
    """Return what this run was made on, without naming the machine."""
    asked = subprocess.run([find(18).postgres, "--version"], capture_output=True, check=True, text=True)
    server = asked.stdout.split()[2]
    return f"{os.cpu_count()} cores of {_processor()}, Python {platform.python_version()}, PostgreSQL {server}"


def write(found: Mapping[str, Figures]) -> None:
    """Put the figures into the document; raises ``ValueError`` if it has lost its markers."""
    text = DOCUMENT.read_text(encoding="utf-8")
    figures = section(found, machine(), datetime.now(UTC))
    DOCUMENT.write_text(with_section(text, BEGIN, END, figures), encoding="utf-8")


def _processor() -> str:
    """Return the processor's model name as Linux tells it, else what Python knows."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())
