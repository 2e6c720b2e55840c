"""Child processes that end with us, and what a running postmaster says of itself."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import IO

from ticketdesk.integrations.embedded_postgres_accounts import Account, EmbeddedPostgresUnavailable

_PR_SET_PDEATHSIG = 1  # prctl(2)
_STOP_SIGNALS = ((signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 5.0))


def launch(
    command: Sequence[str | Path], account: Account, cwd: Path, output: IO[bytes] | int, *, reads: bool = False
) -> subprocess.Popen[bytes]:
    """Start ``command`` under ``account`` as a child that gets SIGINT when this process dies, even by SIGKILL.

    It has a session of its own, so that Ctrl-C on the terminal reaches us alone, and an environment without our
    secrets. To be called from the main thread alone, see ``require_main_thread``.
    """
    return subprocess.Popen(  # noqa: S603 - the command is built by us alone, and no shell reads it
        [str(word) for word in command],
        stdin=subprocess.PIPE if reads else subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        cwd=cwd,
        env={"LC_ALL": "C", "PATH": os.environ.get("PATH", os.defpath)},
        start_new_session=True,
        preexec_fn=_end_with_parent(),  # noqa: PLW1509 - safe in the main thread, before others exist
        user=None if account.is_self else account.uid,
        group=None if account.is_self else account.gid,
        extra_groups=None if account.is_self else [],
    )


def require_main_thread() -> None:
    """Raise ``RuntimeError`` in any other thread: what the kernel watches is the thread that makes the child."""
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("The embedded PostgreSQL must be started from the main thread.")


def run(command: Sequence[str | Path], account: Account, cwd: Path, stdin: bytes = b"") -> None:
    """Run ``command`` to its end; raises ``EmbeddedPostgresUnavailable`` with its last words if it fails."""
    process = launch(command, account, cwd, subprocess.PIPE, reads=True)
    try:
        output, _ = process.communicate(stdin)
    finally:
        stop(process)
    if process.returncode != 0:
        raise EmbeddedPostgresUnavailable(
            f"{Path(command[0]).name} failed: {last_words(output)} "
            "Mend this, or set TICKETDESK_DATABASE_URL to another server."
        )


def last_words(output: bytes) -> str:
    """Return the end of a program's output as one line."""
    return " / ".join(output.decode(errors="replace").split("\n")[-6:]).strip(" /")


def stop(process: subprocess.Popen[bytes]) -> None:
    """End ``process`` and wait for it: a fast shutdown, then an immediate one, then by force."""
    for number, seconds in _STOP_SIGNALS:
        if process.poll() is not None:
            return
        process.send_signal(number)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            continue


def exit_on_sigterm() -> Callable[[], None]:
    """Let SIGTERM raise ``SystemExit``, so that ``finally`` runs; a handler that is already there stays.

    Returns a function that puts things back.
    """
    if signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        return lambda: None
    signal.signal(signal.SIGTERM, _exit)

    def restore() -> None:
        if signal.getsignal(signal.SIGTERM) is _exit:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)

    return restore


def _exit(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _end_with_parent() -> Callable[[], None]:
    # Looked up before the fork. Linux forgets the setting when the user changes, so it is made after that, which
    # is when subprocess calls this.
    parent = os.getpid()
    prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None

    def prepare() -> None:
        if prctl is not None:
            prctl(_PR_SET_PDEATHSIG, signal.SIGINT)
        if os.getppid() != parent:
            os._exit(1)

    return prepare
