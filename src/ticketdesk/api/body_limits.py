"""No body larger than its route allows is ever held: neither announced nor in chunks."""

import asyncio
from contextlib import suppress

from starlette.types import Message, Receive, Scope

from ticketdesk.api.refusals import RequestRefused

MAX_BYTES = 1_048_576
# A client that is still writing would not see an answer that closes the connection under it. What is only somewhat
# too large is therefore taken in and dropped first; nobody is listened to for longer than this.
DRAIN_BYTES = 4_194_304
DRAIN_SECONDS = 1.0


def _announced(headers: list[tuple[bytes, bytes]]) -> int:
    value = next((value for name, value in headers if name == b"content-length"), b"0")
    return int(value) if value.isdigit() else 0


async def _drain(receive: Receive) -> None:
    left = DRAIN_BYTES
    with suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_SECONDS):
            while left > 0:
                message = await receive()
                if not message.get("more_body", False):
                    return
                left -= len(message.get("body", b""))


def _too_large(limit: int) -> RequestRefused:
    return RequestRefused(413, "body_too_large", f"A body may have at most {limit} bytes here.")


async def limit_body(scope: Scope, receive: Receive, limit: int) -> Receive:
    """Return ``receive`` with a count on it; raises ``RequestRefused`` 413 at once where the length is announced."""
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    if _announced(headers) > limit:
        if not any(name == b"expect" for name, _ in headers):
            await _drain(receive)
        raise _too_large(limit)
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
            await _drain(receive)
            raise _too_large(limit)
        return message

    return counted
