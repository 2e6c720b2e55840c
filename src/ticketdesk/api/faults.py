"""The one place where exceptions end: each becomes a problem document, what nobody expected too."""

from asyncio import CancelledError

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ticketdesk.api import errors


class FaultBoundary:
    """Answers for every exception inside the other middleware, so that those answers carry their headers and ids too.

    Instead of the two of Starlette's that do so, each of which stands between the routes and every message.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; a fault after the answer began can only end the connection.

        A request that is cancelled, because the process ends and has waited long enough, is told so before it goes.
        """
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
        except (Exception, CancelledError) as error:
            if has_begun:
                raise
            response = await errors.answer(Request(scope), error)
            await response(scope, receive, send)
            if isinstance(error, CancelledError):
                raise
