"""Transactions of one process that wait for the same lock wait together, and one of them holds it for all.

From one holder of a lock to the next it takes a commit, a grant and a reading of what the lock protects, each with a
turn of an event loop that has other things to do. Whoever comes while another of the same process waits for the lock
joins them instead. The first takes the lock and reads, once. Each goes on by what was read and by what those before
them have noted in it, and they write and commit side by side. The first ends last: until then nobody else has the
lock, and whoever has it next finds written, or undone, all that was done under it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, Generic, TypeVar

Found = TypeVar("Found")


class Turn(Generic[Found]):
    """One hold of the lock. ``found`` is what was read under it, ``None`` until then and where that failed."""

    def __init__(self) -> None:
        self.found: Found | None = None
        self._has_begun = asyncio.Event()
        self._has_nobody = asyncio.Event()
        self._has_nobody.set()
        self._followers = 0

    def enter(self) -> None:
        """Count one more who follows; each has to ``leave``, whatever became of their transaction."""
        self._followers += 1
        self._has_nobody.clear()

    def leave(self) -> None:
        """Count one less, whose transaction has ended."""
        self._followers -= 1
        if not self._followers:
            self._has_nobody.set()

    def begin(self) -> None:
        """Let those who follow go on."""
        self._has_begun.set()

    async def begun(self) -> None:
        """Wait until the first has the lock, or has failed to get it."""
        await self._has_begun.wait()

    async def left(self) -> None:
        """Wait until everybody who follows has left."""
        await self._has_nobody.wait()


class Place:
    """Where one transaction stands among others: first in a turn, behind somebody, or by itself."""

    def __init__(self) -> None:
        self._led: Turn[Any] | None = None
        self._followed: list[Turn[Any]] = []

    def __bool__(self) -> bool:
        """Tell whether the transaction is in a turn."""
        return self._led is not None or bool(self._followed)

    def lead(self, turn: Turn[Any]) -> None:
        """Be the first in ``turn``."""
        self._led = turn

    def follow(self, turn: Turn[Any]) -> None:
        """Be one of those behind the first in ``turn``."""
        turn.enter()
        self._followed.append(turn)

    async def last(self) -> None:
        """Wait until the transaction may end: the first in a turn waits for all others."""
        if self._led is not None:
            await self._led.left()

    def leave(self) -> None:
        """Say that the transaction has ended."""
        while self._followed:
            self._followed.pop().leave()


class SharedTurns:
    """The turns that can still be joined, of all transactions of this process that want the lock."""

    def __init__(self) -> None:
        self._open: dict[Hashable, Turn[Any]] = {}

    async def take(self, place: Place, reading: Hashable, begin: Callable[[], Awaitable[Found]]) -> Found:
        """Return what ``begin`` has read under the lock that it took, here or in a transaction that came before.

        ``reading`` names what that is: only those who want the same share a turn. What is noted in it has to be noted
        without waiting for anything since this returned. Raises what ``begin`` raises.
        """
        while (turn := self._open.get(reading)) is not None:
            place.follow(turn)
            await turn.begun()
            if turn.found is not None:
                found: Found = turn.found
                return found
        return await self._lead(place, reading, begin)

    async def _lead(self, place: Place, reading: Hashable, begin: Callable[[], Awaitable[Found]]) -> Found:
        turn = self._open[reading] = Turn[Found]()
        place.lead(turn)
        try:
            turn.found = await begin()
        finally:
            # Where that failed the next one tries.
            del self._open[reading]
            turn.begin()
        return turn.found
