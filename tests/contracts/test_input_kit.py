"""What every operation of the contract refuses before it knows who asks: generated, so that none is forgotten."""

import gzip
import json
from collections.abc import Iterator
from typing import Any

from tests.application import SignedInClient
from tests.contract import CONTRACT
from tests.contracts.test_hostile_input import SCHEMAS, filled, operations

from ticketdesk.api.body_limits import MAX_BYTES
from ticketdesk.api.json_bodies import MAX_DEPTH
from ticketdesk.api.v1.document_files import MAX_BODY_BYTES

JSON = "application/json"
Case = tuple[bytes, dict[str, str], int, str, str | None]
DEEP = b"[" * 100_000 + b"]" * 100_000
# Latin-1 and the like: a letter that is no UTF-8.
E_ACUTE = '{"é": "é"}'


# Those that take more than others do.
MOST_BYTES = {"/api/v1/documents/import": MAX_BODY_BYTES}


def takers() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield the operations that take JSON, each with the properties of its body."""
    for method, path, operation in operations():
        content = operation.get("requestBody", {}).get("content", {}).get(JSON)
        if content is not None:
            name = content["schema"].get("$ref", "").rpartition("/")[2]
            yield method, filled(path), SCHEMAS.get(name, {}).get("properties", {})


def cases(url: str, properties: dict[str, Any]) -> Iterator[Case]:
    """Yield a body, its headers, the status and code that answer it, and where the pointer leads."""
    for body in (
        E_ACUTE.encode("latin-1"),
        b"\xef\xbb\xbf{}",
        E_ACUTE.encode("utf-16"),
        b"{}".decode().encode("utf-32"),
    ):
        yield body, {}, 400, "malformed_json", None
    for body in (b'{"a": NaN}', b'{"a": -Infinity}', b'{"a": 1e999}', b'{"a": 1} {}', b"{"):
        yield body, {}, 400, "malformed_json", None
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1", ""):
        yield b"{}", {"Content-Type": kind}, 415, "unsupported_media_type", None
    yield gzip.compress(b"{}"), {"Content-Encoding": "gzip"}, 415, "unsupported_media_type", None
    yield b" " * (MOST_BYTES.get(url, MAX_BYTES) + 1), {}, 413, "body_too_large", None
    yield DEEP, {}, 400, "malformed_json", "/0" * MAX_DEPTH
    for name in properties:
        yield f'{{"{name}": 1, "{name}": 2}}'.encode(), {}, 400, "malformed_json", f"/{name}"
        yield f'{{"{name}": "\\ud800"}}'.encode(), {}, 422, "invalid_input", f"/{name}"
        yield f'{{"{name}": ["a", {{"b": "\\udfff"}}]}}'.encode(), {}, 422, "invalid_input", f"/{name}/1/b"


async def test_every_body_is_read_by_the_same_rules(anonymous: SignedInClient) -> None:
    wrong = []
    for method, url, properties in takers():
        for body, headers, status, code, pointer in cases(url, properties):
            answer = await anonymous.request(method, url, content=body, headers={"Content-Type": JSON} | headers)
            document = json.loads(answer.content)
            pointers = [error["pointer"] for error in document.get("errors", [])]
            if (answer.status_code, document["code"]) != (status, code) or pointers != ([pointer] if pointer else []):
                wrong.append(f"{method} {url} {body[:60]!r} {headers}: {answer.status_code} {answer.text[:200]}")
    assert wrong == []


async def test_every_path_names_its_methods_and_bounds_its_query(anonymous: SignedInClient) -> None:
    wrong = []
    for path, item in CONTRACT["paths"].items():
        methods = {method.upper() for method in item if method in {"get", "post", "put", "patch", "delete"}}
        allowed = ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))
        for method in {"TRACE", "OPTIONS", "BREW", "get", "PUT", "DELETE", "POST"} - methods:
            answer = await anonymous.request(method, filled(path))
            # httpx writes every method in capitals.
            if method != "get" and (answer.status_code, answer.headers.get("allow")) != (405, allowed):
                wrong.append(f"{method} {path}: {answer.status_code} {answer.headers.get('allow')}, not {allowed}")
        for method in methods:
            answer = await anonymous.request(method, f"{filled(path)}?x={'x' * 9000}")
            if (answer.status_code, answer.json()["code"]) != (414, "query_too_long"):
                wrong.append(f"{method} {path}: {answer.status_code} for a long query")
            answer = await anonymous.request(method, f"{filled(path)}?no_such=1", headers={"Content-Type": JSON})
            if (answer.status_code, answer.json()["errors"][0]["pointer"]) != (422, "no_such"):
                wrong.append(f"{method} {path}: {answer.status_code} for an unknown parameter")
    assert wrong == []


async def test_no_credential_is_odd_enough_for_a_fault(anonymous: SignedInClient) -> None:
    odd = (b"", b"Bearer \xff\x00", b"Bearer " + b"x" * 60_000, b"bearer " + b"." * 9)
    for method, path, operation in operations():
        if operation.get("x-permission") in {None, "public"}:
            continue
        for value in odd:
            answer = await anonymous.request(method, filled(path), headers={b"Authorization": value})
            assert answer.status_code in {401, 422, 415}, f"{method} {path} {value[:20]!r}: {answer.status_code}"
