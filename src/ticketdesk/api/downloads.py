"""Files on their way out: never shown by a browser, whatever is in them.

Each goes as an attachment, with a type from the few harmless ones that ``domain/media_types.py`` knows, not to be
sniffed, and should a browser show it after all, in a sandbox without scripts, forms or an origin of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Header, Response
from starlette.types import Receive, Scope, Send

from ticketdesk.api import byte_ranges
from ticketdesk.api.byte_ranges import Span
from ticketdesk.api.deps import ResourcesDep
from ticketdesk.api.openapi_responses import header_refs
from ticketdesk.domain.media_types import MEDIA_TYPES
from ticketdesk.domain.ports import Storage
from ticketdesk.schemas.attachments import PortalAttachment

RangeHeader = Annotated[
    str | None, Header(alias="Range", description="one range of bytes, such as `bytes=1000-`; others are ignored")
]
IfRange = Annotated[str | None, Header(description="`ETag` of what the range is to be of; otherwise all is sent")]
KnownTags = Annotated[str | None, Header(description="`ETag` of what the caller has")]
_BINARY = {
    "content": {
        media_type.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}} for media_type in MEDIA_TYPES
    }
}
_HEADERS = ("ETag", "Content-Disposition", "Accept-Ranges")
ANSWERS: dict[int | str, dict[str, object]] = {
    200: {"description": "The file.", "headers": header_refs(*_HEADERS), **_BINARY},
    206: {
        "description": "The part of the file that was asked for.",
        "headers": header_refs(*_HEADERS, "Content-Range"),
        **_BINARY,
    },
}
_SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"
# As RFC 8187 section 3.2.1 has it.
_UNQUOTED = "!#$&+-.^_`|~"


def disposition(name: str) -> str:
    """Return the ``Content-Disposition`` (RFC 6266) of a file to be saved under ``name``.

    The plain form is for clients that do not know the other one, with underscores for what ASCII does not have.
    """
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%' else "_" for c in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe=_UNQUOTED)}"


@dataclass(frozen=True, slots=True)
class FileRequest:
    """Where files are, and which part of one the caller wants."""

    storage: Storage
    range_: str | None
    if_range: str | None


def file_request(
    resources: ResourcesDep,
    range_: RangeHeader = None,
    if_range: IfRange = None,
    if_none_match: KnownTags = None,  # noqa: ARG001 - the route class answers it, the contract says it
) -> FileRequest:
    """Return what a request for a file asks for."""
    return FileRequest(resources.storage, range_, if_range)


AskedFile = Annotated[FileRequest, Depends(file_request)]


def download(asked_file: FileRequest, found: PortalAttachment) -> "Download":
    """Return the answer that gives ``found``; raises ``RequestRefused`` 416."""
    tag = f'"{found.sha256}"'
    span = byte_ranges.wanted(asked_file.range_, found.size) if asked_file.if_range in {None, tag} else None
    headers = {
        "Content-Disposition": disposition(found.name),
        "Content-Security-Policy": _SANDBOX,
        "Cache-Control": "private, no-store",
        "Accept-Ranges": "bytes",
        "ETag": tag,
    }
    return Download(asked_file.storage, found, span, headers)


class Download(Response):
    """A stored content or a part of it, read while it is sent; no database connection is held meanwhile."""

    def __init__(
        self, storage: Storage, found: PortalAttachment, span: Span | None, headers: Mapping[str, str]
    ) -> None:
        super().__init__(status_code=206 if span else 200, headers=headers)
        self._storage = storage
        self._digest = bytes.fromhex(found.sha256)
        self._first = span.first if span else 0
        self._count = span.count if span else found.size
        self.headers["Content-Type"] = found.media_type
        self.headers["Content-Length"] = str(self._count)
        if span:
            self.headers["Content-Range"] = str(span)

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Send head and content; what is missing in the storage is told before anything was sent."""
        pieces = self._storage.read(self._digest, self._first, self._count)
        start = {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
        if scope["method"] == "HEAD":
            await send(start)
            await send({"type": "http.response.body", "body": b""})
            return
        is_started = False
        async for piece in pieces:
            if not is_started:
                await send(start)
                is_started = True
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
