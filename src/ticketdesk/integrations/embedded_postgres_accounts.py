"""Which account the embedded PostgreSQL runs under, and what that account can get at.

PostgreSQL refuses to run as root, so root hands it to an account without rights of its own.
"""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path

_UNPRIVILEGED = ("postgres", "nobody")


class EmbeddedPostgresUnavailable(RuntimeError):
    """The embedded database cannot be run here; the sentence says what to do about it."""


@dataclass(frozen=True, slots=True)
class Account:
    """An operating system account, without supplementary groups."""

    uid: int
    gid: int

    @property
    def is_self(self) -> bool:
        """Whether this process already runs under the account."""
        return self.uid == os.geteuid()

    def can_enter(self, directory: Path) -> bool:
        """Whether the mode bits let the account pass through ``directory`` and all above it.

        Access control lists are not looked at: where they alone would help, the answer is still no.
        """
        directory = directory.resolve()
        return all(self._holds(step, 0o1) for step in (directory, *directory.parents))

    def can_read(self, path: Path) -> bool:
        """Whether, by the same measure, the account can read the file or list the directory ``path``."""
        path = path.resolve()
        return self.can_enter(path.parent) and path.exists() and self._holds(path, 0o5 if path.is_dir() else 0o4)

    def _holds(self, path: Path, bits: int) -> bool:
        status = path.stat()
        shift = 6 if status.st_uid == self.uid else 3 if status.st_gid == self.gid else 0
        return (status.st_mode >> shift) & bits == bits


def choose(data_dir: Path) -> Account:
    """Return the account for ``data_dir``: our own, or for root the directory's owner, else an unprivileged one.

    Raises ``EmbeddedPostgresUnavailable`` if root finds no account to step down to.
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    if data_dir.exists() and (status := data_dir.stat()).st_uid != 0:
        return Account(status.st_uid, status.st_gid)
    for name in _UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise EmbeddedPostgresUnavailable(
        f"PostgreSQL does not run as root and none of the accounts {', '.join(_UNPRIVILEGED)} exists: "
        "start as another user, or set TICKETDESK_DATABASE_URL."
    )
