import asyncio
import json

import asyncpg
import httpx
import pytest
from asyncpg.exceptions._base import DataError as UnsendableArgument
from sqlalchemy.exc import DBAPIError, PendingRollbackError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.types import Message, Receive, Scope, Send
from structlog.testing import capture_logs
from tests.api.conftest import FRONT_END

from ticketdesk.api.errors import is_unavailable
from ticketdesk.api.faults import FaultBoundary


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [("bug", 500, "internal_error"), ("gone", 503, "unavailable"), ("slow", 503, "unavailable")],
)
async def test_faults_are_problems_with_every_header(
    client: httpx.AsyncClient, name: str, status: int, code: str
) -> None:
    answer = await client.delete(f"/api/v1/probe/{name}", headers={"Origin": FRONT_END})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert answer.headers["access-control-allow-origin"] == FRONT_END
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert ("retry-after" in answer.headers) == (status == 503)
    assert "secret of" not in answer.text


async def test_a_bug_is_logged_with_its_cause(client: httpx.AsyncClient) -> None:
    with capture_logs() as lines:
        await client.delete("/api/v1/probe/bug")
    [line] = [line for line in lines if line["event"] == "bug"]
    assert isinstance(line["exc_info"], RuntimeError)


@pytest.mark.parametrize(("name", "status"), [("bug", 500), ("gone", 503)])
async def test_neither_the_path_nor_a_strange_host_gets_into_the_log_or_in_the_way(
    client: httpx.AsyncClient, name: str, status: int
) -> None:
    with capture_logs() as lines:
        answer = await client.delete(f"/api/v1/probe/{name}", headers={"Host": "["})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert f"/api/v1/probe/{name}" not in str(lines)


async def test_a_request_that_the_end_of_the_process_cuts_off_may_be_sent_again() -> None:
    begun, sent = asyncio.Event(), list[Message]()

    async def endless(_scope: Scope, _receive: Receive, _send: Send) -> None:
        begun.set()
        await asyncio.Event().wait()

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "state": {}}
    request = asyncio.ensure_future(FaultBoundary(endless)(scope, receive, send))
    await begun.wait()
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request
    assert sent[0]["status"] == 503
    assert json.loads(sent[1]["body"])["code"] == "unavailable"


def wrapped(error: Exception) -> DBAPIError:
    return DBAPIError("SELECT", {}, error)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (wrapped(asyncpg.AdminShutdownError("ended")), True),
        (wrapped(asyncpg.DeadlockDetectedError("crossed")), True),
        (wrapped(asyncpg.SerializationError("crossed")), True),
        (wrapped(asyncpg.QueryCanceledError("took too long")), True),
        (wrapped(asyncpg.LockNotAvailableError("not in time")), True),
        (wrapped(asyncpg.IdleInTransactionSessionTimeoutError("waited for nothing")), True),
        (wrapped(asyncpg.TooManyConnectionsError("full")), True),
        (wrapped(asyncpg.DiskFullError("full")), True),
        (wrapped(asyncpg.ReadOnlySQLTransactionError("a standby now")), True),
        (wrapped(asyncpg.InvalidPasswordError("changed")), True),
        (wrapped(asyncpg.InvalidCatalogNameError("not restored yet")), True),
        (wrapped(asyncpg.InvalidCachedStatementError("migrated meanwhile")), True),
        (PoolTimeout("none free"), True),
        (wrapped(asyncpg.UndefinedColumnError("wrong")), False),
        (wrapped(asyncpg.NumericValueOutOfRangeError("wrong")), False),
        (wrapped(asyncpg.ForeignKeyViolationError("wrong")), False),
        # As they come from the driver, while a connection is being set up.
        (asyncpg.CannotConnectNowError("starting up"), True),
        (asyncpg.CrashShutdownError("another one crashed"), True),
        (asyncpg.ConnectionDoesNotExistError("closed in the middle"), True),
        (asyncpg.InterfaceError("the connection is closed"), True),
        (asyncpg.UndefinedColumnError("wrong"), False),
        (UnsendableArgument("value out of int64 range"), False),
        (PendingRollbackError("the connection was lost"), True),
        (ConnectionResetError("gone"), True),
        (RuntimeError("a bug"), False),
    ],
)
def test_what_a_later_try_may_mend_is_told_from_bugs(error: Exception, expected: bool) -> None:
    assert is_unavailable(error) is expected
