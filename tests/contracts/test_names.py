"""What every tree is held to: names that say something, short files and functions, exemptions with a reason."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Migrations are left out: what once ran is not written again.
TREES = ("src/ticketdesk", "tests", "benchmarks", "chaos", "examples", "fuzz", "sdk")
# Where the environment and the generated clients of sdk/ are.
MADE = {".venv", "build", "node_modules"}
# Method names that aiosmtpd and the standard library's HTML parser call.
GIVEN_NAMES = re.compile(r"handle_[A-Z]+|handle_exception|handle_starttag|handle_data")
EMPTY_WORDS = re.compile(r"(^|_)(utils?|helpers?|common|misc|managers?)(_|$)|^_?handle_", re.IGNORECASE)
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 50


def sources() -> list[Path]:
    paths = (path for tree in TREES for path in (ROOT / tree).rglob("*.py"))
    return [path for path in paths if not MADE & set(path.relative_to(ROOT).parts)]


def definitions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node


def _in_snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def test_no_name_is_an_empty_word() -> None:
    named = [(path, part) for path in sources() for part in (path.stem, *(d.name for d in definitions(path)))]
    ours = [(str(path), name) for path, name in named if not GIVEN_NAMES.fullmatch(name)]
    assert [(path, name) for path, name in ours if EMPTY_WORDS.search(_in_snake_case(name))] == []


def test_files_and_functions_stay_short() -> None:
    for path in sources():
        assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_FILE_LINES, path
        for definition in definitions(path):
            if not isinstance(definition, ast.ClassDef):
                length = (definition.end_lineno or 0) - definition.lineno + 1
                assert length <= MAX_FUNCTION_LINES, f"{path}: {definition.name}"


def test_every_lint_exemption_says_why() -> None:
    exemption = re.compile(r"#\s*(?:noqa|type:\s*ignore)(?P<rest>.*)$")
    for path in sources():
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            found = exemption.search(line)
            # Its own pattern above is no exemption.
            if found and path != Path(__file__):
                assert re.search(r"\s(?:--?|#)\s\S", found["rest"]), f"{path}:{number} exempts without a reason"
