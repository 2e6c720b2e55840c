import asyncio
import socket
from pathlib import Path

import pytest
from tests.cli.commands import environment, run

from ticketdesk.cli import doctor_checks, doctor_database
from ticketdesk.cli.doctor_checks import State
from ticketdesk.config import Config, Environment
from ticketdesk.integrations.mailbox import MailCatcher
from ticketdesk.repositories import migrations
from ticketdesk.services.health import Schema


def states(output: str) -> dict[str, str]:
    """Return the state of each check by what it was about."""
    lines = [line.split(maxsplit=1) for line in output.splitlines()]
    return {rest.partition(":")[0]: state for state, rest in lines}


def test_all_is_well_in_development(env: dict[str, str]) -> None:
    done = run("doctor", env=env)
    assert done.returncode == 0, done.stdout + done.stderr
    assert states(done.stdout) == {
        "config": "ok",
        "secret keys": "warn",
        "data directory": "ok",
        "storage": "ok",
        "time zones": "ok",
        "portal": "ok",
        "CORS": "ok",
        "sender": "ok",
        "mail server": "ok",
        "database": "ok",
        "schema": "ok",
        "clock": "ok",
        "counters": "ok",
    }


def test_says_what_to_do_about_a_database_that_is_not_migrated(unmigrated_env: dict[str, str]) -> None:
    done = run("doctor", env=unmigrated_env)
    assert done.returncode == 1
    assert "fail  schema: at nothing. Run `ticketdesk migrate`." in done.stdout


def test_says_so_where_attachments_cannot_be_kept(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("no folder")
    disk = doctor_checks.check_storage(Config.model_construct(data_dir=tmp_path))
    assert (disk.state, "TICKETDESK_DATA_DIR" in disk.remedy) == (State.FAIL, True)
    url = Config.model_construct(data_dir=tmp_path, storage_url="s3://key:hunter2@desk?other=1")
    assert doctor_checks.check_storage(url).state is State.FAIL
    assert "hunter2" not in str(doctor_checks.check_storage(url))


def test_says_so_when_there_is_no_database(tmp_path: Path) -> None:
    env = environment(DATABASE_URL="postgresql://desk:hunter2@127.0.0.1:9/desk", DATA_DIR=str(tmp_path))
    done = run("doctor", env=env)
    assert done.returncode == 1
    assert states(done.stdout)["database"] == "fail"
    assert "TICKETDESK_DATABASE_URL" in done.stdout
    assert "hunter2" not in done.stdout + done.stderr


def test_wrong_settings_are_a_finding() -> None:
    done = run("doctor", env=environment(ENV="production"))
    assert done.returncode == 1
    assert done.stdout.startswith("fail  config: environment: production needs TICKETDESK_SECRET_KEYS, ")
    assert done.stdout.count("\n") == 1


def config(**values: object) -> Config:
    return Config.model_construct(**values)  # type: ignore[arg-type]  # any field, unchecked on purpose


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({}, State.OK),
        ({"portal_page": False}, State.FAIL),
        ({"portal_url": "https://front.example/tickets"}, State.WARN),
        ({"portal_url": "https://front.example", "cors_origins": ("https://front.example",)}, State.OK),
        ({"portal_url": "https://front.example", "public_url": "https://front.example"}, State.OK),
        ({"portal_url": "front.example"}, State.FAIL),
        ({"env": Environment.PRODUCTION}, State.WARN),
        ({"env": Environment.PRODUCTION, "public_url": "https://desk.example"}, State.OK),
    ],
)
def test_links_must_lead_to_a_page_that_may_call(values: dict[str, object], state: State) -> None:
    assert doctor_checks.check_portal(config(**values)).state is state


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({}, State.OK),
        ({"mail_from": "desk@ticketdesk.example", "env": Environment.PRODUCTION}, State.WARN),
        ({"mail_from": "desk@desk.org", "env": Environment.PRODUCTION}, State.OK),
    ],
)
def test_mails_come_from_a_real_domain(values: dict[str, object], state: State) -> None:
    assert doctor_checks.check_sender(config(**values)).state is state


def test_origins_are_exact() -> None:
    assert doctor_checks.check_origins(config(cors_origins=("https://a.example/",))).state is State.FAIL
    assert doctor_checks.check_origins(config(cors_origins=("https://a.example",))).state is State.OK


def test_a_directory_that_cannot_be_written(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    assert doctor_checks.check_data_dir(config(data_dir=blocked)).state is State.FAIL
    assert doctor_checks.check_data_dir(config(data_dir=tmp_path / "new")).state is State.OK
    configured = config(data_dir=blocked, database_url="postgresql://h/d", secret_keys=("k" * 32,))
    assert doctor_checks.check_data_dir(configured).state is State.OK


async def test_greets_the_mail_server_and_sends_nothing() -> None:
    catcher = MailCatcher()
    await catcher.start()
    try:
        found = await asyncio.to_thread(doctor_checks.check_mail_server, config(smtp_url=catcher.url))
        assert found.state is State.OK
        assert not catcher.mails
    finally:
        await catcher.stop()


def test_a_mail_server_that_is_not_there() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        found = doctor_checks.check_mail_server(config(smtp_url=f"smtp://desk:hunter2@127.0.0.1:{port}"))
    assert (found.state, found.text) == (State.FAIL, f"127.0.0.1:{port} does not answer (ConnectionRefusedError).")
    found = doctor_checks.check_mail_server(config(smtp_url="http://desk:hunter2@h"))
    assert found.state is State.FAIL
    assert "hunter2" not in str(found)


@pytest.mark.parametrize(("number", "state"), [(150_013, State.FAIL), (160_000, State.OK), (180_001, State.OK)])
def test_versions(number: int, state: State) -> None:
    found = doctor_database.judge_version(number, "configured")
    assert found.state is state
    assert f"{number // 10_000}." in found.text


@pytest.mark.parametrize(
    ("present", "state"),
    [(None, State.FAIL), (migrations.oldest(), State.FAIL), (migrations.head(), State.OK), ("newer", State.WARN)],
)
def test_schemas(present: str | None, state: State) -> None:
    assert doctor_database.judge_schema(Schema(present, migrations.head())).state is state


@pytest.mark.parametrize(
    ("seconds", "state", "word"),
    [(0, State.OK, "behind"), (1.9, State.OK, "ahead"), (-5, State.WARN, "behind"), (61, State.FAIL, "ahead")],
)
def test_clocks(seconds: float, state: State, word: str) -> None:
    found = doctor_database.judge_skew(seconds)
    assert (found.state, word in found.text) == (state, True)


def test_counters_that_differ_are_named() -> None:
    assert doctor_database.judge_counters([]).state is State.OK
    found = doctor_database.judge_counters(["assignee"])
    assert found.state is State.FAIL
    assert "assignee" in str(found)
    assert "recount_tickets()" in str(found)
