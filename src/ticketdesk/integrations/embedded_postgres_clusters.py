"""Making a cluster: the files of a new PostgreSQL, with the role and the database ``ticketdesk`` in it."""

import shutil
from pathlib import Path

from ticketdesk.integrations.embedded_postgres_accounts import Account, EmbeddedPostgresUnavailable
from ticketdesk.integrations.embedded_postgres_binaries import Binaries
from ticketdesk.integrations.embedded_postgres_processes import run

_BUILTIN_LOCALE_SINCE = 17
_BUILTIN_LOCALE = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
_LIBC_LOCALE = ("--locale-provider=libc", "--locale=C.UTF-8")
_SETUP = b"CREATE ROLE ticketdesk LOGIN\nCREATE DATABASE ticketdesk OWNER ticketdesk\n"


def make(cluster: Path, account: Account, binaries: Binaries, *, is_durable: bool) -> None:
    """Make ``cluster``, which appears whole or not at all, even if this process is killed on the way.

    Text sorts by code point on every machine (locale C.UTF-8). Unless ``is_durable``, the files are left to the
    operating system to write in its own time.
    """
    scratch = cluster.with_suffix(".new")
    if scratch.exists():
        shutil.rmtree(scratch)
    options = ["--username=postgres", "--encoding=UTF8", "--data-checksums"]
    options += _BUILTIN_LOCALE if binaries.version >= _BUILTIN_LOCALE_SINCE else _LIBC_LOCALE
    options += ["--auth-local=trust", "--auth-host=reject", "--no-instructions"]
    options += [] if is_durable else ["--no-sync"]
    run([binaries.initdb, *options, "-D", scratch], account, cluster.parent)
    single: list[str | Path] = ["--single", "-D", scratch, "-c", "exit_on_error=on", "postgres"]
    run([binaries.postgres, *single], account, cluster.parent, _SETUP)
    scratch.rename(cluster)


def require_version(cluster: Path, version: int) -> None:
    """Raise ``EmbeddedPostgresUnavailable`` unless ``cluster`` was made by this major version."""
    found = (cluster / "PG_VERSION").read_text().strip()
    if found != str(version):
        raise EmbeddedPostgresUnavailable(
            f"{cluster} was made by PostgreSQL {found}, not {version}: dump it with the old version, or choose "
            "another TICKETDESK_DATA_DIR."
        )
