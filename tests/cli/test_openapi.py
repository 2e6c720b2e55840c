import json
from importlib.metadata import version
from pathlib import Path

import pytest
from tests.api import probe
from tests.cli.commands import environment, run

from ticketdesk.cli import openapi as command

CONTRACT = Path("openapi") / "v1.json"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def _few_routes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the program have few routes: with all of them each run of the command takes seconds."""
    monkeypatch.setattr(command, "ROUTERS", (probe.router,))


@pytest.mark.usefixtures("_few_routes")
def test_writes_the_contract_and_checks_it(tmp_path: Path) -> None:
    env = environment()
    (tmp_path / "openapi").mkdir()
    missing = run("openapi", "--check", env=env)
    assert (missing.returncode, missing.stderr.count("\n")) == (1, 1)
    assert run("openapi", env=env).returncode == 0
    assert json.loads((tmp_path / CONTRACT).read_text())["openapi"].startswith("3.1")
    assert run("openapi", "--check", env=env).returncode == 0
    (tmp_path / CONTRACT).write_text("{}")
    drifted = run("openapi", "--check", env=env)
    assert drifted.returncode == 1
    assert "run `ticketdesk openapi`" in drifted.stderr


def test_needs_neither_settings_nor_a_database() -> None:
    done = run("openapi", "--output", "-", env=environment(ENV="production"))
    assert done.returncode == 0
    assert json.loads(done.stdout)["info"]["title"] == "Ticketdesk"


@pytest.mark.usefixtures("_few_routes")
def test_a_release_keeps_its_contract(tmp_path: Path) -> None:
    assert run("openapi", "--release", env=environment()).returncode == 0
    [kept] = (tmp_path / "openapi" / "released").iterdir()
    assert kept.name == f"{version('ticketdesk')}.json"
    assert kept.read_bytes() == (tmp_path / CONTRACT).read_bytes()
    assert run("openapi", "--release", env=environment()).returncode == 0


@pytest.mark.usefixtures("_few_routes")
def test_what_was_released_is_never_overwritten(tmp_path: Path) -> None:
    kept = tmp_path / "openapi" / "released" / f"{version('ticketdesk')}.json"
    kept.parent.mkdir(parents=True)
    kept.write_text("{}")
    refused = run("openapi", "--release", env=environment())
    assert refused.returncode == 1
    assert "Raise the version" in refused.stderr
    assert kept.read_text() == "{}"
