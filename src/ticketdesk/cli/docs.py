"""``ticketdesk docs``: write those parts of the documentation that are made from the program (``make docs``)."""

import re
from pathlib import Path

import click

from ticketdesk.api import openapi, permission_table, problem_codes
from ticketdesk.api.v1 import ROUTERS
from ticketdesk.cli.config_table import markdown_table
from ticketdesk.domain import workflow_diagram

BEGIN = "<!-- config:begin -->"
END = "<!-- config:end -->"
README = Path("README.md")
ARCHITECTURE = Path("ARCHITECTURE.md")
ERRORS = Path("docs/errors.md")
PERMISSIONS = Path("docs/permissions.md")


def with_section(text: str, begin: str, end: str, section: str) -> str:
    """Return ``text`` with everything from ``begin`` to ``end`` replaced by ``section``, which has both markers.

    Raises ``ValueError`` without markers.
    """
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if not pattern.search(text):
        raise ValueError(f"There is no section between {begin} and {end}.")
    return pattern.sub(lambda _: section, text, count=1)


def readme_with_table(text: str) -> str:
    """Return the text of README.md with the configuration table made anew."""
    return with_section(text, BEGIN, END, f"{BEGIN}\n{markdown_table()}{END}")


@click.command(hidden=True)
def docs() -> None:
    """Write the table of README.md, the diagrams of ARCHITECTURE.md, and two pages of docs; to be run in a checkout."""
    README.write_text(readme_with_table(README.read_text(encoding="utf-8")), encoding="utf-8")
    text = ARCHITECTURE.read_text(encoding="utf-8")
    diagrams = with_section(text, workflow_diagram.BEGIN, workflow_diagram.END, workflow_diagram.section())
    ARCHITECTURE.write_text(diagrams, encoding="utf-8")
    ERRORS.write_text(problem_codes.markdown(), encoding="utf-8")
    table = permission_table.markdown(openapi.collect(ROUTERS))
    PERMISSIONS.write_text(table, encoding="utf-8")
