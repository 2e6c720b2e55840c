"""The load generator: wrk, Debian's, which sends tens of thousands of requests a second from part of one core.

It is taken from the path, or fetched with apt into the checkout: that needs no root, and installs nothing.
"""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

HOME = Path(__file__).parents[1] / ".tools" / "wrk"
SCRIPT = Path(__file__).with_name("requests.lua")
PACKAGES = ("wrk", "libluajit-5.1-2", "libluajit-5.1-common")
CONNECTIONS = 32


class NoGenerator(Exception):
    """There is no wrk, and it cannot be fetched."""


class Failures(Exception):
    """Some requests were refused or got no answer, so that the figures mean nothing."""


@dataclass(frozen=True, slots=True)
class Burst:
    """What one run of the generator saw. Times are in milliseconds; ``next`` is the line to go on from."""

    requests: int
    seconds: float
    p50: float
    p99: float
    next: int

    @property
    def rate(self) -> float:
        """Requests per second."""
        return self.requests / self.seconds


@dataclass(frozen=True, slots=True)
class Stream:
    """Requests to send: a file with a path and a body a line, and what they have in common.

    Behind the last line they begin anew, unless each can be sent only once: then there are ``lasts`` of them.
    """

    file: Path
    method: str
    token: str
    is_keyed: bool = False
    scheme: str = "Bearer"
    lasts: int | None = None


def find() -> Path:
    """Return the generator, fetched first where it is missing; raises ``NoGenerator``."""
    if found := shutil.which("wrk"):
        return Path(found)
    program = HOME / "usr" / "bin" / "wrk"
    if not program.exists():
        _fetch()
    return program


def _fetch() -> None:
    HOME.mkdir(parents=True, exist_ok=True)
    try:
        subprocess.run(["apt-get", "download", *PACKAGES], cwd=HOME, check=True, capture_output=True)  # noqa: S603, S607 - constant words
        for package in HOME.glob("*.deb"):
            subprocess.run(["dpkg", "-x", package, HOME], check=True, capture_output=True)  # noqa: S603, S607 - as above
    except (OSError, subprocess.CalledProcessError) as error:
        raise NoGenerator("The benchmark needs wrk: apt-get update && apt-get install wrk.") from error


def _environment() -> dict[str, str]:
    libraries = [str(path) for path in (HOME / "usr" / "lib").glob("*-linux-gnu")]
    return os.environ | {"LD_LIBRARY_PATH": ":".join([*libraries, os.environ.get("LD_LIBRARY_PATH", "")]).strip(":")}


def send(url: str, stream: Stream, *, first: int, seconds: float, connections: int = CONNECTIONS) -> Burst:
    """Send ``stream`` from line ``first`` on for so many seconds.

    Raises ``Failures`` for answers other than 2xx, and when there were too few requests.
    """
    words: list[str | Path] = [f"-c{connections}", "-t1", "--timeout=30s", f"-d{seconds:.0f}s", "-s", SCRIPT, url, "--"]
    key = f"{os.urandom(6).hex()}-" if stream.is_keyed else "-"
    said = subprocess.run(  # noqa: S603 - our own words
        [find(), *words, stream.file, str(first), stream.method, f"{stream.scheme} {stream.token}", key],
        env=_environment(), check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    found = json.loads(said.rsplit("\n", 2)[-2])
    if found["refused"] or found["broken"]:
        raise Failures(f"{url}: {found}")
    if stream.lasts is not None and found["next"] > stream.lasts:
        raise Failures(f"{url}: all {stream.lasts} requests were sent, and some of them again")
    return Burst(found["requests"], found["microseconds"] / 1e6, found["p50"] / 1e3, found["p99"] / 1e3, found["next"])
