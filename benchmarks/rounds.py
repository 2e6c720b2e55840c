"""Rounds of product and floor by turns, so that what disturbs the machine disturbs both."""

from dataclasses import dataclass
from statistics import median

from benchmarks.generators import Burst, Failures, Stream, send
from benchmarks.processes import Server, last_words

SIDES = ("floor", "product")
WARM_UP_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Side:
    """Medians over the rounds of one side: requests a second, milliseconds of latency, CPU per request."""

    rate: float
    p50: float
    p99: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Compared:
    """One kind of request on both sides."""

    product: Side
    floor: Side

    @property
    def ratio(self) -> float:
        """Return the product's share of the floor's throughput."""
        return self.product.rate / self.floor.rate


class Rounds:
    """Sends one stream to both servers by turns; each request takes the next line, whoever gets it."""

    def __init__(self, stream: Stream, servers: dict[str, Server], first: int) -> None:
        self._stream = stream
        self._servers = servers
        self._next = first
        self._seen: dict[str, list[tuple[Burst, float]]] = {side: [] for side in servers}

    def run(self, rounds: int, seconds: float) -> Compared:
        """Warm both up, then measure ``rounds`` rounds of ``seconds`` each."""
        for side in self._servers:
            self._send(side, WARM_UP_SECONDS)
        for number in range(rounds):
            for side in SIDES if number % 2 == 0 else reversed(SIDES):
                self._seen[side].append(self._send(side, seconds))
        return Compared(_medians(self._seen["product"]), _medians(self._seen["floor"]))

    def _send(self, side: str, seconds: float) -> tuple[Burst, float]:
        server = self._servers[side]
        before = server.cpu_seconds()
        try:
            burst = send(server.url, self._stream, first=self._next, seconds=seconds)
        except Failures as failures:
            raise Failures(f"{side}: {failures}\n{last_words(server.log)}") from None
        self._next = burst.next
        # What was under way when the time was up would cost the other side some of its own.
        server.settle()
        if not burst.requests:
            # Too short for a machine as busy as this one.
            return self._send(side, seconds * 2)
        return burst, (server.cpu_seconds() - before) * 1000 / burst.requests


def _medians(seen: list[tuple[Burst, float]]) -> Side:
    bursts = [burst for burst, _cpu in seen]
    return Side(
        median(burst.rate for burst in bursts),
        median(burst.p50 for burst in bursts),
        median(burst.p99 for burst in bursts),
        median(cpu for _burst, cpu in seen),
    )
