"""The one table from what went wrong to what a client sees (RFC 9457), and nothing of the inside with it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import asyncpg
import structlog
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError, InterfaceError, PendingRollbackError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from ticketdesk.api import json_spots
from ticketdesk.api.refusals import RequestRefused
from ticketdesk.domain import errors
from ticketdesk.schemas.base import Problem, ProblemError

log = structlog.get_logger(__name__)

STATUS_OF: Mapping[type[errors.DomainError], HTTPStatus] = {
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.NotPermitted: HTTPStatus.FORBIDDEN,
    errors.NotAuthenticated: HTTPStatus.UNAUTHORIZED,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.StaleVersion: HTTPStatus.PRECONDITION_FAILED,
    errors.Gone: HTTPStatus.GONE,
    errors.TooManyAttempts: HTTPStatus.TOO_MANY_REQUESTS,
    errors.InvalidInput: HTTPStatus.UNPROCESSABLE_ENTITY,
}

# Codes of answers that no rule of the domain gave.
CODE_OF: Mapping[int, str] = {
    400: "malformed_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    415: "unsupported_media_type",
}

# SQLSTATE classes that speak of the server and not of the statement: connection, credentials, rollback for the sake of
# another transaction, resources, operator, system (PostgreSQL manual, appendix A).
UNAVAILABLE_CLASSES = ("08", "28", "40", "53", "57", "58")
# A lock that did not come; a transaction that took too long, idle or not; a server that became a standby; a database
# that is not there; a plan from before a migration, which the driver has dropped by then.
UNAVAILABLE_STATES = frozenset({"55P03", "25P03", "25P04", "25006", "3D000", "0A000"})
# The driver's own appear where a server ends while SQLAlchemy is still setting a connection up, the pending rollback
# where a transaction goes on after it has lost its connection. Requests are cancelled when the process has to end.
_UNREACHABLE = (
    asyncio.CancelledError,
    PoolTimeout,
    OSError,
    asyncio.TimeoutError,
    InterfaceError,
    PendingRollbackError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)
RETRY_AFTER_SECONDS = "2"
# A body of unknown names would otherwise be answered with more than it held.
MAX_FIELD_ERRORS = 100


def problem(
    request: Request,
    status: int,
    code: str,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    field_errors: Sequence[ProblemError] | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Response:
    """Build the ``application/problem+json`` answer; ``facts`` become extra members."""
    document = Problem(
        type=f"/problems/{code}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        code=code,
        request_id=getattr(request.state, "request_id", ""),
        errors=list(field_errors) if field_errors else None,
        **(facts or {}),
    )
    return Response(
        document.model_dump_json(exclude_none=True),
        status,
        media_type="application/problem+json",
        headers={"Cache-Control": "no-store"} | dict(headers or {}),
    )


def _status_of(error: errors.DomainError) -> HTTPStatus:
    return next((STATUS_OF[kind] for kind in type(error).__mro__ if kind in STATUS_OF), HTTPStatus.CONFLICT)


def _headers_of(error: errors.DomainError) -> dict[str, str]:
    if isinstance(error, errors.NotAuthenticated):
        return {"WWW-Authenticate": 'Bearer realm="ticketdesk"'}
    if isinstance(error, errors.TooManyAttempts):
        return {"Retry-After": str(error.retry_after)}
    return {}


def _shown(fields: Sequence[errors.FieldError]) -> list[ProblemError]:
    return [ProblemError(pointer=f.pointer, code=f.code, detail=f.detail) for f in fields[:MAX_FIELD_ERRORS]]


async def refused(request: Request, error: errors.DomainError) -> Response:
    """Answer for a rule of the domain."""
    fields = error.errors if isinstance(error, errors.InvalidInput) else ()
    return problem(
        request,
        _status_of(error),
        error.code,
        error.detail,
        headers=_headers_of(error),
        field_errors=_shown(fields),
        facts=error.facts,
    )


def _pointer(location: Sequence[int | str]) -> str:
    """Turn Pydantic's location into a JSON pointer for bodies, or the parameter's name for the rest."""
    if location[:1] != ("body",):
        return ".".join(str(part) for part in location[1:]) or str(location[0])
    return "".join(json_spots.escape(str(part)) for part in location[1:])


async def invalid_request(request: Request, error: RequestValidationError) -> Response:
    """Answer for input that does not fit its schema; never repeats what was sent."""
    found = error.errors()
    if any(entry["type"] == "json_invalid" for entry in found):
        return problem(request, HTTPStatus.BAD_REQUEST, "malformed_json", "The body is not valid JSON.")
    fields = [
        ProblemError(pointer=_pointer(entry["loc"]), code=entry["type"], detail=_without_value(entry))
        for entry in found[:MAX_FIELD_ERRORS]
    ]
    return problem(
        request,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "invalid_input",
        "The input breaks a rule.",
        field_errors=fields,
    )


def _without_value(entry: Mapping[str, Any]) -> str:
    # Messages of custom validators could quote the input; those of Pydantic itself never do, with these exceptions.
    if entry["type"] in {"value_error", "assertion_error"}:
        return "The value is not valid here."
    return str(entry["msg"]) if len(str(entry["msg"])) < 300 else "The value is not valid here."


async def http_error(request: Request, error: HTTPException) -> Response:
    """Answer for what is refused before any rule of the domain is asked."""
    if isinstance(error, RequestRefused):
        return problem(
            request,
            error.status_code,
            error.code,
            error.detail,
            headers=error.headers,
            field_errors=_shown(error.errors),
        )
    status = HTTPStatus(error.status_code)
    detail = status.description if error.detail == status.phrase else error.detail
    return problem(request, status, CODE_OF.get(status, "refused"), detail, headers=error.headers)


def is_unavailable(error: BaseException) -> bool:
    """Tell whether a fault lies with the database or the network, so that the same request may succeed later."""
    if isinstance(error, _UNREACHABLE):
        # The driver's word for an argument that it cannot send: our bug.
        return not isinstance(error, ValueError)
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or _speaks_of_the_server(error.orig)
    return isinstance(error, asyncpg.PostgresError) and _speaks_of_the_server(error)


def _speaks_of_the_server(error: BaseException | None) -> bool:
    state = str(getattr(error, "sqlstate", None) or "")
    return not state or state.startswith(UNAVAILABLE_CLASSES) or state in UNAVAILABLE_STATES


async def infrastructure_fault(request: Request, error: BaseException) -> Response:
    """Answer 503 for a fault of the infrastructure, 500 for a bug; the cause goes to the log only.

    On which route it was says the request's own line, by the id that both have: a path holds ids, some a token.
    """
    if is_unavailable(error):
        log.warning("unavailable", error=type(error).__name__)
        detail = "A service that this needs is not there just now. The same request may be sent again."
        return problem(request, 503, "unavailable", detail, headers={"Retry-After": RETRY_AFTER_SECONDS})
    log.error("bug", exc_info=error)
    return problem(request, 500, "internal_error", "Something went wrong that should not have. It has been logged.")


ANSWERS: Mapping[type[Exception], Callable[[Request, Any], Awaitable[Response]]] = {
    errors.DomainError: refused,
    RequestValidationError: invalid_request,
    HTTPException: http_error,
}


async def answer(request: Request, error: BaseException) -> Response:
    """Answer for whatever can go wrong; what ``ANSWERS`` does not know is a fault of the infrastructure, or a bug."""
    known = next((ANSWERS[kind] for kind in type(error).__mro__ if kind in ANSWERS), infrastructure_fault)
    return await known(request, error)
