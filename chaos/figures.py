"""What a harness hands back: one line for each bar that it held the product against.

A harness is a module of this package with `async def run(scale: Scale) -> Figures`, entered in `chaos.__main__`.
It ends all that it started, by process id, whether it passes or not.
"""

from dataclasses import dataclass
from typing import Literal, Protocol

# `full` is what quality.md asks for; `small` shows within seconds that the harness itself works.
Scale = Literal["full", "small"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One bar and what was measured against it."""

    what: str
    bar: str
    measured: str
    passed: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """All bars of one harness, and in one sentence what it did."""

    did: str
    figures: tuple[Figure, ...]

    @property
    def passed(self) -> bool:
        """Whether every bar was reached."""
        return all(figure.passed for figure in self.figures)


class Harness(Protocol):
    """Runs one kind of fault against the product.

    Faults of the harness itself (a server that does not start, a time-out) are raised; a missed bar is not.
    """

    async def __call__(self, scale: Scale) -> Figures:
        """Bring the faults about at this scale and tell what was measured."""
        ...
