"""``python -m sdk``: lint the contract, compare it with the last release's, and see that it makes good clients.

Three are generated and compiled under strict rules, and a program with each of them drives the running product. Prints
a line for each step and ends with 1 at the first fault. ``make sdk-check`` installs the tools and runs this.
"""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable

from tests.contracts.releases import broken_promises, last_release

from sdk import clients
from sdk.desks import open_desk
from sdk.programs import Fault


async def _step(name: str, work: Awaitable[str | None]) -> None:
    print(f"{name:<30}", end="", flush=True)
    began = time.monotonic()
    found = await work
    print(f"{time.monotonic() - began:6.1f} s  {found or 'ok'}", flush=True)


async def _check() -> None:
    clients.lay_out()
    await _step("lint: redocly", clients.lint_with_redocly())
    await _step("lint: spectral", clients.lint_with_spectral())
    await _step("compare: last release", _compare())
    await _step("generate: openapi-typescript", clients.generate_openapi_typescript())
    await _step("generate: hey-api", clients.generate_hey_api())
    await _step("generate: python", clients.generate_python())
    await _step("compile: tsc --strict", clients.compile_typescript())
    await _step("compile: mypy --strict", clients.check_python())
    await _drive()


async def _compare() -> str:
    """Name the release that was compared with. Raises ``Fault`` with everything that its clients would miss."""
    released = clients.CONTRACT.with_name("released")
    if missed := broken_promises(released, json.loads(clients.CONTRACT.read_text(encoding="utf-8"))):
        raise Fault("\n".join(missed))
    last = last_release(released)
    return f"everything of {last.stem} is there" if last else "none yet, so nothing was promised"


async def _drive() -> None:
    async with open_desk() as desk:
        for name in ("openapi-fetch", "hey-api"):
            program, example = clients.JAVASCRIPT / f"{name}.js", clients.TYPESCRIPT / f"{name}.ts"
            await _step(f"drive: {name}", desk.drive("node", program, example=example))
        example = clients.PYTHON / "generated_client.py"
        await _step("drive: python", desk.drive(clients.PYTHON_BIN / "python", example, example=example))


def main() -> int:
    """Run every step and return the exit code."""
    try:
        asyncio.run(_check())
    except Fault as fault:
        print(f"failed\n\n{fault}", flush=True)
        return 1
    print("\nThe contract is clean, and every client drives the product.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
