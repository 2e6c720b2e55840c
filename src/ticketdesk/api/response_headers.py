"""Headers that every answer carries unless its route set its own: nothing is sniffed, framed, referred to or kept."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"),
)
# What a credential opened belongs to its holder: with an ETag it may be kept and must be asked about, else not kept.
PRIVATE = (b"cache-control", b"private, no-cache")
UNKEPT = (b"cache-control", b"no-store")
CREDENTIAL = (b"vary", b"Authorization")


class ResponseHeaders:
    """Adds the headers of ``ALWAYS``, a ``Cache-Control`` (RFC 9111), and what the route left to add.

    A route leaves headers in ``request.state.added_headers`` that belong to refusals as well as to its own answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete the head of its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_completed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = _completed(list(message.get("headers", ())))
                added: dict[str, str] = scope.get("state", {}).get("added_headers", {})
                message["headers"] += [(name.lower().encode(), value.encode()) for name, value in added.items()]
            await send(message)

        await self._app(scope, receive, send_completed)


def _completed(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    present = {name for name, _ in headers}
    headers.extend(header for header in ALWAYS if header[0] not in present)
    if b"cache-control" not in present:
        headers.extend((PRIVATE, CREDENTIAL) if b"etag" in present else (UNKEPT,))
    return headers
