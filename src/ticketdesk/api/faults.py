"""The last line: whatever no route and no rule expected still becomes a problem document."""

import structlog
from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ticketdesk.api.errors import infrastructure_fault

log = structlog.get_logger(__name__)


class FaultBoundary:
    """Answers 503 or 500 inside the other middleware, so that those answers carry their headers and ids too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; a fault after the answer began can only end the connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_begun = False

        async def send_noting(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, send_noting)
        except Exception as error:
            if has_begun:
                raise
            response = await infrastructure_fault(Request(scope), error)
            await response(scope, receive, send)
