"""One mail that the mailbox holds: the bytes as they came, and what a person would see of them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from functools import cached_property
from html.parser import HTMLParser

_TEXT_LINK = re.compile(r"https?://[^\s<>\"']+")


@dataclass(frozen=True)
class CaughtMail:
    """A mail with its envelope; ``id`` counts from 1 in the order of arrival and is never used twice.

    Everything else is read from ``raw`` when asked for, and never raises, however broken the mail is.
    """

    id: int
    received_at: datetime
    envelope_from: str
    envelope_to: tuple[str, ...]
    raw: bytes

    @cached_property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """Every field in its order, decoded and unfolded."""
        return tuple((name, _decoded(value)) for name, value in self._message.items())

    def header(self, name: str) -> str:
        """Return the first field of that name, empty when there is none."""
        return next((value for each, value in self.headers if each.lower() == name.lower()), "")

    @property
    def subject(self) -> str:
        """The decoded subject, empty without one."""
        return self.header("Subject")

    @cached_property
    def text(self) -> str:
        """The first plain text body, empty without one."""
        return self._body("text/plain")

    @cached_property
    def html(self) -> str:
        """The first HTML body, empty without one."""
        return self._body("text/html")

    @cached_property
    def links(self) -> tuple[str, ...]:
        """Every web address a reader could follow, each once: those of the HTML first, then those of the text."""
        found = _Links()
        found.feed(self.html)
        return tuple(dict.fromkeys((*found.hrefs, *_TEXT_LINK.findall(self.text))))

    @cached_property
    def _message(self) -> Message:
        return BytesParser(policy=compat32).parsebytes(self.raw)

    def _body(self, content_type: str) -> str:
        for part in self._message.walk():
            if part.get_content_type() == content_type:
                return _content(part)
        return ""


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.hrefs: list[str] = []

    def handle_starttag(self, tag: str, attrs: Iterable[tuple[str, str | None]]) -> None:
        self.hrefs += [value for name, value in attrs if tag == "a" and name == "href" and value]


def _content(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    try:
        text = payload.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        text = payload.decode("utf-8", "replace")
    return text.replace("\r\n", "\n")


def _decoded(value: object) -> str:
    # A field with bytes beyond ASCII comes as a Header object; str() shows them replaced.
    unfolded = re.sub(r"\r?\n", "", str(value))
    try:
        return str(make_header(decode_header(unfolded)))
    except (HeaderParseError, LookupError, UnicodeError, ValueError):
        return unfolded
