import json
import signal
import socket
from pathlib import Path

import pytest
from tests.cli.commands import environment, get, run, started
from tests.database import server_dir

pytestmark = pytest.mark.long

SERVING = r'"url":"(http://[^"]+)".*"event":"serving"|"event":"serving".*"url":"(http://[^"]+)"'


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_serves_until_a_signal_comes(unmigrated_env: dict[str, str], number: int) -> None:
    async with started("serve", "--port", "0", env=unmigrated_env) as server:
        found = await server.says(SERVING)
        address = found[1] or found[2]
        assert (await get(f"{address}/readyz")).json() == {"status": "ready"}
        assert (await get(f"{address}/api/v1/me")).status_code == 401
        assert await server.end(number) == 0
    events = [json.loads(line) for line in server.lines]
    assert events[-1]["event"] == "stopped"
    assert not any(event["level"] in {"error", "critical"} for event in events)
    request = next(event for event in events if event["event"] == "request")
    assert (request["route"], request["status"]) == ("/api/v1/me", 401)


async def test_production_does_not_migrate_by_itself(empty_database_url: str) -> None:
    env = environment(
        ENV="production",
        DATABASE_URL=empty_database_url,
        SECRET_KEYS="s" * 32,
        SMTP_URL="smtp://127.0.0.1:9",
        MAIL_FROM="desk@desk.example",
    )
    async with started("serve", "--port", "0", "--no-jobs", env=env) as server:
        found = await server.says(SERVING)
        answer = await get(f"{found[1] or found[2]}/readyz")
        assert (answer.status_code, answer.json()["code"]) == (503, "not_migrated")
        assert await server.end() == 0


def test_a_taken_port_is_one_line(env: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("serve", "--port", str(port), env=env)
    assert done.returncode == 1
    assert (
        done.stderr
        == f"Error: Cannot listen on 127.0.0.1:{port} (Address already in use). Choose another with --port.\n"
    )


def test_wrong_settings_are_one_line_without_their_values(env: dict[str, str]) -> None:
    done = run("serve", env=env | {"TICKETDESK_SECRET_KEYS": "hunter2", "TICKETDESK_LOG_FORMAT": "hunter3"})
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "TICKETDESK_LOG_FORMAT" in done.stderr
    assert "hunter" not in done.stderr
    done = run("serve", env=env | {"TICKETDESK_SECRET_KEYS": "hunter2"})
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "TICKETDESK_SECRET_KEYS" in done.stderr
    assert "hunter" not in done.stderr


def test_a_database_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    env = environment(DATABASE_URL="postgresql://desk:hunter2@127.0.0.1:9/desk", DATA_DIR=str(tmp_path))
    done = run("serve", "--port", "0", env=env)
    assert done.returncode == 1
    assert [line for line in done.stderr.splitlines() if not line.startswith("{")] == [done.stderr.splitlines()[-1]]
    assert "Traceback" not in done.stderr
    assert "hunter2" not in done.stderr


async def test_the_embedded_database_ends_with_the_server() -> None:
    with server_dir() as data_dir:
        env = environment(DATA_DIR=str(data_dir))
        async with started("serve", "--port", "0", env=env) as server:
            found = await server.says(SERVING)
            assert (await get(f"{found[1] or found[2]}/readyz")).status_code == 200
            assert _postmasters(data_dir)
            assert await server.end(signal.SIGTERM) == 0
        assert not _postmasters(data_dir)


def _postmasters(data_dir: Path) -> list[Path]:
    """Return the lock files of running servers; PostgreSQL removes its own when it ends in order."""
    return list((data_dir / "postgres").resolve().rglob("postmaster.pid"))


async def test_work_runs_the_ticks_alone(env: dict[str, str]) -> None:
    async with started("work", env=env) as worker:
        await worker.says('"event":"working"')
        assert await worker.end() == 0
    assert json.loads(worker.lines[-1])["event"] == "stopped"
