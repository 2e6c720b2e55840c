"""What answers carry is what the contract says of them: asked of every answer that a test gets."""

from collections import defaultdict
from typing import Any

import httpx
from tests.contract import CONTRACT

# A list ends, most requests are not repeated, and a report in JSON is no file.
AT_TIMES = {"link", "idempotent-replayed", "content-disposition"}
# Who asks differs without a word, and which type is wanted is said where there are several.
NAMED = {name.lower() for name in CONTRACT["components"]["headers"]} - {"vary"}

_PATHS: dict[int, list[tuple[list[str], dict[str, Any]]]] = defaultdict(list)
for _path, _item in CONTRACT["paths"].items():
    _PATHS[_path.count("/")].append((_path.split("/"), _item))


def _at(path: str) -> dict[str, Any]:
    """Return what the contract has at ``path``, where a fixed segment wins, and nothing for another path."""
    parts = path.split("/")
    found = [
        (sum(name[:1] == "{" for name in names), number, operations)
        for number, (names, operations) in enumerate(_PATHS[path.count("/")])
        if all(name == part or name[:1] == "{" for name, part in zip(names, parts, strict=True))
    ]
    return min(found)[2] if found else {}


async def check_headers(answer: httpx.Response) -> None:
    """Fail where an answer of the operation's own lacks a header that the contract gives it, or has another one."""
    method = answer.request.method.lower()
    operation = _at(answer.request.url.path).get("get" if method == "head" else method, {})
    declared = operation.get("responses", {}).get(str(answer.status_code), {}).get("headers")
    if declared is None:
        return
    said, sent = {name.lower() for name in declared}, answer.headers.keys()
    where = f"{operation['operationId']} {answer.status_code}"
    assert said - sent <= AT_TIMES, f"{where} lacks {said - sent - AT_TIMES}"
    assert NAMED & sent <= said, f"{where} has {NAMED & sent - said}"
