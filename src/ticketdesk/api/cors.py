"""Which front ends of other origins may call: exactly those that the config lists (spec: api.md, CORS)."""

import re
from collections.abc import Sequence

from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
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


def middleware(origins: Sequence[str]) -> list[Middleware]:
    """Return the middleware for ``origins``, none for none; raises ``ValueError`` for what is not one exact origin."""
    wrong = [origin for origin in origins if not _ORIGIN.fullmatch(origin)]
    if wrong:
        raise ValueError(f"TICKETDESK_CORS_ORIGINS takes origins such as https://desk.example, not {wrong[0]!r}")
    if not origins:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=list(origins),
            allow_methods=METHODS,
            allow_headers=REQUEST_HEADERS,
            expose_headers=EXPOSED_HEADERS,
            max_age=PREFLIGHT_SECONDS,
        )
    ]
