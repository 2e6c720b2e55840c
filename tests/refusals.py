"""Tables of bad input: every entry has to be refused at the field it names, in the form that the API promises."""

import json
from collections.abc import Iterable
from typing import Any

import httpx

# A body, and the pointer of the one error expected; ``None`` where only the refusal counts.
Case = tuple[Any, str | None]


async def send_json(client: httpx.AsyncClient, method: str, path: str, body: Any) -> httpx.Response:
    """Send ``body`` as JSON in ASCII, so that it may hold what no text in UTF-8 can."""
    headers = {"Content-Type": "application/json"}
    return await client.request(method, path, content=json.dumps(body), headers=headers)


def pointers(answer: httpx.Response) -> list[str]:
    """Return the pointers of a refusal; fails for any answer that is none."""
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return [error["pointer"] for error in answer.json()["errors"]]


def errors_of(answer: httpx.Response) -> dict[str, str]:
    """Return pointer → code of a refusal of input; fails for any answer that is none."""
    assert answer.status_code == 422, answer.text
    return {error["pointer"]: error["code"] for error in answer.json()["errors"]}


async def not_refused(client: httpx.AsyncClient, method: str, path: str, cases: Iterable[Case]) -> list[Any]:
    """Send every case and return those that were answered otherwise than expected, with the answer."""
    wrong: list[Any] = []
    for body, pointer in cases:
        answer = await send_json(client, method, path, body)
        is_problem = answer.headers.get("content-type") == "application/problem+json"
        found = [error["pointer"] for error in answer.json().get("errors", [])] if is_problem else []
        is_right = found == [pointer] if pointer is not None else 400 <= answer.status_code < 500
        if answer.status_code != 422 or not is_problem or not is_right:
            wrong.append((body, answer.status_code, found or answer.text))
    return wrong
