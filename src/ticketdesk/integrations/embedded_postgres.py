"""A PostgreSQL of our own, as a child process: for trying out, tests and small installs.

The server listens on a unix socket in a directory that only its account may enter, and on nothing else; that
directory is the whole of its access control. It ends with the process that started it, however that one ends.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self
from urllib.parse import quote

from ticketdesk.integrations import embedded_postgres_clusters as clusters
from ticketdesk.integrations import embedded_postgres_homes as homes
from ticketdesk.integrations import embedded_postgres_postmasters as postmasters
from ticketdesk.integrations import embedded_postgres_processes as processes
from ticketdesk.integrations.embedded_postgres_accounts import Account, EmbeddedPostgresUnavailable, choose
from ticketdesk.integrations.embedded_postgres_binaries import find, within_reach

__all__ = ["EmbeddedPostgres", "EmbeddedPostgresUnavailable"]

_STATE_DIR = Path("/var/lib/ticketdesk")
_START_SECONDS = 60.0
_POLL_SECONDS = 0.005
# Rows' contents stay out of the log: statements that fail are the application's to report.
_SETTINGS = {"listen_addresses": "", "port": "5432", "unix_socket_permissions": "0700", "log_min_messages": "log"}
_NO_SETTINGS: Mapping[str, str] = MappingProxyType({})


class EmbeddedPostgres:
    """The server of one data directory, run by this process or, if another one got there first, by that.

    ``data_dir`` is a directory for this alone, made if it is missing. ``settings`` are server parameters, applied
    at each start. Use it as a context manager, from the main thread, before other threads exist.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        version: int = 18,
        settings: Mapping[str, str] = _NO_SETTINGS,
        state_dir: Path = _STATE_DIR,
    ) -> None:
        self._data_dir = data_dir.absolute()
        self._version = version
        self._settings = dict(settings)
        self._state_dir = state_dir
        self._socket_dir: Path | None = None
        self._home: Path | None = None
        self._lock: int | None = None
        self._server: subprocess.Popen[bytes] | None = None
        self._restore_signals: Callable[[], None] = lambda: None

    @property
    def pid(self) -> int | None:
        """The server's process id while this process runs it, else ``None``."""
        return self._server.pid if self._server else None

    @property
    def is_attached(self) -> bool:
        """Whether another process runs the server, and so ends it."""
        return self._socket_dir is not None and self._server is None

    def start(self) -> None:
        """Return once the server accepts connections and has the role and database ``ticketdesk``.

        Makes the cluster on first use. Raises ``EmbeddedPostgresUnavailable`` if that cannot be done here.
        """
        if self._socket_dir is not None:
            return
        try:
            account = choose(self._data_dir)
            self._home = homes.claim(self._data_dir, account, self._state_dir)
            if self._own_or_attach(self._home):
                self._serve(self._home, account)
        except BaseException as error:
            self.stop()
            if isinstance(error, OSError):
                raise EmbeddedPostgresUnavailable(
                    f"The embedded PostgreSQL cannot use {self._data_dir} ({error.strerror}): choose another "
                    "TICKETDESK_DATA_DIR, or set TICKETDESK_DATABASE_URL."
                ) from error
            raise

    def stop(self) -> None:
        """Shut the server down and wait for its end, if this process runs it; harmless to repeat."""
        if self._server is not None:
            processes.stop(self._server)
            self._server = None
            if self._socket_dir not in {None, self._home}:
                shutil.rmtree(str(self._socket_dir), ignore_errors=True)
        self._socket_dir = None
        self._restore_signals()
        self._restore_signals = lambda: None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def url(self, database: str = "ticketdesk", *, role: str = "ticketdesk") -> str:
        """Return the SQLAlchemy URL of a database; the role ``postgres`` is the superuser.

        Raises ``RuntimeError`` unless the server was started.
        """
        if self._socket_dir is None:
            raise RuntimeError("The embedded PostgreSQL is not running.")
        host = quote(str(self._socket_dir))
        return f"postgresql+asyncpg://{quote(role)}@/{quote(database)}?host={host}&port=5432"

    def _own_or_attach(self, home: Path) -> bool:
        """Become the server's owner, or find it running under another one and use that."""
        patience = _Patience(self._data_dir)
        while (lock := homes.own(home)) is None:
            running = postmasters.find(home / "cluster")
            if running is not None and running.is_ready:
                self._socket_dir = running.socket_dir
                return False
            patience.spend("another process is starting it and does not finish")
        self._lock = lock
        # A server without an owner is one whose owner was killed: it is on its way out.
        while (orphan := postmasters.find(home / "cluster")) is not None:
            patience.spend(f"a server that ticketdesk did not start, process {orphan.pid}, runs on it")
        postmasters.forget_dead(home / "cluster")
        return True

    def _serve(self, home: Path, account: Account) -> None:
        processes.require_main_thread()
        binaries = within_reach(find(self._version), account, self._state_dir)
        cluster = home / "cluster"
        if not cluster.exists():
            clusters.make(cluster, account, binaries, is_durable=self._settings.get("fsync") != "off")
        clusters.require_version(cluster, self._version)
        self._socket_dir = homes.make_socket_dir(home, account)
        settings = {**_SETTINGS, "unix_socket_directories": str(self._socket_dir), **self._settings}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        self._restore_signals = processes.exit_on_sigterm()
        with homes.open_log(home) as log:
            self._server = processes.launch([binaries.postgres, "-D", cluster, *options], account, home, log)
        self._wait_until_ready(home, self._server)

    def _wait_until_ready(self, home: Path, server: subprocess.Popen[bytes]) -> None:
        patience = _Patience(self._data_dir)
        while True:
            running = postmasters.find(home / "cluster")
            if running is not None and running.pid == server.pid and running.is_ready:
                return
            if server.poll() is not None:
                said = processes.last_words((home / homes.LOG).read_bytes())
                raise EmbeddedPostgresUnavailable(
                    f"The embedded PostgreSQL did not start: {said}. Mend this, or set TICKETDESK_DATABASE_URL."
                )
            patience.spend("it does not become ready")


class _Patience:
    """A bounded wait."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._ends_at = time.monotonic() + _START_SECONDS

    def spend(self, why: str) -> None:
        """Sleep for a moment; raises ``EmbeddedPostgresUnavailable`` once a minute has gone."""
        if time.monotonic() > self._ends_at:
            raise EmbeddedPostgresUnavailable(
                f"The embedded PostgreSQL on {self._data_dir} cannot be used, {why}: end that process, choose "
                "another TICKETDESK_DATA_DIR, or set TICKETDESK_DATABASE_URL."
            )
        time.sleep(_POLL_SECONDS)
