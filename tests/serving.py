"""The application on a real port of loopback, in the event loop of the test."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.types import ASGIApp

from ticketdesk.api.connections import PATIENCE, Patience
from ticketdesk.cli.server import Server, address_of, bind


@asynccontextmanager
async def served(app: ASGIApp, patience: Patience = PATIENCE) -> AsyncIterator[str]:
    """Serve ``app`` while the block runs; gives the address without a slash at the end."""
    with bind("127.0.0.1", 0) as listener:
        server = Server(app, patience)
        task = asyncio.create_task(server.serve([listener]))
        try:
            while not server.started:  # noqa: ASYNC110 - uvicorn has no event for this
                await asyncio.sleep(0.01)
            yield address_of(listener)
        finally:
            server.should_exit = True
            await task
