"""Hostile values in every parameter and field that the contract names: always a refusal or a success, never a fault."""

import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from tests.application import ClientFor
from tests.contract import CONTRACT
from tests.contracts.compatibility import METHODS
from tests.factories.contacts import create_contact

from ticketdesk.bootstrap import Resources

SCHEMAS = CONTRACT["components"]["schemas"]
SOMEBODY = "0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b"

# A refusal must not repeat it: what is sent may be a password in the wrong field.
SUBMITTED = "hunter2"
# As they stand in a URL: NUL, half a surrogate pair in UTF-8, more than 64 bits, and so on.
IN_URLS = ("%00", "%ED%A0%80", "9" * 25, "NaN", quote("' OR 1=1 --"), "", SUBMITTED)
LONG = quote("x" * 5000)
# As they stand in JSON.
IN_BODIES = (
    '"\\u0000"',
    '"a\\r\\nBcc: evil@evil.example"',
    '"=?utf-8?q?hi=0d=0aBcc:_evil@evil.example?="',
    '"\\ud83d"',
    '"9999-12-31T23:59:59.999999-23:59"',
    "9223372036854775808",
    "1e308",
    "true",
    "[]",
    "[[[[]]]]",
    json.dumps("x" * 30_000),
    json.dumps({"a": [SUBMITTED]}),
)
# Whatever a route makes of its headers, they are strangers' bytes.
IN_HEADERS = (b"\xff", b"\x00", b'"', b'"9223372036854775808"', b"*/*;q=NaN, " * 500, f"{SUBMITTED} \x7f".encode())
HEADERS = ("If-Match", "If-None-Match", "Idempotency-Key", "Accept", "Accept-Language", "X-Request-Id", "Origin")
WHOLE_BODIES = (b"", b"null", b"[]", b"7", b'"x"', b"\xff", b"[" * 100_000, b'{"a":NaN}', b'{"__proto__":{}}')


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in CONTRACT["paths"].items():
        yield from ((method.upper(), path, item[method]) for method in METHODS if method in item)


def filled(path: str, value: str = SOMEBODY) -> str:
    """Return ``path`` with every parameter replaced."""
    for segment in path.split("/"):
        path = path.replace(segment, value) if segment.startswith("{") else path
    return path


def urls(path: str, operation: dict[str, Any]) -> Iterator[str]:
    """Return addresses with one hostile value each."""
    if "{" in path:
        yield from (filled(path, value) for value in (*IN_URLS, LONG))
    for parameter in operation.get("parameters", []):
        if parameter.get("in") == "query":
            name = quote(parameter["name"])
            yield from (f"{filled(path)}?{name}={value}" for value in (*IN_URLS, LONG))
            yield f"{filled(path)}?{name}=a&{name}=%00"


def bodies(operation: dict[str, Any]) -> Iterator[bytes]:
    """Return bodies with one hostile value each, otherwise like the example where there is one."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return
    yield from WHOLE_BODIES
    example = {name: json.dumps(value) for name, value in content.get("example", {}).items()}
    for name in SCHEMAS[content["schema"]["$ref"].rpartition("/")[2]].get("properties", {}):
        for value in (*IN_BODIES, f"[{IN_BODIES[0]}]"):
            members = {**example, name: value}
            yield ("{" + ", ".join(f'"{key}": {text}' for key, text in members.items()) + "}").encode()


async def faults_of(
    client: httpx.AsyncClient,
    method: str,
    url: str,
    content: bytes | None = None,
    headers: Mapping[str, bytes] = MappingProxyType({}),
) -> list[str]:
    """Send one request; returns what is wrong with the answer."""
    kind = [(b"Content-Type", b"application/json")] if content is not None else []
    given = [(name.encode(), value) for name, value in headers.items()]
    answer = await client.request(method, url, content=content, headers=[*kind, *given])
    is_refused = answer.status_code >= 400
    is_problem = answer.headers.get("content-type") == "application/problem+json"
    is_repeated = is_refused and SUBMITTED in answer.text
    if answer.status_code >= 500 or is_refused != is_problem or is_repeated:
        return [f"{method} {url[:200]} {(content or b'')[:200]!r}: {answer.status_code} {answer.text[:200]}"]
    return []


@pytest.mark.long
@pytest.mark.parametrize("who", ["admin", "portal"])
async def test_hostile_values_are_refused_or_stored_never_a_fault(
    client_for: ClientFor, resources: Resources, who: str
) -> None:
    admin = await client_for("admin")
    client = admin if who == "admin" else await client_for.portal(await create_contact(resources))
    faults: list[str] = []
    for method, path, operation in operations():
        is_theirs = (operation.get("x-permission") == "portal") == (who == "portal")
        # Ending the session would leave the rest to the refusal of strangers.
        if not is_theirs or operation["operationId"] == "delete_current_session":
            continue
        for url in urls(path, operation):
            faults += await faults_of(client, method, url)
        for value in IN_HEADERS:
            faults += await faults_of(client, method, filled(path), headers=dict.fromkeys(HEADERS, value))
        for body in bodies(operation):
            faults += await faults_of(client, method, filled(path), body)
    assert faults == []
