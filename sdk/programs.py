"""Other programs, run to their end."""

import asyncio
import os
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import Mapping
from pathlib import Path

PATIENCE_SECONDS = 600.0
# Some of these tools would report their use to their makers.
_SILENCE = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "SCARF_ANALYTICS": "false"}


class Fault(Exception):
    """The contract, a client or a tool is not as it has to be; says what, in lines for people."""


async def run(*words: str | Path, where: Path, env: Mapping[str, str] | None = None, said: str = "") -> str:
    """Run a program in the folder ``where`` and return all that it printed.

    ``env`` is its whole environment, ours unless given; ``said`` is its standard input. It never outlives this call.
    Raises ``Fault`` with the output unless it exits with 0 within ten minutes.
    """
    surroundings = {**(os.environ if env is None else env), **_SILENCE}
    process = await asyncio.create_subprocess_exec(
        *words, cwd=where, env=surroundings, stdin=PIPE, stdout=PIPE, stderr=STDOUT
    )
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            printed, _ = await process.communicate(said.encode())
    except TimeoutError:
        raise Fault(f"{words[0]} did not end within {PATIENCE_SECONDS:.0f} s.") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    output = printed.decode(errors="replace").strip()
    if process.returncode != 0:
        raise Fault(f"{' '.join(map(str, words))} exited with {process.returncode}:\n{output}")
    return output
