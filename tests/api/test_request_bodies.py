"""What a route of JSON makes of bodies that are none, over the whole application."""

import gzip
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

JSON = {"Content-Type": "application/json"}
ROUTE = "/api/v1/probe/x"


async def test_takes_json(client: httpx.AsyncClient) -> None:
    answer = await client.post(ROUTE, json={"text": " a "})
    assert (answer.status_code, answer.json()) == (200, {"name": "x", "text": "a"})
    answer = await client.post(ROUTE, content=b'{"text":"a"}', headers={"Content-Type": "application/merge-patch+json"})
    assert answer.status_code == 200


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "text/json", ""])
async def test_takes_nothing_else(client: httpx.AsyncClient, content_type: str) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    answer = await client.post(ROUTE, content=b'{"text":"a"}', headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
    assert answer.headers["accept"] == "application/json"
    assert "application/json" in answer.json()["detail"]


@pytest.mark.parametrize("charset", ["latin-1", "utf-16", '"ISO-8859-1"', "", "utf-8x"])
async def test_takes_no_other_charset(client: httpx.AsyncClient, charset: str) -> None:
    headers = {"Content-Type": f"application/json; charset={charset}"}
    answer = await client.post(ROUTE, content=b'{"text":"a"}', headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize("coding", ["gzip", "GZip", "deflate, gzip", "br", "x"])
async def test_takes_no_compressed_body(client: httpx.AsyncClient, coding: str) -> None:
    packed = gzip.compress(b'{"text":"a"}')
    answer = await client.post(ROUTE, content=packed, headers=JSON | {"Content-Encoding": coding})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
    assert answer.headers["accept-encoding"] == "identity"
    answer = await client.post(ROUTE, content=b'{"text":"a"}', headers=JSON | {"Content-Encoding": "identity"})
    assert answer.status_code == 200


async def test_a_query_has_an_end(client: httpx.AsyncClient) -> None:
    for method in ("GET", "POST"):
        answer = await client.request(method, f"{ROUTE}?q={'x' * 9000}")
        assert (answer.status_code, answer.json()["code"]) == (414, "query_too_long")


async def test_says_no_more_than_it_heard(client: httpx.AsyncClient) -> None:
    answer = await client.post(ROUTE, json={f"{'n' * 1000}{number}": 1 for number in range(900)})
    assert answer.status_code == 422
    errors = answer.json()["errors"]
    assert (len(errors), {len(error["pointer"]) for error in errors[1:]}) == (100, {51})


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 422, "invalid_input"),
        (b"null", 422, "invalid_input"),
        (b"[]", 422, "invalid_input"),
        (b"{}", 422, "invalid_input"),
        (b'{"text": "a", "unknown": 1}', 422, "invalid_input"),
        (b'{"text": "\\u0000"}', 422, "invalid_input"),
        (b'{"text": "a", "any": "\\ud800"}', 422, "invalid_input"),
        (b'{"text": "a", "\\ud800": 1}', 422, "invalid_input"),
        (b'{"text": "a"', 400, "malformed_json"),
        (b'{"text": "a", "text": "b"}', 400, "malformed_json"),
        (b'{"text": "a", "any": NaN}', 400, "malformed_json"),
        (b'{"text": "a", "any": 1e999}', 400, "malformed_json"),
        (b'{"text": "a", "any": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400, "malformed_json"),
        ('{"text": "a"}'.encode("utf-16"), 400, "malformed_json"),
    ],
)
async def test_says_what_is_wrong(client: httpx.AsyncClient, body: bytes, status: int, code: str) -> None:
    answer = await client.post(ROUTE, content=body, headers=JSON)
    document = answer.json()
    assert (answer.status_code, document["status"], document["code"]) == (status, status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert document["request_id"] == answer.headers["x-request-id"]
    assert document["type"] == f"/problems/{code}"


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        (b'{"text": "a", "any": ["\\ud800"]}', "/any/0", "lone_surrogate"),
        (b'{"text": "a", "any": {"x": 1, "x": 2}}', "/any/x", "repeated_name"),
        (b'{"text": "a", "any": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "/any" + "/0" * 31, "too_deep"),
    ],
)
async def test_says_where_it_is_wrong(client: httpx.AsyncClient, body: bytes, pointer: str, code: str) -> None:
    [error] = (await client.post(ROUTE, content=body, headers=JSON)).json()["errors"]
    assert (error["pointer"], error["code"]) == (pointer, code)


@pytest.mark.parametrize(
    ("body", "status", "pointers"),
    [
        (b"", 200, None),
        (b"{}", 200, None),
        (b"null", 200, None),
        (b'{"comment": "a", "reason": "b"}', 422, ["/comment", "/reason"]),
        (b"[]", 422, [""]),
        (b"false", 422, [""]),
        (b"comment=a", 400, None),
    ],
)
async def test_what_nobody_asked_for_is_not_dropped(
    client: httpx.AsyncClient, body: bytes, status: int, pointers: list[str] | None
) -> None:
    answer = await client.put(ROUTE, content=body, headers=JSON)
    assert answer.status_code == status
    assert pointers is None or [error["pointer"] for error in answer.json()["errors"]] == pointers


async def test_never_repeats_what_was_sent(client: httpx.AsyncClient) -> None:
    answer = await client.post(ROUTE, json={"text": {"password": "hunter2"}, "hunter3": "hunter4"})
    assert answer.status_code == 422
    assert "hunter2" not in answer.text
    assert "hunter4" not in answer.text
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/text", "/hunter3"]


async def test_names_the_methods_that_a_path_has(client: httpx.AsyncClient) -> None:
    answer = await client.patch(ROUTE, json={})
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer.headers["allow"] == "DELETE, GET, HEAD, POST, PUT"


async def test_head_is_get_without_its_content(client: httpx.AsyncClient, probed: FastAPI) -> None:
    answer = await client.head(ROUTE)
    assert answer.headers["content-length"] == str(len((await client.get(ROUTE)).content))
    # Clients drop what comes after the head of such an answer, so the messages themselves are looked at.
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {"type": "http", "method": "HEAD", "path": ROUTE, "query_string": b"", "headers": []}
    await probed(scope, receive, send)
    assert sent[0]["status"] == 200
    assert [message["body"] for message in sent[1:]] == [b""]


@pytest.mark.parametrize("path", ["/", "/api/v1", "/api/v1/probe/", "/api/v1/probe/x/", "/api/v2/probe/x", "/%00"])
async def test_unknown_paths_are_problems_too(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert answer.headers["x-request-id"]
