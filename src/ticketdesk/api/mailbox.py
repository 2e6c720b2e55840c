"""The mailbox at ``/dev/mailbox``: what would have been sent, to look at in a browser and to read in tests.

It shows every mail with its secret links to whoever asks, so it is there only in development and demo, where mail goes
nowhere else. Mails are hostile: their HTML is shown in a sandboxed frame under a policy of its own, without scripts.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    # At run time the mailbox needs the "embedded" extra, which a production install may lack.
    from ticketdesk.integrations.caught_mail import CaughtMail
    from ticketdesk.integrations.mailbox import MailCatcher

PREFIX = "/dev/mailbox"
VIEWS = ("html", "text", "raw")
_FOLDER = Path(__file__).parent / "mailbox_pages"
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
}
_BODY_HEADERS = _HEADERS | {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox",
}
# Links leave the frame, else the page they lead to would be stuck in the sandbox.
_NEW_TAB = '<base target="_blank">'
_HEAD = re.compile(r"<head(?:\s[^>]*)?>", re.IGNORECASE)


def mailbox_routes(catcher: "MailCatcher") -> list[BaseRoute]:
    """Return the routes over ``catcher``, full paths, none of them in the OpenAPI document."""
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages = MailboxPages(catcher, environment)
    endpoints: dict[str, Callable[[Request], Awaitable[Response]]] = {
        "": pages.list_mails,
        "/": pages.list_mails,
        "/mailbox.css": pages.style,
        "/mails.json": pages.list_json,
        "/mails/{id:int}.json": pages.mail_json,
        "/mails/{id:int}.eml": pages.raw,
        "/mails/{id:int}/body": pages.body,
        "/mails/{id:int}": pages.mail,
    }
    return [Route(PREFIX + path, endpoint) for path, endpoint in endpoints.items()]


class MailboxPages:
    """One method for each address below the prefix."""

    def __init__(self, catcher: "MailCatcher", environment: Environment) -> None:
        self._catcher = catcher
        self._environment = environment
        self._style = (_FOLDER / "mailbox.css").read_bytes()

    async def list_mails(self, request: Request) -> Response:
        """Show every mail, the newest first; the page loads itself again every few seconds."""
        return self._page(request, "list.html", mails=self._wanted(request)[::-1])

    async def mail(self, request: Request) -> Response:
        """Show one mail as HTML, as text or as it came over the wire."""
        mail = self._mail(request)
        view = request.query_params.get("view", "html" if mail.html else "text")
        if view not in VIEWS:
            raise HTTPException(404)
        links = [link for link in mail.links if urlsplit(link).scheme in {"http", "https"}]
        raw = mail.raw.decode("utf-8", "replace")
        return self._page(request, "mail.html", mail=mail, view=view, views=VIEWS, links=links, raw=raw)

    async def body(self, request: Request) -> Response:
        """Answer the mail's own HTML, harmless in a frame or without one."""
        html = self._mail(request).html
        head = _HEAD.search(html)
        at = head.end() if head else 0
        return HTMLResponse(html[:at] + _NEW_TAB + html[at:], headers=_BODY_HEADERS)

    async def raw(self, request: Request) -> Response:
        """Answer the bytes as they came, to save or to open in a mail client."""
        mail = self._mail(request)
        disposition = {"Content-Disposition": f'attachment; filename="mail-{mail.id}.eml"'}
        return Response(mail.raw, headers=_HEADERS | disposition, media_type="message/rfc822")

    async def list_json(self, request: Request) -> Response:
        """List the mails, the oldest first; ``?to=`` keeps those to one address."""
        return JSONResponse({"items": [_summary(mail) for mail in self._wanted(request)]}, headers=_HEADERS)

    async def mail_json(self, request: Request) -> Response:
        """Answer one mail with its headers, both bodies and the links in them."""
        mail = self._mail(request)
        whole = {"headers": mail.headers, "text": mail.text, "html": mail.html}
        return JSONResponse(_summary(mail) | whole, headers=_HEADERS)

    async def style(self, _request: Request) -> Response:
        """Answer the style sheet."""
        return Response(self._style, headers=_HEADERS, media_type="text/css")

    def _wanted(self, request: Request) -> "list[CaughtMail]":
        address = request.query_params.get("to")
        return self._catcher.to(address) if address else self._catcher.mails

    def _mail(self, request: Request) -> "CaughtMail":
        mail = self._catcher.find(request.path_params["id"])
        if mail is None:
            raise HTTPException(404)
        return mail

    def _page(self, request: Request, name: str, **shown: object) -> Response:
        base = request.scope.get("root_path", "") + PREFIX
        html = self._environment.get_template(name).render(base=base, address=self._catcher.url, **shown)
        return HTMLResponse(html, headers=_HEADERS)


def _summary(mail: "CaughtMail") -> dict[str, object]:
    return {
        "id": mail.id,
        "received_at": mail.received_at.isoformat(),
        "from": mail.envelope_from,
        "to": mail.envelope_to,
        "subject": mail.subject,
        "message_id": mail.header("Message-ID"),
        "links": mail.links,
    }
