"""Which statements a request costs the product, heard at the driver: SQLAlchemy's and those that go past it alike."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
from asyncpg import Connection
from asyncpg.prepared_stmt import PreparedStatement
from structlog.testing import capture_logs

from ticketdesk.app import create_app
from ticketdesk.bootstrap import Resources

# The doors to the database. They do not lead through each other, so nothing is heard twice.
_DOORS = {
    Connection: ("execute", "executemany", "fetch", "fetchrow", "fetchval"),
    PreparedStatement: ("fetch", "fetchrow", "fetchval", "fetchmany"),
}


@dataclass(slots=True)
class Heard:
    """One request as it was seen from both ends."""

    began: datetime
    statements: list[tuple[str, Any]] = field(default_factory=list)
    answer: httpx.Response | None = None


class Recorder:
    """Sends requests to the application in this process and notes what reaches the driver meanwhile."""

    def __init__(self, client: httpx.AsyncClient, log: Sequence[Mapping[str, Any]]) -> None:
        self._client = client
        self._log = log
        self.noted: list[tuple[str, Any]] = []

    async def hear(self, request: httpx.Request) -> Heard:
        """Send ``request``; raises ``RuntimeError`` unless the answer is a success."""
        self.noted.clear()
        heard = Heard(datetime.now(UTC))
        heard.answer = await self._client.send(request)
        if not heard.answer.is_success:
            said = f"{heard.answer.text}\n{self._log[-1:]}"
            raise RuntimeError(f"{request.method} {request.url.path} answered {said}")
        heard.statements = list(self.noted)
        return heard

    def build(self, method: str, path: str, headers: dict[str, str], body: str) -> httpx.Request:
        """Return the request that the load generator sends as these words."""
        return self._client.build_request(method, path, headers=headers, content=body or None)


@asynccontextmanager
async def recorder(resources: Resources) -> AsyncIterator[Recorder]:
    """Give a recorder over ``resources``; meanwhile whatever this process asks of a database is noted."""
    transport = httpx.ASGITransport(create_app(resources))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        with capture_logs() as log:
            recording = Recorder(client, log)
            with _driver_heard(lambda sql, arguments: recording.noted.append((sql, arguments))):
                yield recording


@contextmanager
def _driver_heard(note: Callable[[str, Any], None]) -> Iterator[None]:
    """Note each statement in the moment in which it is handed to the driver.

    The driver's own log would not do: it leaves out prepared statements, and tells of the others a little later.
    """

    def listening(original: Callable[..., Any], *, is_prepared: bool) -> Callable[..., Any]:
        async def execute(self: Any, *arguments: Any, **options: Any) -> Any:
            sql, *values = (self.get_query(), *arguments) if is_prepared else arguments
            note(sql, values[0] if original.__name__ == "executemany" else tuple(values))
            return await original(self, *arguments, **options)

        return execute

    originals = [(door, name, getattr(door, name)) for door, names in _DOORS.items() for name in names]
    for door, name, original in originals:
        setattr(door, name, listening(original, is_prepared=door is PreparedStatement))
    try:
        yield
    finally:
        for door, name, original in originals:
            setattr(door, name, original)
