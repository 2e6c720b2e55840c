"""``python -m benchmarks.floor PLAN DATABASE_URL POOL_SIZE PORT``: the bare program that the product is held against.

Starlette and asyncpg, nothing between them. It knows one kind of request. For each it runs the statements that the
product runs for the same request, in the same order, authentication's included, writes in one transaction; it checks
nothing, decides nothing and makes nothing of the rows: the answer is constant, as long as the product's. So it is what
this work costs at the least with these libraries. It is served with the same options by the same uvicorn, over a pool
of the same size; giving a connection back resets nothing, as in the product.

The statements are not written down here: ``planning`` records them from the product when the benchmark starts.
"""

import asyncio
import json
import pickle
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.plans import Plan
from ticketdesk.cli.server import bind, serve_app
from ticketdesk.cli.signals import stop_on_signals
from ticketdesk.repositories.database import STATEMENT_TIMEOUT_MS

KEY = "idempotency-key"


async def _reset_nothing(connection: Any) -> None:
    """Leave the connection as it is."""


async def open_pool(url: str, size: int) -> asyncpg.Pool:
    """Open ``size`` connections with the product's settings."""
    settings = {"timezone": "UTC", "statement_timeout": str(STATEMENT_TIMEOUT_MS), "jit": "off"}
    return await asyncpg.create_pool(url, min_size=size, max_size=size, server_settings=settings, reset=_reset_nothing)


async def replay(connection: Any, plan: Plan, given: dict[str, Any]) -> None:
    """Run the statements of ``plan`` for one request."""
    for statement, rows in plan.bind(given, datetime.now(UTC)):
        if statement.is_bulk:
            await connection.executemany(statement.sql, rows)
        elif rows[0]:
            await connection.fetch(statement.sql, *rows[0])
        else:
            await connection.execute(statement.sql)


async def _given(request: Request) -> dict[str, Any]:
    """Return what the request names: parts of its path and query, fields of its body, its key."""
    named = {**request.query_params, **request.path_params}
    if body := await request.body():
        named |= {name: value for name, value in json.loads(body).items() if isinstance(value, str)}
    found: dict[str, Any] = {name: UUID(value) if name.endswith("_id") else value for name, value in named.items()}
    if key := request.headers.get(KEY):
        found["key"] = key
    return found


def _endpoint(plan: Plan, pool: Callable[[], Any]) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        given = await _given(request)
        async with pool().acquire() as connection:
            await replay(connection, plan, given)
        return Response(plan.body, plan.status, media_type=plan.media_type)

    return answer


async def _serve(plan: Plan, url: str, size: int, listener: Any) -> None:
    pool = await open_pool(url, size)
    routes = [Route(plan.route, _endpoint(plan, lambda: pool), methods=[plan.method])]
    try:
        await serve_app(Starlette(routes=routes), listener, stop_on_signals())
    finally:
        await pool.close()


def main() -> None:
    """Serve until a signal comes."""
    path, url, size, port = sys.argv[1:]
    with Path(path).open("rb") as file:
        plan: Plan = pickle.load(file)  # noqa: S301 - written a moment ago by the benchmark itself
    with bind("127.0.0.1", int(port)) as listener:
        asyncio.run(_serve(plan, url, int(size), listener))


if __name__ == "__main__":
    main()
