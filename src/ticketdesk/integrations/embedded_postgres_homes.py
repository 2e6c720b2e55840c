"""Where an embedded cluster lives: a directory for the account alone, with the cluster, its log, lock and socket."""

import fcntl
import os
import re
import tempfile
from pathlib import Path
from typing import BinaryIO

from ticketdesk.integrations.embedded_postgres_accounts import Account, EmbeddedPostgresUnavailable
from ticketdesk.integrations.embedded_postgres_binaries import make_open_directory
from ticketdesk.integrations.embedded_postgres_postmasters import SOCKET

_LONGEST_SOCKET = 100  # bytes; the kernel's own limit is 107 (unix(7)), and lock files append to the name
_PLAIN = re.compile(r"[A-Za-z0-9._/+-]+")
LOG = "postgres.log"
_SHORT_BASE = Path("/tmp")  # noqa: S108 - a private directory with a random name is made in it


def claim(data_dir: Path, account: Account, state_dir: Path) -> Path:
    """Make ``data_dir`` the account's own, with mode 0700, and return where it really is.

    If ``account`` cannot get there, the directory is made below ``state_dir`` and ``data_dir`` becomes a symbolic
    link to it. Raises ``EmbeddedPostgresUnavailable`` for a directory that holds something else than a cluster.
    """
    data_dir.parent.mkdir(parents=True, exist_ok=True)
    _refuse_foreign(data_dir)
    if not account.is_self and not data_dir.is_symlink() and not account.can_enter(data_dir.parent):
        _link_to_state(data_dir, state_dir)
    home = data_dir.resolve()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    home.chmod(0o700)
    give(home, account)
    return home


def give(path: Path, account: Account) -> None:
    """Make ``account`` the owner of ``path``."""
    if not account.is_self:
        os.chown(path, account.uid, account.gid, follow_symlinks=False)


def make_socket_dir(home: Path, account: Account) -> Path:
    """Return a directory of mode 0700 for the socket: ``home``, or a new short one if its path does not fit.

    A path does not fit if it is too long for the kernel, or holds characters that a database URL gives a meaning.
    """
    if len(os.fsencode(home / SOCKET)) < _LONGEST_SOCKET and _PLAIN.fullmatch(str(home)):
        return home
    short = Path(tempfile.mkdtemp(prefix="ticketdesk-", dir=_SHORT_BASE))
    give(short, account)
    return short


def own(home: Path) -> int | None:
    """Take the lock that says whose server runs here, or return ``None`` while another process holds it.

    The result is a file descriptor; closing it, or the end of this process by whatever means, gives the lock back.
    """
    lock = os.open(home / "owner.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock


def _refuse_foreign(data_dir: Path) -> None:
    if not data_dir.exists():
        return
    found = {path.name for path in data_dir.iterdir()}
    if found and not found & {"cluster", "cluster.new", "owner.lock"}:
        raise EmbeddedPostgresUnavailable(
            f"{data_dir} holds other files: give the embedded PostgreSQL a directory of its own."
        )


def _link_to_state(data_dir: Path, state_dir: Path) -> None:
    clusters = state_dir / "clusters"
    make_open_directory(clusters)
    if data_dir.exists():
        data_dir.rmdir()
    data_dir.symlink_to(tempfile.mkdtemp(dir=clusters), target_is_directory=True)


def open_log(home: Path) -> BinaryIO:
    """Open the server's log for writing; it holds the present run alone."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
    return os.fdopen(os.open(home / LOG, flags, 0o600), "wb")
