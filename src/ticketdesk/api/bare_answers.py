"""Answers to what the application does not answer itself, where uvicorn would speak plain text.

They are problem documents without an id: what became no request, or ended outside of the application, has none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from starlette.types import Send

from ticketdesk.schemas.base import Problem


@dataclass(frozen=True, slots=True)
class BareAnswer:
    """A status and a problem document; the connection closes after it."""

    status: HTTPStatus
    code: str
    detail: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def octets(self) -> bytes:
        """Return the answer as it goes over a connection."""
        fields = b"".join(b"%b: %b\r\n" % field for field in self._fields())
        return b"HTTP/1.1 %d %b\r\n%b\r\n%b" % (self.status, self.status.phrase.encode(), fields, self._body())

    async def send(self, send: Send) -> None:
        """Send the answer as an application does."""
        await send({"type": "http.response.start", "status": self.status.value, "headers": self._fields()})
        await send({"type": "http.response.body", "body": self._body()})

    def _body(self) -> bytes:
        title, kind = self.status.phrase, f"/problems/{self.code}"
        problem = Problem(type=kind, title=title, status=self.status, detail=self.detail, code=self.code, request_id="")
        return problem.model_dump_json(exclude_none=True).encode()

    def _fields(self) -> list[tuple[bytes, bytes]]:
        fields = {
            "content-type": "application/problem+json",
            "content-length": str(len(self._body())),
            "cache-control": "no-store",
            "connection": "close",
            **self.headers,
        }
        return [(name.encode(), value.encode()) for name, value in fields.items()]


MALFORMED = BareAnswer(HTTPStatus.BAD_REQUEST, "malformed_request", "This is not HTTP as RFC 9112 has it.")
HEAD_TOO_LARGE = BareAnswer(
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "head_too_large", "The request's head is too large."
)
OVERLOADED = BareAnswer(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "unavailable",
    "Too many requests are under way. The same request may be sent again.",
    {"retry-after": "2"},
)
FAILED = BareAnswer(
    HTTPStatus.INTERNAL_SERVER_ERROR,
    "internal_error",
    "Something went wrong that should not have. It has been logged.",
)
