"""Child processes that say lines and are told lines; each is ended, by its own id, with the block that started it."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

# Longer than any child needs to start on a busy machine.
PATIENCE_SECONDS = 180.0


class Child:
    """One module of this package, run as a process."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def line(self, within: float = PATIENCE_SECONDS) -> str:
        """Return the next line it says; raises ``EOFError`` if it ended, ``TimeoutError`` after ``within`` seconds."""
        assert self._process.stdout is not None  # noqa: S101 - opened so below
        async with asyncio.timeout(within):
            said = await self._process.stdout.readline()
        if not said:
            raise EOFError("the process has ended")
        return said.decode().rstrip("\n")

    async def tell(self, line: str) -> None:
        """Send it a line."""
        assert self._process.stdin is not None  # noqa: S101 - opened so below
        self._process.stdin.write(f"{line}\n".encode())
        await self._process.stdin.drain()


@asynccontextmanager
async def run_module(name: str, *words: str, env: Mapping[str, str] | None = None) -> AsyncIterator[Child]:
    """Run ``python -m name words`` while the block runs; it is asked to end by the end of its standard input."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", name, *words, env=env, stdin=PIPE, stdout=PIPE, stderr=None
    )
    try:
        yield Child(process)
    finally:
        await _end(process)


async def output_of(*words: str, env: Mapping[str, str]) -> tuple[int, str]:
    """Run ``ticketdesk words`` to its end and return its exit status and standard output."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "ticketdesk", *words, env=env, stdin=DEVNULL, stdout=PIPE
    )
    try:
        said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode or 0, said.decode()


async def _end(process: Process) -> None:
    """Let the process end by itself, kill it if it does not."""
    assert process.stdin is not None  # noqa: S101 - opened so above
    process.stdin.close()
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
