"""Files on tickets, through the API."""

from pathlib import Path
from typing import Any

import httpx

from ticketdesk.bootstrap import Resources

PORTAL = "portal/"
CONTENT = b"As I saw it."
# What keeps a browser from running a file.
SAFE_HEADERS = {
    "x-content-type-options": "nosniff",
    "content-security-policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "cache-control": "private, no-store",
}


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


async def list_files(client: httpx.AsyncClient, ticket_id: str, side: str = "") -> list[dict[str, Any]]:
    """Return the files of a ticket as one side sees them."""
    answer = await client.get(f"/api/v1/{side}tickets/{ticket_id}/attachments")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def read_file(client: httpx.AsyncClient, found: dict[str, Any], side: str = "", **headers: str) -> httpx.Response:
    """Ask for the content of a file."""
    return await client.get(f"/api/v1/{side}attachments/{found['id']}/content", headers=headers)


def stored_paths(resources: Resources) -> list[Path]:
    """Return every file below the storage's folder."""
    return [path for path in (resources.config.data_dir / "files").rglob("*") if path.is_file()]
