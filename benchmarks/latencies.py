"""How long single requests take, over one kept connection, by turns over what is compared."""

import time
from collections.abc import Mapping, Sequence
from http.client import HTTPConnection
from statistics import median
from urllib.parse import urlsplit

from benchmarks.generators import Failures

WARM_UP = 5
# What takes so long that its samples would fill more than this is asked less often, but not less often than that.
MOST_SECONDS, FEWEST = 20.0, 15


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


def compare(calls: Sequence[tuple[Caller, str, str]], samples: int) -> list[float]:
    """Return for each of ``calls`` (caller, path, who) the median of up to ``samples`` times in milliseconds."""
    times: list[list[float]] = [[] for _ in calls]
    ends_at = time.perf_counter() + MOST_SECONDS
    for number in range(WARM_UP + samples):
        if number >= WARM_UP + FEWEST and time.perf_counter() > ends_at:
            break
        for seen, (caller, path, who) in zip(times, calls, strict=True):
            began = time.perf_counter()
            caller.get(path, who)
            if number >= WARM_UP:
                seen.append((time.perf_counter() - began) * 1000)
    return [median(seen) for seen in times]
