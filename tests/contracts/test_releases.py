"""The contract keeps what the last release promised; shown to fail on releases made up for it."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.contracts.releases import broken_promises, forgotten_releases, last_release

ROOT = Path(__file__).parents[2]
RELEASED = ROOT / "openapi" / "released"


@pytest.fixture(scope="module")
def contract() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / "openapi" / "v1.json").read_text(encoding="utf-8"))
    return found


def release(folder: Path, version: str, contract: dict[str, Any]) -> None:
    folder.mkdir(exist_ok=True)
    (folder / f"{version}.json").write_text(json.dumps(contract), encoding="utf-8")


def test_nothing_of_the_last_release_is_gone(contract: dict[str, Any]) -> None:
    assert broken_promises(RELEASED, contract) == []


def test_every_tag_has_its_contract() -> None:
    assert forgotten_releases(ROOT, RELEASED) == [], "run on the tag: ticketdesk openapi --release"


def test_the_last_release_has_the_highest_version(tmp_path: Path) -> None:
    for version in ("0.9.0", "0.10.0", "0.2.11"):
        release(tmp_path, version, {})
    (tmp_path / "notes.json").touch()
    assert last_release(tmp_path) == tmp_path / "0.10.0.json"


def test_before_the_first_release_nothing_was_promised(tmp_path: Path, contract: dict[str, Any]) -> None:
    assert last_release(tmp_path / "released") is None
    assert broken_promises(tmp_path / "released", contract) == []


def test_a_route_that_was_released_and_is_gone_is_named(tmp_path: Path, contract: dict[str, Any]) -> None:
    release(tmp_path, "0.1.0", contract)
    assert broken_promises(tmp_path, contract) == []
    rest = {path: item for path, item in contract["paths"].items() if path != "/api/v1/me"}
    assert broken_promises(tmp_path, contract | {"paths": rest}) == ["GET /api/v1/me: removed"]


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not here, as where a source archive is tested")
def test_a_tag_without_its_contract_is_named(tmp_path: Path, contract: dict[str, Any]) -> None:
    def git(*words: str) -> None:
        person = ("-c", "user.name=Lea", "-c", "user.email=lea@desk.example", "-c", "commit.gpgsign=false")
        subprocess.run(["git", "-C", tmp_path, *person, *words], check=True, capture_output=True)

    git("init", "--quiet")
    (tmp_path / "openapi").mkdir()
    (tmp_path / "openapi" / "v1.json").write_text(json.dumps(contract), encoding="utf-8")
    git("add", ".")
    git("commit", "--quiet", "--message", "Release.")
    git("tag", "v0.1.0")
    folder = tmp_path / "openapi" / "released"
    assert forgotten_releases(tmp_path, folder) == ["v0.1.0"]
    release(folder, "0.1.0", contract)
    assert forgotten_releases(tmp_path, folder) == []
    release(folder, "0.1.0", contract | {"paths": {}})
    assert forgotten_releases(tmp_path, folder) == ["v0.1.0"]


def test_a_source_archive_has_no_tags(tmp_path: Path) -> None:
    assert forgotten_releases(tmp_path, tmp_path / "released") == []
