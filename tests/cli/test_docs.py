from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest
from tests.cli.commands import environment, run

from ticketdesk.cli.docs import with_section

ROOT = Path(__file__).parents[2]
# Made anew as a whole; of the others a section is.
PAGES = ("docs/errors.md", "docs/permissions.md")


def test_writes_what_is_committed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    copytree(ROOT / "docs", tmp_path / "docs", ignore=ignore_patterns("*.png"))
    committed = {name: (ROOT / name).read_text() for name in ("README.md", "ARCHITECTURE.md", *PAGES)}
    for name, text in committed.items():
        drifted = text.replace("TICKETDESK_DATA_DIR", "DRIFTED").replace("stateDiagram-v2", "drifted")
        (tmp_path / name).write_text("" if name in PAGES else drifted)
    assert run("docs", env=environment()).returncode == 0
    for name, text in committed.items():
        written = (tmp_path / name).read_text()
        # Outside of the markers nothing is made anew.
        assert written.count("\n") == text.count("\n"), name
    assert (tmp_path / "ARCHITECTURE.md").read_text() == committed["ARCHITECTURE.md"]
    for page in PAGES:
        assert (tmp_path / page).read_text() == committed[page]


def test_replaces_a_section_literally() -> None:
    assert with_section("a <b> old <e> z", "<b>", "<e>", r"<b>\1 new<e>") == r"a <b>\1 new<e> z"


def test_needs_its_markers() -> None:
    with pytest.raises(ValueError, match="no section"):
        with_section("text", "<b>", "<e>", "new")
