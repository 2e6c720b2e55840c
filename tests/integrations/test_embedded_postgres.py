import asyncio
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from tests.database import server_dir

from ticketdesk.integrations import embedded_postgres_binaries as binaries
from ticketdesk.integrations.embedded_postgres import EmbeddedPostgres, EmbeddedPostgresUnavailable

FAST = {"fsync": "off"}
CHILD = """
import sys
from pathlib import Path
from ticketdesk.integrations import embedded_postgres_binaries as binaries
from ticketdesk.integrations.embedded_postgres import EmbeddedPostgres
with EmbeddedPostgres(Path(sys.argv[1]), settings={"fsync": "off"}) as server:
    print(server.pid, server.is_attached, server.url(), flush=True)
    sys.stdin.readline()
print("stopped", flush=True)
"""


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with server_dir() as path:
        yield path


@pytest.fixture(scope="module")
def used_dir() -> Iterator[Path]:
    """A directory with a stopped cluster, for tests that need no new one; they leave it stopped."""
    with server_dir() as path:
        with EmbeddedPostgres(path, settings=FAST):
            pass
        yield path


def query(url: str, statement: str) -> Any:
    async def ask() -> Any:
        engine = create_async_engine(url)
        try:
            async with engine.begin() as connection:
                result = await connection.execute(text(statement))
                return result.scalar() if result.returns_rows else None
        finally:
            await engine.dispose()

    return asyncio.run(ask())


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_until(condition: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < give_up_at
        time.sleep(0.01)


def private(path: Path) -> bool:
    return stat.S_IMODE(path.stat().st_mode) == 0o700


@contextmanager
def child(data_dir: Path, **options: Any) -> Iterator[subprocess.Popen[str]]:
    """Another process that runs a server until it reads a line."""
    command = [options.pop("python", sys.executable), "-c", CHILD, str(data_dir)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def first_words(process: subprocess.Popen[str]) -> list[str]:
    """The server's process id, whether the process attached to it, and its address, once it runs."""
    assert process.stdout is not None
    assert process.stderr is not None
    return process.stdout.readline().split() or pytest.fail(process.stderr.read())


def test_first_start_makes_the_role_and_the_database(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir, settings=FAST) as server:
        assert query(server.url(), "SELECT current_user || ' ' || current_database()") == "ticketdesk ticketdesk"
        assert query(server.url(), "SELECT rolsuper FROM pg_roles WHERE rolname = 'ticketdesk'") is False
        assert query(server.url("postgres", role="postgres"), "SELECT current_user") == "postgres"


def test_text_sorts_by_code_point_whatever_the_machine_speaks(used_dir: Path) -> None:
    with EmbeddedPostgres(used_dir) as server:
        provider = "SELECT concat(datlocprovider, ' ', datlocale) FROM pg_database WHERE datname = current_database()"
        assert query(server.url(), provider) == "b C.UTF-8"
        assert (
            query(server.url(), "SELECT string_agg(x, '' ORDER BY x) FROM unnest(ARRAY['b','B','ä','a']) x") == "Babä"
        )
        assert query(server.url(), "SELECT upper('ä')") == "Ä"


def test_the_older_version_runs_too_but_not_on_the_same_files(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir, version=16, settings=FAST) as server:
        assert query(server.url(), "SHOW server_version").startswith("16.")
    with pytest.raises(EmbeddedPostgresUnavailable, match="made by PostgreSQL 16, not 18"):
        EmbeddedPostgres(data_dir).start()


def test_data_survives_a_restart(used_dir: Path) -> None:
    server = EmbeddedPostgres(used_dir, settings=FAST)
    with server:
        query(server.url(), "CREATE TABLE kept (a int)")
        query(server.url(), "INSERT INTO kept VALUES (42)")
    with server:
        assert query(server.url(), "SELECT a FROM kept") == 42


def test_settings_reach_the_server(used_dir: Path) -> None:
    with EmbeddedPostgres(used_dir, settings={"fsync": "off", "work_mem": "7MB"}) as server:
        assert query(server.url(), "SHOW fsync") == "off"
        assert query(server.url(), "SHOW work_mem") == "7MB"


def test_only_the_account_gets_at_files_and_socket(used_dir: Path) -> None:
    used_dir.chmod(0o755)
    with EmbeddedPostgres(used_dir, settings=FAST) as server:
        assert private(used_dir)
        assert private(used_dir / "cluster")
        assert private(used_dir / ".s.PGSQL.5432")
        assert query(server.url(), "SHOW listen_addresses") == ""
        if os.geteuid() == 0:
            assert used_dir.stat().st_uid != 0
            assert Path(f"/proc/{server.pid}").stat().st_uid == used_dir.stat().st_uid


def test_the_server_is_gone_after_stop(used_dir: Path) -> None:
    server = EmbeddedPostgres(used_dir, settings=FAST)
    server.start()
    pid = server.pid
    assert pid is not None
    server.stop()
    server.stop()
    assert not is_running(pid)
    assert not (used_dir / "cluster" / "postmaster.pid").exists()
    with pytest.raises(RuntimeError, match="not running"):
        server.url()


def test_two_directories_have_servers_of_their_own(used_dir: Path, data_dir: Path) -> None:
    with EmbeddedPostgres(used_dir, settings=FAST) as one, EmbeddedPostgres(data_dir, settings=FAST) as two:
        query(two.url(), "CREATE TABLE only_here ()")
        assert one.pid != two.pid
        assert query(one.url(), "SELECT to_regclass('only_here')") is None


def test_a_second_process_attaches_and_leaves_the_server_running(used_dir: Path) -> None:
    with EmbeddedPostgres(used_dir, settings=FAST) as server:
        with child(used_dir) as process:
            assert first_words(process) == ["None", "True", server.url()]
            assert process.communicate("\n")[0] == "stopped\n"
        assert query(server.url(), "SELECT 1") == 1


def test_of_two_processes_that_start_at_once_one_runs_the_server(data_dir: Path) -> None:
    with child(data_dir) as one, child(data_dir) as two:
        (_, one_attached, one_url), (_, two_attached, two_url) = first_words(one), first_words(two)
        assert {one_attached, two_attached} == {"True", "False"}
        assert one_url == two_url
        assert query(one_url, "SELECT 1") == 1


def test_a_killed_parent_takes_the_server_with_it(used_dir: Path) -> None:
    with child(used_dir) as process:
        pid = int(first_words(process)[0])
        assert is_running(pid)
        process.kill()
        wait_until(lambda: not is_running(pid))
    assert not (used_dir / "cluster" / "postmaster.pid").exists()


def test_a_start_after_a_kill_waits_for_the_old_server_to_end(used_dir: Path) -> None:
    with child(used_dir) as process:
        old = int(first_words(process)[0])
        os.kill(old, signal.SIGSTOP)
        process.kill()
        process.wait()
        # Its parent is dead, and it cannot notice before it is let go on.
        release = threading.Timer(0.2, os.kill, (old, signal.SIGCONT))
        release.start()
        with EmbeddedPostgres(used_dir, settings=FAST) as server:
            assert not is_running(old)
            assert not server.is_attached
            assert query(server.url(), "SELECT 1") == 1
        release.join()


def test_a_terminated_parent_stops_the_server_in_order(used_dir: Path) -> None:
    with child(used_dir) as process:
        pid = int(first_words(process)[0])
        process.terminate()
        assert process.wait() == 128 + signal.SIGTERM
        assert not is_running(pid)


def test_stop_gives_sigterm_its_old_meaning_back(used_dir: Path) -> None:
    before = signal.getsignal(signal.SIGTERM)
    with EmbeddedPostgres(used_dir, settings=FAST):
        pass
    assert signal.getsignal(signal.SIGTERM) == before


@pytest.mark.parametrize("name", ["a" * 120, "with, comma"], ids=["long", "comma"])
def test_a_path_that_no_socket_or_url_can_hold_gets_a_private_directory(data_dir: Path, name: str) -> None:
    data_dir.chmod(0o755)
    with EmbeddedPostgres(data_dir / name, settings=FAST) as server:
        socket_dir = Path(query(server.url(role="postgres"), "SHOW unix_socket_directories"))
        assert private(socket_dir)
        assert not socket_dir.is_relative_to(data_dir)
        assert len(str(socket_dir)) < 100
        with child(data_dir / name) as process:
            assert first_words(process) == ["None", "True", server.url()]
    assert not socket_dir.exists()


def test_a_half_made_cluster_is_made_again(data_dir: Path) -> None:
    (data_dir / "cluster.new").mkdir()
    (data_dir / "cluster.new" / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(data_dir, settings=FAST) as server:
        assert query(server.url(), "SELECT 1") == 1


def test_a_dead_server_whose_process_id_was_given_away_is_no_obstacle(used_dir: Path) -> None:
    with EmbeddedPostgres(used_dir, settings=FAST) as server:
        pid_file = used_dir / "cluster" / "postmaster.pid"
        lines = pid_file.read_text().splitlines()
        mine = server.pid
    owner = used_dir.stat()
    # Under the server's account and outside the server's ancestry: else PostgreSQL itself sees that it is stale.
    as_owner: dict[str, Any] = {"user": owner.st_uid, "extra_groups": []} if os.geteuid() == 0 else {}
    with subprocess.Popen(["sleep", "60"], **as_owner) as stranger:
        for path in (pid_file, used_dir / ".s.PGSQL.5432.lock"):
            path.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
            os.chown(path, owner.st_uid, owner.st_gid)
        with EmbeddedPostgres(used_dir, settings=FAST) as server:
            assert server.pid not in {None, mine, stranger.pid}
        stranger.kill()


def test_a_directory_with_other_files_is_refused_and_left_alone(data_dir: Path) -> None:
    (data_dir / "thesis.txt").touch()
    data_dir.chmod(0o755)
    with pytest.raises(EmbeddedPostgresUnavailable, match="directory of its own"):
        EmbeddedPostgres(data_dir).start()
    assert not private(data_dir)


def test_a_server_that_cannot_start_says_why_and_what_to_do(used_dir: Path) -> None:
    with pytest.raises(EmbeddedPostgresUnavailable, match=r"work_mems.*TICKETDESK_DATABASE_URL"):
        EmbeddedPostgres(used_dir, settings={"work_mems": "1MB"}).start()
    with EmbeddedPostgres(used_dir, settings=FAST) as server:
        assert not server.is_attached


def test_a_missing_installation_says_what_to_do(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(EmbeddedPostgresUnavailable, match=r"ticketdesk\[embedded\].*TICKETDESK_DATABASE_URL"):
        EmbeddedPostgres(data_dir).start()


def test_an_unknown_version_names_those_there_are(data_dir: Path) -> None:
    with pytest.raises(EmbeddedPostgresUnavailable, match="16, 18"):
        EmbeddedPostgres(data_dir, version=12).start()


def test_another_thread_may_not_start_it(used_dir: Path) -> None:
    caught: list[BaseException] = []

    def start() -> None:
        try:
            EmbeddedPostgres(used_dir).start()
        except RuntimeError as error:
            caught.append(error)

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
    assert "main thread" in str(caught[0])


def python_for(uid: int) -> str | None:
    """An interpreter that the user can run, with our packages' version."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for candidate in (sys.executable, f"/usr/bin/{version}"):
        try:
            if subprocess.run([candidate, "-c", ""], user=uid, extra_groups=[], check=False, cwd="/").returncode == 0:
                return candidate
        except (FileNotFoundError, PermissionError):
            continue
    return None


@pytest.mark.skipif(os.geteuid() != 0, reason="as a plain user every other test shows this")
def test_a_plain_user_runs_it_under_their_own_name(data_dir: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    python = python_for(nobody.pw_uid)
    if python is None:
        pytest.skip("no interpreter that another user could run")
    os.chown(data_dir, nobody.pw_uid, nobody.pw_gid)
    options = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": [], "cwd": "/", "python": python}
    environment = {"PYTHONPATH": ":".join(sys.path), "PYTHONDONTWRITEBYTECODE": "1"}
    with child(data_dir, env=environment, **options) as process:
        pid, _, url = first_words(process)
        assert Path(f"/proc/{pid}").stat().st_uid == nobody.pw_uid
        assert query(url, "SELECT 1") == 1
        process.kill()
        wait_until(lambda: not is_running(int(pid)))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the server to another account")
def test_a_directory_that_the_account_cannot_enter_becomes_a_link(data_dir: Path) -> None:
    closed, state = data_dir / "closed", data_dir / "state"
    closed.mkdir(mode=0o700)
    data_dir.chmod(0o755)
    with EmbeddedPostgres(closed / "postgres", settings=FAST, state_dir=state) as server:
        query(server.url(), "CREATE TABLE kept ()")
        assert (closed / "postgres").resolve().is_relative_to(state / "clusters")
        assert private(closed)
        assert closed.stat().st_uid == 0
        assert private((closed / "postgres").resolve())
    with EmbeddedPostgres(closed / "postgres", settings=FAST, state_dir=state) as server:
        assert query(server.url(), "SELECT to_regclass('kept')::text") == "kept"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the server to another account")
def test_programs_that_the_account_cannot_enter_are_copied(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = binaries.find(18)
    closed, state = data_dir / "closed", data_dir / "state"
    data_dir.chmod(0o755)
    for part in found.parts:
        source, target = found.site / part, closed / part
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
    closed.chmod(0o700)
    monkeypatch.setattr(
        "ticketdesk.integrations.embedded_postgres.find", lambda version: binaries.Binaries(closed, version)
    )
    with EmbeddedPostgres(data_dir / "postgres", settings=FAST, state_dir=state) as server:
        program = Path(f"/proc/{server.pid}/exe").readlink()
        assert program.is_relative_to(state / "binaries")
        assert query(server.url(), "SELECT to_tsvector('english', 'chasing')::text") == "'chase':1"
    assert private(closed)
    assert [path.name for path in (state / "binaries").iterdir()] == [program.relative_to(state).parts[1]]
