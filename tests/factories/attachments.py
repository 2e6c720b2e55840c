"""Files on tickets, through the API."""

from typing import Any

import httpx

PORTAL = "portal/"
CONTENT = b"As I saw it."


async def upload(
    client: httpx.AsyncClient, ticket_id: str, content: bytes = CONTENT, name: str = "note.txt", **how: str
) -> httpx.Response:
    """Send a file; ``side`` is ``PORTAL`` for a recipient, ``key`` the idempotency key, the rest are fields."""
    side, key = how.pop("side", ""), how.pop("key", None)
    headers = {"Idempotency-Key": key} if key else {}
    url = f"/api/v1/{side}tickets/{ticket_id}/attachments"
    return await client.post(url, files={"file": (name, content)}, data=how, headers=headers)


async def attach(
    client: httpx.AsyncClient, ticket_id: str, content: bytes = CONTENT, name: str = "note.txt", **how: str
) -> dict[str, Any]:
    """Attach a file as ``upload`` does, and return it."""
    answer = await upload(client, ticket_id, content, name, **how)
    assert answer.status_code == 201, answer.text
    attachment: dict[str, Any] = answer.json()
    return attachment
