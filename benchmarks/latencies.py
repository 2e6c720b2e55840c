"""How long single requests take, over one kept connection, by turns over what is compared."""

import time
from collections.abc import Mapping
from http.client import HTTPConnection
from statistics import median
from typing import TypeAlias
from urllib.parse import urlsplit

from benchmarks.generators import Failures

# PostgreSQL plans a statement anew for each of the first five requests, and then may keep to one plan for all values.
WARM_UP = 6
BATCH = 15
# A ratio below this part of its bar, or as far above it, is clear.
FAR = 0.8
# What takes so long that its samples would fill more than this is asked less often, but no less than a batch.
MOST_SECONDS = 6.0


class Caller:
    """One connection to a server, with the tokens of those who call."""

    def __init__(self, url: str, tokens: Mapping[str, str]) -> None:
        self._connection = HTTPConnection(urlsplit(url).netloc, timeout=60)
        self._tokens = tokens

    def get(self, path: str, who: str = "staff") -> bytes:
        """Return the answer; raises ``Failures`` unless it is a 200."""
        self._connection.request("GET", path, headers={"Authorization": f"Bearer {self._tokens[who]}"})
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise Failures(f"{path}: {answer.status} {body[:500]!r}")
        return body

    def close(self) -> None:
        """Disconnect."""
        self._connection.close()


# Whom to ask, for what path, and as whom.
Call: TypeAlias = tuple[Caller, str, str]


def compare(asked: Call, against: Call, most: float, samples: int) -> tuple[float, float]:
    """Return the medians of both in milliseconds, of up to ``samples`` requests each, by turns.

    ``most`` is the bar of their ratio. It is looked at after each batch; once it is far from the bar, more samples
    would only make the figure prettier.
    """
    for _ in range(WARM_UP):
        _timed(asked)
        _timed(against)
    times: tuple[list[float], list[float]] = ([], [])
    ends_at = time.perf_counter() + MOST_SECONDS
    while len(times[0]) < samples:
        for _ in range(min(BATCH, samples - len(times[0]))):
            times[0].append(_timed(asked))
            times[1].append(_timed(against))
        ratio = median(times[0]) / median(times[1])
        if not most * FAR < ratio < most / FAR or time.perf_counter() > ends_at:
            break
    return median(times[0]), median(times[1])


def _timed(call: Call) -> float:
    caller, path, who = call
    began = time.perf_counter()
    caller.get(path, who)
    return (time.perf_counter() - began) * 1000
