"""The contracts that were released: ``openapi/released/<version>.json``, one for each tag ``v<version>``."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from tests.contracts.compatibility import breaking_changes

_RELEASE = re.compile(r"(\d+)\.(\d+)\.(\d+)")


def last_release(folder: Path) -> Path | None:
    """Return the contract of the highest version in ``folder``; ``None`` before the first release."""
    return max((path for path in folder.glob("*.json") if _RELEASE.fullmatch(path.stem)), key=_number, default=None)


def _number(path: Path) -> list[int]:
    return [int(part) for part in path.stem.split(".")]


def broken_promises(folder: Path, contract: dict[str, Any]) -> list[str]:
    """Name what a client of the last release would miss in ``contract``; nothing before the first release."""
    last = last_release(folder)
    return [] if last is None else breaking_changes(json.loads(last.read_text(encoding="utf-8")), contract)


def forgotten_releases(root: Path, folder: Path) -> list[str]:
    """Name the tags of the repository at ``root`` that ``folder`` does not hold the contract of, as it was then.

    A source archive, or a clone without tags, has none to forget.
    """
    tags = [tag for tag in _git(root, "tag", "--list", "v*").split() if _RELEASE.fullmatch(tag[1:])]
    return [tag for tag in tags if not _is_kept(root, tag, folder / f"{tag[1:]}.json")]


def _is_kept(root: Path, tag: str, kept: Path) -> bool:
    return kept.exists() and kept.read_text(encoding="utf-8") == _git(root, "show", f"{tag}:openapi/v1.json")


def _git(root: Path, *words: str) -> str:
    """Return what git prints, nothing where ``root`` is no repository of its own or git is not there."""
    if not (root / ".git").exists() or shutil.which("git") is None:
        return ""
    done = subprocess.run(["git", "-C", root, *words], capture_output=True, check=False, encoding="utf-8")
    return done.stdout if done.returncode == 0 else ""
