"""What the contracts of ``.importlinter`` cannot say of imports; these are checked by ``make lint``."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "ticketdesk"
DOMAIN = sorted((SOURCE / "domain").glob("*.py"))
# What would give rules a clock, chance, or the outside world.
IMPURE = {"asyncio", "http", "logging", "os", "pathlib", "random", "secrets", "smtplib", "socket", "subprocess"}
PRESENT = {"now", "today", "utcnow", "time", "monotonic", "perf_counter"}


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("path", DOMAIN, ids=lambda path: path.stem)
def test_the_domain_knows_only_itself_and_the_standard_library(path: Path) -> None:
    for name in imported(path):
        if name.startswith("ticketdesk"):
            assert name.startswith("ticketdesk.domain"), name
        else:
            package = name.partition(".")[0]
            assert package in sys.stdlib_module_names, name
            assert package not in IMPURE, name


@pytest.mark.parametrize("path", DOMAIN, ids=lambda path: path.stem)
def test_the_domain_has_no_clock(path: Path) -> None:
    calls = [node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    asked = [call.attr for call in calls if isinstance(call, ast.Attribute) and call.attr in PRESENT]
    # ``value.time()`` of a datetime takes a part of it and asks nobody.
    assert [name for name in asked if name != "time"] == []


@pytest.mark.parametrize("name", ["domain", "services", "repositories", "api", "jobs"])
def test_every_import_stands_at_the_top(name: str) -> None:
    for path in (SOURCE / name).rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        hidden = [n for f in functions for n in ast.walk(f) if isinstance(n, ast.Import | ast.ImportFrom)]
        assert hidden == [], f"{path} hides an import, which may hide a cycle"
