"""Run an application on a socket until a signal comes."""

import asyncio
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import click
import uvicorn
from starlette.types import ASGIApp

from ticketdesk.api.connections import PATIENCE, Connection, Patience, end_overdue, make_room
from ticketdesk.cli.garbage import keep_start

# Answers under way may take this long once the process was told to stop.
FAREWELL_SECONDS = 10
KEEP_ALIVE_SECONDS = 30
BACKLOG = 1024
LOOK_SECONDS = 1.0
# What one connection brings us at a time, before anybody has counted it. Linux doubles it.
RECEIVE_BYTES = 32_768


def bind(host: str, port: int) -> socket.socket:
    """Return a socket that listens; raises ``ClickException`` when the address cannot be had.

    Done before anything else is started, so that a taken port costs nothing.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise click.ClickException(
            f"Cannot listen on {host}:{port} ({os.strerror(error.errno or 0)}). Choose another with --port."
        ) from None
    # Every connection inherits both. asyncio would leave Nagle's algorithm on, since this socket does not name its
    # protocol: each answer's body would wait 40 ms for the client to acknowledge the header.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BYTES)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def address_of(listener: socket.socket) -> str:
    """Return the URL under which this machine reaches ``listener``."""
    host, port = listener.getsockname()[:2]
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"


class Server(uvicorn.Server):
    """Uvicorn with an end to its patience, and without its signal handlers.

    These raise the signal once more at the end and so skip our own clean-up.
    """

    def __init__(self, app: ASGIApp, patience: Patience = PATIENCE) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=Connection,
                ws="none",
                log_config=None,
                access_log=False,
                server_header=False,
                # Whose word counts for where a request came from is the application's affair (api/proxies.py).
                proxy_headers=False,
                lifespan="off",
                backlog=BACKLOG,
                limit_concurrency=make_room(),
                timeout_keep_alive=KEEP_ALIVE_SECONDS,
                timeout_graceful_shutdown=FAREWELL_SECONDS,
            )
        )
        self._patience = patience
        self._next_look = 0.0

    async def on_tick(self, counter: int) -> bool:
        """Look over the connections about once a second; uvicorn calls this ten times as often."""
        now = asyncio.get_running_loop().time()
        if now >= self._next_look:
            self._next_look = now + LOOK_SECONDS
            end_overdue(self.server_state.connections, now, self._patience)
        return await super().on_tick(counter)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield


async def serve_app(app: ASGIApp, listener: socket.socket, stop: asyncio.Event) -> None:
    """Serve ``app`` until ``stop`` is set; answers under way are finished first."""
    server = Server(app)

    async def watch() -> None:
        await stop.wait()
        server.should_exit = True

    watcher = asyncio.create_task(watch())
    keep_start()
    try:
        await server.serve(sockets=[listener])
    finally:
        stop.set()
        await watcher
