"""Read a form with files (RFC 7578) part by part as it arrives, holding none of it."""

from collections import deque
from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from ticketdesk.api.refusals import RequestRefused

FORM = "multipart/form-data"


@dataclass(frozen=True, slots=True)
class Part:
    """A part begins: ``file_name`` is what the sender called a file, ``None`` for a field."""

    name: str
    file_name: str | None


@dataclass(frozen=True, slots=True)
class PartEnd:
    """The part is over."""


def _malformed(detail: str) -> RequestRefused:
    return RequestRefused(400, "malformed_request", detail)


def _boundary(content_type: str) -> bytes:
    media_type, options = parse_options_header(content_type)
    if media_type.lower() != FORM.encode():
        raise RequestRefused(415, "unsupported_media_type", f"This takes a form of type {FORM}.")
    boundary = options.get(b"boundary", b"")
    if not boundary:
        raise _malformed("The Content-Type of the form names no boundary.")
    return boundary


def _text(octets: bytes) -> str:
    """Read UTF-8, as RFC 7578 section 5.1.2 has it; what is none is marked and not refused."""
    return octets.decode(errors="replace")


class _Events:
    """What the parser has found and nobody has taken yet."""

    def __init__(self) -> None:
        self.found: deque[Part | bytes | PartEnd] = deque()
        self.is_over = False
        self._field = self._value = b""
        self._headers: dict[bytes, bytes] = {}

    def on_part_begin(self) -> None:
        self._headers = {}

    def on_header_begin(self) -> None:
        self._field = self._value = b""

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def on_header_end(self) -> None:
        self._headers[self._field.lower()] = self._value

    def on_headers_finished(self) -> None:
        kind, options = parse_options_header(self._headers.get(b"content-disposition"))
        if kind != b"form-data" or b"name" not in options:
            raise FormParserError("a part without a name")
        file_name = options.get(b"filename")
        self.found.append(Part(_text(options[b"name"]), None if file_name is None else _text(file_name)))

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        self.found.append(data[start:end])

    def on_part_end(self) -> None:
        self.found.append(PartEnd())

    def on_end(self) -> None:
        self.is_over = True


def _parser(boundary: bytes, events: _Events) -> MultipartParser:
    """Return a parser with the library's bounds: 8 header lines of 4 KiB in each part."""
    return MultipartParser(
        boundary,
        {
            "on_part_begin": events.on_part_begin,
            "on_header_begin": events.on_header_begin,
            "on_header_field": events.on_header_field,
            "on_header_value": events.on_header_value,
            "on_header_end": events.on_header_end,
            "on_headers_finished": events.on_headers_finished,
            "on_part_data": events.on_part_data,
            "on_part_end": events.on_part_end,
            "on_end": events.on_end,
        },
    )


async def parts(content_type: str, pieces: AsyncIterable[bytes]) -> AsyncIterator[Part | bytes | PartEnd]:
    """Yield each part, its content in pieces, and its end.

    Raises ``RequestRefused`` 415 for what is no form and 400 for one that is broken or stops before its end.
    """
    events = _Events()
    try:
        parser = _parser(_boundary(content_type), events)
        async for piece in pieces:
            parser.write(piece)
            while events.found:
                yield events.found.popleft()
        parser.finalize()
    except FormParserError as error:
        raise _malformed("The form cannot be read.") from error
    if not events.is_over:
        raise _malformed("The form ended early.")
