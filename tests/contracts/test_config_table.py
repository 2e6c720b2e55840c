"""README names every environment variable, with its default and meaning."""

from pathlib import Path

from ticketdesk.cli.config_table import markdown_table
from ticketdesk.cli.docs import readme_with_table
from ticketdesk.config import Config

README = Path(__file__).parents[2] / "README.md"


def test_the_readme_has_the_table_as_it_is() -> None:
    text = README.read_text(encoding="utf-8")
    assert readme_with_table(text) == text, "run: make docs"


def test_every_variable_has_its_row() -> None:
    rows = markdown_table().splitlines()[2:]
    assert [row.split("`")[1] for row in rows] == [f"TICKETDESK_{name.upper()}" for name in Config.model_fields]
    assert not any(row.endswith("| None |") for row in rows), "give the field a description"


def test_defaults_read_as_an_operator_would_write_them() -> None:
    table = markdown_table()
    for part in ("`development`", "| `data` |", "| `true` |", "| – |", "| `10` |"):
        assert part in table
