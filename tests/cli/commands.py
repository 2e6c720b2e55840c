"""The command as people run it; where it serves, as a process of its own."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from click.testing import CliRunner

from ticketdesk.cli.program import program

COMMAND = str(Path(sys.executable).with_name("ticketdesk"))
PATIENCE_SECONDS = 300.0


def environment(**variables: str) -> dict[str, str]:
    """Return an environment without any setting of the product but ``variables``."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TICKETDESK_")}
    return kept | {f"TICKETDESK_{name}": value for name, value in variables.items()}


@dataclass(frozen=True)
class Done:
    """A command that has ended."""

    returncode: int
    stdout: str
    stderr: str


def run(*words: str, env: Mapping[str, str], sent: str = "") -> Done:
    """Run the command to its end, in this process but with no more of its environment than ``env``."""
    unset = {name: None for name in os.environ if name not in env}
    result = CliRunner().invoke(program, words, input=sent, env={**unset, **env}, prog_name="ticketdesk")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Done(result.exit_code, result.stdout, result.stderr)


class Running:
    """A command that serves or works. ``lines`` are what it logged so far."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.lines: list[str] = []
        self._reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            self.lines.append(line.decode())

    async def says(self, pattern: str) -> re.Match[str]:
        """Wait for a line that matches."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                found = next((match for line in self.lines if (match := re.search(pattern, line))), None)
                if found:
                    return found
                assert not self._reader.done(), "".join(self.lines)
                await asyncio.sleep(0.02)

    async def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and return the exit status."""
        self.process.send_signal(number)
        async with asyncio.timeout(PATIENCE_SECONDS):
            status = await self.process.wait()
            await self._reader
        return status


@asynccontextmanager
async def started(*words: str, env: Mapping[str, str]) -> AsyncIterator[Running]:
    """Start the command and kill it at the latest when the block ends."""
    process = await asyncio.create_subprocess_exec(
        COMMAND, *words, env=env, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    running = Running(process)
    try:
        yield running
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def get(url: str, **headers: str) -> httpx.Response:
    """Ask a running server."""
    async with httpx.AsyncClient(timeout=PATIENCE_SECONDS) as client:
        return await client.get(url, headers=headers)
