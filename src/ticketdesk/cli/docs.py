"""``ticketdesk docs``: write those parts of the documentation that are made from the program (``make docs``)."""

import re
from pathlib import Path

import click

from ticketdesk.api import problem_codes
from ticketdesk.cli.config_table import markdown_table

BEGIN = "<!-- config:begin -->"
END = "<!-- config:end -->"
README = Path("README.md")
ERRORS = Path("docs/errors.md")


def readme_with_table(text: str) -> str:
    """Return ``text`` with the section between the markers made anew; raises ``ValueError`` without markers."""
    pattern = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    if not pattern.search(text):
        raise ValueError(f"There is no section between {BEGIN} and {END}.")
    return pattern.sub(lambda _: f"{BEGIN}\n{markdown_table()}{END}", text, count=1)


@click.command(hidden=True)
def docs() -> None:
    """Write the configuration table of README.md and docs/errors.md; to be run in a checkout."""
    README.write_text(readme_with_table(README.read_text(encoding="utf-8")), encoding="utf-8")
    ERRORS.write_text(problem_codes.markdown(), encoding="utf-8")
