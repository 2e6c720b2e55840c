"""What a running server says of itself in its ``postmaster.pid``, and whether that is still true."""

import os
import socket
from dataclasses import dataclass
from pathlib import Path

SOCKET = ".s.PGSQL.5432"
_SOCKET_DIR_LINE = 4
_STATUS_LINE = 7


@dataclass(frozen=True, slots=True)
class Postmaster:
    """A live server process."""

    pid: int
    socket_dir: Path
    status: str

    @property
    def is_ready(self) -> bool:
        """Whether it says that it accepts connections, and does."""
        if self.status != "ready":
            return False
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(os.fsencode(self.socket_dir / SOCKET)) == 0


def find(cluster: Path) -> Postmaster | None:
    """Return the live server of ``cluster``, if there is one; a file left behind by a dead one does not count."""
    lines = _read(cluster)
    if len(lines) <= _SOCKET_DIR_LINE or not _serves(int(lines[0]), cluster):
        return None
    status = lines[_STATUS_LINE].strip() if len(lines) > _STATUS_LINE else "starting"
    return Postmaster(int(lines[0]), Path(lines[_SOCKET_DIR_LINE]), status)


def forget_dead(cluster: Path) -> None:
    """Remove what a dead server left if its process id now belongs to another process, say after a reboot.

    PostgreSQL would take that process for the server and refuse to start. In every other case the file stays: it
    guards against orphaned backends.
    """
    lines = _read(cluster)
    if lines and _is_alive(int(lines[0])) and not _serves(int(lines[0]), cluster):
        (cluster / "postmaster.pid").unlink()
        (cluster.parent / f"{SOCKET}.lock").unlink(missing_ok=True)


def _read(cluster: Path) -> list[str]:
    try:
        return (cluster / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def _serves(pid: int, cluster: Path) -> bool:
    """Whether the process works in the cluster's directory, as every server does."""
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == cluster
    except OSError:
        # Gone, or another user's and so not ours; without /proc only its being alive can be asked.
        return not Path("/proc/self").exists() and _is_alive(pid)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
