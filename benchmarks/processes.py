"""Server processes under measurement: started, watched through /proc, ended by their id."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PYTHON = Path(sys.executable)
_PATIENCE_SECONDS = 60.0
_POLL_SECONDS = 0.1
_QUIET_POLLS = 5
_UTIME, _STIME = 11, 12  # of /proc/PID/stat, counted behind the name (proc_pid_stat(5))


@dataclass(frozen=True, slots=True)
class Server:
    """A process that answers on a port of loopback."""

    pid: int
    url: str
    log: Path

    def cpu_seconds(self) -> float:
        """Return the processor time that the process and its children have used so far."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return sum(_cpu_seconds(pid) for pid in (self.pid, *map(int, children)))

    def settle(self) -> None:
        """Return once the process has done nothing for half a second, at the latest after a minute."""
        ends_at, before, quiet_polls = time.monotonic() + _PATIENCE_SECONDS, -1.0, 0
        # One quiet poll is no proof: the process may wait for the database.
        while quiet_polls < _QUIET_POLLS and time.monotonic() < ends_at:
            time.sleep(_POLL_SECONDS)
            used = self.cpu_seconds()
            quiet_polls = quiet_polls + 1 if used == before else 0
            before = used

    def resident_mib(self) -> float:
        """Return how much memory the process holds."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[_UTIME]) + int(fields[_STIME])) / os.sysconf("SC_CLK_TCK")


def last_words(log: Path) -> str:
    """Return the end of what a process said."""
    return log.read_text(errors="replace")[-2000:]


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def process(
    words: list[str], log: Path, env: Mapping[str, str] | None = None, python: Path = PYTHON
) -> "Iterator[subprocess.Popen[bytes]]":
    """Run ``python words`` until the block ends; what it says goes into ``log``."""
    with log.open("wb") as output:
        started = subprocess.Popen(  # noqa: S603 - our own words
            [python, *words],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, **(env or {})},
        )
    try:
        yield started
    finally:
        started.send_signal(signal.SIGTERM)
        try:
            started.wait(_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


@contextmanager
def running(
    words: list[str], log: Path, env: Mapping[str, str] | None = None, python: Path = PYTHON
) -> Iterator[Server]:
    """Run ``python words PORT`` until the block ends; raises ``RuntimeError`` with its last words if it ends before."""
    port = free_port()
    with process([*words, str(port)], log, env, python) as started:
        _wait_for(started, port, log)
        yield Server(started.pid, f"http://127.0.0.1:{port}", log)


def _wait_for(started: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    ends_at = time.monotonic() + _PATIENCE_SECONDS
    with socket.socket() as probe:
        while probe.connect_ex(("127.0.0.1", port)):
            if started.poll() is not None or time.monotonic() > ends_at:
                raise RuntimeError(f"The server did not start: {last_words(log)}")
            time.sleep(_POLL_SECONDS)
