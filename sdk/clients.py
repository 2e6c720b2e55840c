"""The contract as other people's tools take it: linted, made into clients, and these compiled under strict rules.

The tools are installed by ``make sdk-check``, at the versions that package-lock.json and uv.lock name.
"""

import os
import shutil
import sys
from pathlib import Path

from sdk.programs import run

SDK = Path(__file__).parent
ROOT = SDK.parent
CONTRACT = ROOT / "openapi" / "v1.json"
BUILD = SDK / "build"
TYPESCRIPT, JAVASCRIPT, PYTHON = BUILD / "typescript", BUILD / "javascript", BUILD / "python"
GENERATED = TYPESCRIPT / "generated"
PYTHON_BIN = SDK / ".venv" / "bin"


def lay_out() -> None:
    """Put the examples where the clients that they import will be, with nothing there from an earlier run."""
    shutil.rmtree(BUILD, ignore_errors=True)
    for language in (TYPESCRIPT, PYTHON):
        shutil.copytree(ROOT / "examples" / language.name, language)


async def lint_with_redocly() -> None:
    """Apply the rules of ``redocly.yaml``. Raises ``Fault`` with every finding."""
    await _run_node("redocly", "lint", CONTRACT, "--config", "redocly.yaml", "--format", "stylish")


async def lint_with_spectral() -> None:
    """Apply the rules of ``.spectral.yaml``. Raises ``Fault`` with every finding, hints included."""
    await _run_node("spectral", "lint", CONTRACT, "--ruleset", ".spectral.yaml", "--fail-severity", "hint")


async def generate_openapi_typescript() -> None:
    """Generate the types that openapi-fetch works with.

    A field with a default may be left out of a request; unless told so, the generator would require it.
    """
    output = GENERATED / "openapi-typescript.d.ts"
    await _run_node("openapi-typescript", CONTRACT, "--default-non-nullable=false", "--output", output)


async def generate_hey_api() -> None:
    """Generate types, a function for each operation, and the client that they share."""
    await _run_node("openapi-ts", "--input", CONTRACT, "--output", GENERATED / "hey-api", "--no-log-file")


async def generate_python() -> None:
    """Generate the package ``ticketdesk_client``; a warning of the generator is a fault."""
    output = BUILD / "python-project"
    # It looks for its formatter on the path.
    env = os.environ | {"PATH": f"{PYTHON_BIN}{os.pathsep}{os.environ['PATH']}"}
    config = SDK / "openapi-python-client.yaml"
    words = ("generate", "--path", CONTRACT, "--output-path", output, "--config", config, "--fail-on-warning")
    await run(PYTHON_BIN / "openapi-python-client", *words, where=SDK, env=env)
    (output / "ticketdesk_client").rename(PYTHON / "ticketdesk_client")


async def compile_typescript() -> None:
    """Compile both TypeScript clients and their examples with the options of ``tsconfig.json``."""
    await _run_node("tsc", "--strict", "--project", "tsconfig.json")


async def check_python() -> None:
    """Check the types of the Python example and of what it uses of the client, as strictly as our own."""
    examples = sorted(path.name for path in PYTHON.glob("*.py"))
    options = ("--config-file=", "--strict", "--explicit-package-bases", "--python-executable", PYTHON_BIN / "python")
    await run(sys.executable, "-m", "mypy", *options, *examples, where=PYTHON)


async def _run_node(name: str, *words: str | Path) -> None:
    await run(SDK / "node_modules" / ".bin" / name, *words, where=SDK)
