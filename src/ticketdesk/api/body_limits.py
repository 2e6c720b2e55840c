"""No body larger than its route allows is ever held: neither announced nor in chunks."""

import asyncio

from starlette.types import Message, Receive, Scope

from ticketdesk.api.refusals import RequestRefused

MAX_BYTES = 1_048_576
# A client that is still writing does not see an answer after which the connection is closed under it. What is too much
# is therefore taken in and dropped before we answer; nobody is listened to for longer than this.
DRAIN_SECONDS = 30.0


def _announced(headers: list[tuple[bytes, bytes]]) -> int:
    value = next((value for name, value in headers if name == b"content-length"), b"0")
    return int(value) if value.isdigit() else 0


async def _drain(receive: Receive) -> bool:
    """Drop the rest of the body; tells whether its end was reached."""
    try:
        async with asyncio.timeout(DRAIN_SECONDS):
            while (await receive()).get("more_body", False):
                pass
    except TimeoutError:
        return False
    return True


def _too_large(limit: int, *, is_drained: bool) -> RequestRefused:
    # What is still under way must not be read as the next request.
    headers = {} if is_drained else {"Connection": "close"}
    return RequestRefused(413, "body_too_large", f"A body may have at most {limit} bytes here.", headers=headers)


async def limit_body(scope: Scope, receive: Receive, limit: int) -> Receive:
    """Return ``receive`` with a count on it; raises ``RequestRefused`` 413 at once where the length is announced."""
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    if _announced(headers) > limit:
        # Who asks first (RFC 9110 section 10.1.1) is waiting for our answer and sends nothing.
        asks_first = any(name == b"expect" for name, _ in headers)
        raise _too_large(limit, is_drained=not asks_first and await _drain(receive))
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
            raise _too_large(limit, is_drained=not message.get("more_body", False) or await _drain(receive))
        return message

    return counted
