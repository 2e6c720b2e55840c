"""One line and one count per request, and the id that ties a client's report to both.

Routes appear as templates, because paths hold ids and queries hold what people search for. Neither query, body,
headers nor anything of the credential is written.
"""

import re
import secrets
from time import perf_counter

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ticketdesk.observability import logs, metrics

log = structlog.get_logger(__name__)

HEADER = b"x-request-id"
SANE_ID = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# Asked every few seconds by machines; their lines would bury the others.
PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
UNMATCHED = "unmatched"


def _request_id(scope: Scope) -> str:
    """Return the caller's id where it is a plain token, so that it can be traced through; else a new one."""
    for name, value in scope["headers"]:
        if name == HEADER and SANE_ID.fullmatch(value):
            return str(value, "ascii")
    return secrets.token_hex(8)


def _template(scope: Scope) -> str:
    if mounted := scope.get("root_path", "").removeprefix(scope.get("app_root_path", "")):
        return f"{mounted}/*"
    route = scope.get("route")
    if route is not None:
        return str(route.path)
    if "endpoint" not in scope:
        return UNMATCHED
    # A plain page: its path with the names of its parameters again.
    template = str(scope["path"])
    for name, value in scope.get("path_params", {}).items():
        template = template.replace(str(value), f"{{{name}}}")
    return template


class RequestLog:
    """Gives every request its id, on the request's state and on the answer, and notes how the request ended."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the request; ``request.state.request_id`` holds its id."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        status, started = 0, perf_counter()

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (HEADER, request_id.encode())]
            await send(message)

        token = logs.REQUEST_ID.set(request_id)
        try:
            await self._app(scope, receive, send_with_id)
        finally:
            _note(scope, status, perf_counter() - started)
            logs.REQUEST_ID.reset(token)


def _note(scope: Scope, status: int, seconds: float) -> None:
    """Write the line; a status of 0 means that no answer was sent."""
    method = scope["method"] if scope["method"] in METHODS else "OTHER"
    template = _template(scope)
    metrics.count_request(method, template, status, seconds)
    write = log.debug if template in PROBES else log.info
    actor = scope["state"].get("actor_kind")
    write("request", method=method, route=template, status=status, ms=round(seconds * 1000, 1), actor=actor)
