"""Which front ends of other origins may call: exactly those that the config lists (spec: api.md, CORS)."""

import re
from collections.abc import Sequence
from http import HTTPStatus

from fastapi import Request, Response
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.types import Receive, Scope, Send

from ticketdesk.api.errors import problem

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
REQUEST_HEADERS = (
    "Accept",
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "X-Request-ID",
)
EXPOSED_HEADERS = (
    "ETag",
    "Link",
    "Location",
    "Retry-After",
    "RateLimit",
    "RateLimit-Policy",
    "X-Request-ID",
    "Idempotent-Replayed",
)
PREFLIGHT_SECONDS = 600
# An origin as browsers send it (RFC 6454 section 6.2): no path, no wildcard.
_ORIGIN = re.compile(r"https?://[^/*\s?#@]+")


class _Refusal(Response):
    """The answer to a preflight that names what is not allowed, with what is."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it as a problem."""
        detail = "This origin may not call, or not with this method and these headers."
        allowed = {name: value for name, value in self.headers.items() if name.startswith(("vary", "access-control-"))}
        answer = problem(Request(scope), HTTPStatus.FORBIDDEN, "origin_refused", detail, headers=allowed)
        await answer(scope, receive, send)


class Cors(CORSMiddleware):
    """The library's middleware, but for its refusals in plain text."""

    def preflight_response(self, request_headers: Headers) -> Response:
        """Return the answer to a preflight."""
        answer = super().preflight_response(request_headers)
        return answer if answer.status_code == HTTPStatus.OK else _Refusal(headers=answer.headers)


def middleware(origins: Sequence[str]) -> list[Middleware]:
    """Return the middleware for ``origins``, none for none; raises ``ValueError`` for what is not one exact origin."""
    wrong = [origin for origin in origins if not _ORIGIN.fullmatch(origin)]
    if wrong:
        raise ValueError(f"TICKETDESK_CORS_ORIGINS takes origins such as https://desk.example, not {wrong[0]!r}")
    if not origins:
        return []
    return [
        Middleware(
            Cors,
            allow_origins=list(origins),
            allow_methods=METHODS,
            allow_headers=REQUEST_HEADERS,
            expose_headers=EXPOSED_HEADERS,
            max_age=PREFLIGHT_SECONDS,
        )
    ]
