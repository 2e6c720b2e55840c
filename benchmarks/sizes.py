"""How much is measured: what quality.md asks for, or just enough to see that the benchmark itself works."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """Numbers of things; ``stock`` are tickets for transitions to use up, ``samples`` single requests of one kind."""

    tickets: int
    rounds: int
    seconds: int
    stock: int
    many_tickets: int
    few_tickets: int
    samples: int
    messages: int
    requests: int


FULL = Size(
    tickets=100_000,
    rounds=5,
    seconds=3,
    stock=90_000,
    many_tickets=1_000_000,
    few_tickets=10_000,
    samples=200,
    messages=10_000,
    requests=100_000,
)
SMALL = Size(
    tickets=5_000,
    rounds=2,
    seconds=1,
    stock=10_000,
    many_tickets=20_000,
    few_tickets=5_000,
    samples=10,
    messages=500,
    requests=3_000,
)
