"""The documents: short, in their order, true where a machine can tell, and without traces of any one machine."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.contract import CONTEXTS

from ticketdesk.cli.program import COMMANDS
from ticketdesk.config import Config
from ticketdesk.domain.ticket_statuses import TicketKind
from ticketdesk.domain.workflow_diagram import mermaid

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
NAMES = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")
DOCUMENTS = [ROOT / name for name in NAMES] + sorted((ROOT / "docs").glob("*.md"))
SECTIONS = ["Two commands", "Who uses it", "Statuses", "Quickstart", "Configuration", "Production", "Limits"]
MOST_LINES = {"README.md": 200, "ARCHITECTURE.md": 100}
OPERATIONS = {f"{method} {context.path}" for context in CONTEXTS for method in context.methods or ()}
# Where somebody's files are, and hosts that only one network knows.
MACHINE = re.compile(r"/home/|/root/|/Users/|/work/|/tmp/|C:\\|\b(?:10|192\.168)\.\d+\.\d+|\.(?:local|internal|lan)\b")


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


documents = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)


def test_readme_begins_with_one_sentence_and_a_picture() -> None:
    title, sentence, picture, *_ = README.split("\n\n")
    assert title == "# Ticketdesk"
    assert sentence.count(".") == 1
    assert sentence.endswith(".")
    assert re.fullmatch(r"!\[.+\]\(docs/\S+\)", picture)


def test_readme_has_its_sections_in_order() -> None:
    assert re.findall(r"^## (.+)$", README, re.MULTILINE) == SECTIONS


@pytest.mark.parametrize(("name", "most"), MOST_LINES.items())
def test_first_documents_stay_short(name: str, most: int) -> None:
    assert len(read(ROOT / name).splitlines()) <= most


def test_readme_draws_the_statuses_from_the_table() -> None:
    drawn = re.findall(r"```mermaid\n(.*?)\n```", README, re.DOTALL)
    assert drawn == [mermaid(TicketKind.CORRECTIVE)], "paste the output of workflow_diagram.mermaid()"


def test_readme_shows_what_the_two_commands_print() -> None:
    demo, test = re.findall(r"^```\n\$ make (.*?)^```$", README, re.MULTILINE | re.DOTALL)[:2]
    assert demo.startswith("demo\n")
    assert "all as told." in demo
    assert test.startswith("test\n")
    assert re.search(r"\d+ passed", test)
    assert "failed" not in test


@documents
def test_links_lead_to_what_is_there(path: Path) -> None:
    text = read(path)
    for target in re.findall(r"\]\(([^)]+)\)", text):
        parts = urlsplit(target)
        if parts.scheme:
            assert parts.scheme == "https", target
        else:
            assert (path.parent / parts.path).exists(), target


@documents
def test_files_that_are_named_exist(path: Path) -> None:
    for name in re.findall(r"`([\w.-]+/[\w./-]*)`", read(path)):
        first = name.split("/")[0]
        base = next((folder for folder in (ROOT, ROOT / "src" / "ticketdesk") if (folder / first).is_dir()), None)
        assert base is None or (base / name).exists(), name


@documents
def test_operations_that_are_named_exist(path: Path) -> None:
    found = re.findall(r"\b(GET|POST|PUT|PATCH|DELETE) (?:/api/v1)?(/[\w{}/-]+)", read(path))
    known = {re.sub(r"\{\w+\}", "{}", operation) for operation in OPERATIONS}
    for method, named in found:
        assert f"{method} /api/v1{re.sub(r'{.*?}', '{}', named)}" in known, f"{method} {named}"


@documents
def test_variables_and_commands_that_are_named_exist(path: Path) -> None:
    variables = {f"TICKETDESK_{name.upper()}" for name in Config.model_fields}
    variables |= {"TICKETDESK_API_URL", "TICKETDESK_API_KEY", "TICKETDESK_TOKEN", "TICKETDESK_TEST_DATABASE_URL"}
    assert set(re.findall(r"TICKETDESK_[A-Z_]+[A-Z]", read(path))) <= variables
    assert set(re.findall(r"(?:`|\$ )ticketdesk ([a-z]+)", read(path))) <= COMMANDS.keys()


@documents
def test_nothing_of_any_one_machine_is_left(path: Path) -> None:
    assert MACHINE.findall(read(path)) == []
    assert not re.search(r"eyJ[\w-]{20,}|td_\w{20,}", read(path)), "a credential, even of a demo, is cut short"
