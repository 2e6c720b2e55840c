"""People and programs that call the product's own HTTP API, as anybody outside would."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any, TypeVar
from uuid import uuid4

import httpx

Json = dict[str, Any]
Value = TypeVar("Value")

PREFIX = "/api/v1"
# Every wait ends as soon as what it waits for is there; this is when it gives up.
PATIENCE_SECONDS = 20.0
POLL_SECONDS = 0.05


class NotAsExpected(Exception):
    """The product did something else than the story tells."""


def expect(holds: object, sentence: str) -> None:
    """Raise ``NotAsExpected`` with ``sentence`` unless ``holds``."""
    if not holds:
        raise NotAsExpected(sentence)


async def until(
    fetch: Callable[[], Awaitable[Value]], holds: Callable[[Value], object], sentence: str, within: float | None = None
) -> Value:
    """Return what ``fetch`` gives as soon as that ``holds``; raises ``NotAsExpected`` after ``within`` seconds."""
    deadline = monotonic() + (PATIENCE_SECONDS if within is None else within)
    while not holds(found := await fetch()):
        if monotonic() > deadline:
            raise NotAsExpected(sentence)
        await asyncio.sleep(POLL_SECONDS)
    return found


class Caller:
    """One credential and the connection it uses. An answer that is no success raises ``NotAsExpected``."""

    def __init__(self, client: httpx.AsyncClient, credential: str | None = None) -> None:
        self._client = client
        self._headers = {"Authorization": f"Bearer {credential}"} if credential else {}

    def bearing(self, credential: str) -> "Caller":
        """Return a caller with that credential over the same connections."""
        return Caller(self._client, credential)

    async def get(self, path: str, **query: Any) -> Json:
        """Read."""
        return await self._json("GET", path, params=query)

    async def post(self, path: str, body: Json) -> Json:
        """Do, exactly once however often the network would make it be sent."""
        return await self._json("POST", path, json=body, headers={"Idempotency-Key": str(uuid4())})

    async def put(self, path: str, body: Json) -> Json:
        """Replace."""
        return await self._json("PUT", path, json=body)

    async def patch(self, path: str, body: Json) -> Json:
        """Change what ``body`` names."""
        return await self._json("PATCH", path, json=body)

    async def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Send a request and return whatever comes back; raises ``NotAsExpected`` if nothing does."""
        headers = self._headers | options.pop("headers", {})
        address = path if path.startswith("/dev/") else PREFIX + path
        try:
            return await self._client.request(method, address, headers=headers, **options)
        except httpx.TransportError as error:
            raise NotAsExpected(f"{method} {path} got no answer ({type(error).__name__}).") from error

    async def _json(self, method: str, path: str, **options: Any) -> Json:
        answer = await self.ask(method, path, **options)
        if not answer.is_success:
            raise NotAsExpected(f"{method} {path} answered {answer.status_code}: {_words(answer)}")
        found: Json = answer.json()
        return found


def _words(answer: httpx.Response) -> str:
    """Return what a problem document says."""
    try:
        problem = answer.json()
        fields = "; ".join(f"{error['pointer']}: {error['detail']}" for error in problem.get("errors", []))
        return str(fields or problem["detail"])
    except (ValueError, KeyError, TypeError):
        return answer.text[:200]
