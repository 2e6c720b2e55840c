"""Which statements a request costs the product, heard at the driver: SQLAlchemy's and those that go past it alike."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
from asyncpg.connection import LoggedQuery
from asyncpg.prepared_stmt import PreparedStatement
from sqlalchemy import event

from ticketdesk.app import create_app
from ticketdesk.bootstrap import Resources

_PREPARED = ("fetch", "fetchrow", "fetchval", "fetchmany")


@dataclass(slots=True)
class Heard:
    """One request as it was seen from both ends."""

    began: datetime
    statements: list[tuple[str, Any]] = field(default_factory=list)
    answer: httpx.Response | None = None


class Recorder:
    """Sends requests to the application in this process and notes what reaches the driver meanwhile."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self.noted: list[tuple[str, Any]] = []

    async def hear(self, request: httpx.Request) -> Heard:
        """Send ``request``; raises ``RuntimeError`` unless the answer is a success."""
        self.noted.clear()
        heard = Heard(datetime.now(UTC))
        heard.answer = await self._client.send(request)
        if not heard.answer.is_success:
            raise RuntimeError(f"{request.method} {request.url.path} answered {heard.answer.text}")
        heard.statements = list(self.noted)
        return heard

    def build(self, method: str, path: str, headers: dict[str, str], body: str) -> httpx.Request:
        """Return the request that the load generator sends as these words."""
        return self._client.build_request(method, path, headers=headers, content=body or None)


@asynccontextmanager
async def recorder(resources: Resources) -> AsyncIterator[Recorder]:
    """Give a recorder over ``resources``, whose connections must not be open yet."""
    app = create_app(resources)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        recording = Recorder(client)

        def note(sql: str, arguments: Any) -> None:
            recording.noted.append((sql, arguments))

        with _connections_heard(resources, note), _prepared_heard(note):
            yield recording


@contextmanager
def _connections_heard(resources: Resources, note: Callable[[str, Any], None]) -> Iterator[None]:
    """Note what goes through a connection itself, transactions included."""

    def log(query: LoggedQuery) -> None:
        note(query.query, query.args)

    def listen(connection: Any, _record: object) -> None:
        connection.driver_connection.add_query_logger(log)

    event.listen(resources.engine.sync_engine, "connect", listen)
    try:
        yield
    finally:
        event.remove(resources.engine.sync_engine, "connect", listen)


@contextmanager
def _prepared_heard(note: Callable[[str, Any], None]) -> Iterator[None]:
    """Note what goes through prepared statements, of which the driver's own log says nothing."""
    originals = {name: getattr(PreparedStatement, name) for name in _PREPARED}

    def listening(original: Callable[..., Any]) -> Callable[..., Any]:
        async def execute(self: Any, *arguments: Any, **options: Any) -> Any:
            note(self.get_query(), arguments)
            return await original(self, *arguments, **options)

        return execute

    for name, original in originals.items():
        setattr(PreparedStatement, name, listening(original))
    try:
        yield
    finally:
        for name, original in originals.items():
            setattr(PreparedStatement, name, original)
