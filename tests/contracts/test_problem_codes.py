"""Every code that the program answers with is explained, and nothing is explained that it never says."""

import ast
from collections.abc import Iterator
from pathlib import Path

from ticketdesk.api import problem_codes
from ticketdesk.api.errors import CODE_OF, STATUS_OF, _status_of
from ticketdesk.domain import errors

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "ticketdesk"
DOMAIN_ERRORS = {
    name: kind for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.DomainError)
}
# Calls that carry a code as a positional argument, and which one it is.
# Said between workers; no request is ever answered with it.
INTERNAL = {"lease_lost"}
POSITIONAL = {"problem": 2, "RequestRefused": 1, "BareAnswer": 1}


def _calls() -> Iterator[tuple[str, ast.Call]]:
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                yield (node.func.id if isinstance(node.func, ast.Name) else node.func.attr), node


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def said() -> set[str]:
    """Return the codes that the source names: of errors that are raised, and of answers at the edge."""
    codes = {kind.code for kind in DOMAIN_ERRORS.values() if kind is not errors.DomainError} | set(CODE_OF.values())
    for name, call in _calls():
        if name in DOMAIN_ERRORS and name != "FieldError":
            codes |= {code for keyword in call.keywords if keyword.arg == "code" and (code := _text(keyword.value))}
        if name in POSITIONAL and len(call.args) > POSITIONAL[name] and (code := _text(call.args[POSITIONAL[name]])):
            codes.add(code)
        if name == "__init__":
            codes |= {code for argument in call.args[1:2] if (code := _text(argument))}
    return codes


def test_every_code_is_explained_and_said() -> None:
    assert said() - INTERNAL == problem_codes.PROBLEM_CODES.keys()


def test_statuses_are_those_that_the_edge_gives() -> None:
    for name, call in _calls():
        for keyword in call.keywords:
            code = _text(keyword.value)
            if name in DOMAIN_ERRORS and keyword.arg == "code" and code and code not in INTERNAL:
                status = next(STATUS_OF[kind] for kind in DOMAIN_ERRORS[name].__mro__ if kind in STATUS_OF)
                assert problem_codes.PROBLEM_CODES[code].status == status, code
    assert [problem_codes.PROBLEM_CODES[code].status for code in CODE_OF.values()] == list(CODE_OF)
    assert _status_of(errors.InvalidTransition("", allowed_actions=())) == 409


def test_the_document_is_the_table() -> None:
    assert (ROOT / "docs" / "errors.md").read_text(encoding="utf-8") == problem_codes.markdown(), "run: make docs"
