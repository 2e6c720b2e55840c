"""The reference portal page: static files, which speak to ``/api/v1`` alone and which no script can be put into.

The page finds the API relative to itself (``../api/v1/``), so it works below any path prefix.
"""

import hashlib
from collections.abc import Awaitable, Callable
from pathlib import Path

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route, Router

FOLDER = Path(__file__).parent.parent / "portal"
FILES = {
    "/": ("index.html", "text/html"),
    "/portal.js": ("portal.js", "text/javascript"),
    "/accounts.js": ("accounts.js", "text/javascript"),
    "/delegations.js": ("delegations.js", "text/javascript"),
    "/forms.js": ("forms.js", "text/javascript"),
    "/questions.js": ("questions.js", "text/javascript"),
    "/server.js": ("server.js", "text/javascript"),
    "/tickets.js": ("tickets.js", "text/javascript"),
    "/writing.js": ("writing.js", "text/javascript"),
    "/portal.css": ("portal.css", "text/css"),
    "/favicon.svg": ("favicon.svg", "image/svg+xml"),
}
CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def install(app: FastAPI) -> None:
    """Serve the page at ``/portal/``, and lead there who leaves the last slash out."""
    app.add_route("/portal", _add_slash)
    app.mount("/portal", portal_page())


async def _add_slash(_request: Request) -> Response:
    # A relative address, so that a path prefix that a proxy has taken away comes back.
    return RedirectResponse("portal/")


def portal_page() -> Router:
    """Return the application to mount at ``/portal``; the files are read once, here.

    Whatever else is asked for below the mount is left to the error answers of the surrounding application.
    """
    return Router([Route(path, _answer(name, kind)) for path, (name, kind) in FILES.items()], redirect_slashes=False)


def _answer(name: str, media_type: str) -> Callable[[Request], Awaitable[Response]]:
    content = (FOLDER / name).read_bytes()
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    # Names carry no version, so a browser asks each time (304) and never mixes the files of two releases.
    headers = SECURITY_HEADERS | {"ETag": tag, "Cache-Control": "no-cache"}

    async def answer(request: Request) -> Response:
        if _names(request.headers.get("If-None-Match", ""), tag):
            return Response(status_code=304, headers=headers)
        return Response(content, headers=headers, media_type=media_type)

    return answer


def _names(if_none_match: str, tag: str) -> bool:
    """Compare weakly (RFC 9110 section 13.1.2): a proxy that compresses marks the tag as weak."""
    tags = (candidate.strip().removeprefix("W/") for candidate in if_none_match.split(","))
    return any(candidate in {"*", tag} for candidate in tags)
