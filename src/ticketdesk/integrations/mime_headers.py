"""Header fields as bytes, made from text that may be hostile (RFC 5322, RFC 2047).

The standard library's ``EmailMessage`` is not used: before CPython 3.11.10 a subject such as
``=?utf-8?q?hi=0d=0aBcc:_x@y?=`` leaves it as a real ``Bcc`` field. Here a field is only ever put together from pieces
that cannot hold a line break: printable ASCII without ``=?``, or base64.
"""

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from functools import lru_cache

import idna

from ticketdesk.domain.mail_threading import bounded
from ticketdesk.domain.plain_text import one_line
from ticketdesk.domain.ports import Mailbox

NAME_LENGTH = 100
_LINE = 76
# 39 bytes make an encoded word of 64 characters, so that one fits beside every field name within 76 (RFC 2047 2).
_WORD_BYTES = 39
_LONGEST_PLAIN_WORD = 60
_ATOMS = re.compile(r"[A-Za-z0-9 '-]+")
_LOCAL = re.compile(r'[^\x00-\x20\x7f()<>\[\]:;@\\,"]{1,64}')
_DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?|\[[0-9A-Fa-f:.IPv]{3,60}\]")
_MESSAGE_ID = re.compile(r"<[!-;=A-~]{1,120}@[!-;=A-~]{1,120}>")


class UnwritableAddress(ValueError):
    """The text is no plain ``local@domain`` address, so it is put neither into a header nor into an envelope."""


# Asked for the envelope and for the header; and of most mails the sender is the same.
@lru_cache(256)
def wire_address(text: str) -> str:
    """Return the address as servers know it, its domain in ASCII (RFC 5891); raises ``UnwritableAddress``.

    A local part beyond ASCII stays as it is and needs SMTPUTF8 (RFC 6531). Quoted local parts are not supported.
    """
    local, at, domain = text.rpartition("@")
    # An encoded word is a legal local part, and some readers would decode it into a new header field.
    if "=?" in local or not (at and _LOCAL.fullmatch(local) and local.isprintable() and len(text) <= 254):
        raise UnwritableAddress("Not a plain address.")
    if not domain.isascii():
        try:
            domain = idna.encode(domain, uts46=True).decode("ascii")
        except idna.IDNAError as error:
            raise UnwritableAddress("The domain of the address cannot be written in ASCII.") from error
    if not _DOMAIN.fullmatch(domain):
        raise UnwritableAddress("The domain of the address is not one.")
    return f"{local}@{domain}"


def text_field(name: str, text: str, limit: int) -> bytes:
    """Return an unstructured field (RFC 5322 3.6.5): ``limit`` characters of ``text``, folded, encoded where needed."""
    text = one_line(text, limit)
    pieces = text.split(" ") if _is_plain(text) else _encoded_words(text)
    return _folded(name, pieces)


@lru_cache(256)
def mailbox_field(name: str, mailbox: Mailbox) -> bytes:
    """Return a field with exactly one mailbox, whatever its display name is; raises ``UnwritableAddress``."""
    address = wire_address(mailbox.address)
    display = one_line(mailbox.name, NAME_LENGTH)
    if not display:
        return _folded(name, [address])
    return _folded(name, [*_phrase(display), f"<{address}>"])


def identifier_field(name: str, identifiers: Iterable[str]) -> bytes:
    """Return a field of message identifiers, one a line; leaves out what is none, and is empty if nothing remains."""
    kept = bounded([each for each in identifiers if _MESSAGE_ID.fullmatch(each)])
    return f"{name}: {_FOLD.join(kept)}\r\n".encode("ascii") if kept else b""


_FOLD = "\r\n "


def _is_plain(text: str) -> bool:
    if not text.isascii() or "=?" in text:
        return False
    return all(len(word) <= _LONGEST_PLAIN_WORD for word in text.split(" "))


def _phrase(display: str) -> list[str]:
    if not _is_plain(display):
        return list(_encoded_words(display))
    if _ATOMS.fullmatch(display):
        return display.split(" ")
    return ('"' + display.replace("\\", "\\\\").replace('"', '\\"') + '"').split(" ")


def _encoded_words(text: str) -> Iterator[str]:
    """Yield ``text`` as encoded words, each of whole characters; readers drop the white space between them."""
    chunk = b""
    for character in text:
        encoded = character.encode()
        if len(chunk) + len(encoded) > _WORD_BYTES:
            yield _encoded_word(chunk)
            chunk = b""
        chunk += encoded
    yield _encoded_word(chunk)


def _encoded_word(chunk: bytes) -> str:
    return f"=?utf-8?b?{b64encode(chunk).decode('ascii')}?="


def _folded(name: str, pieces: Iterable[str]) -> bytes:
    """Return the field with a line break before each piece that would pass the 76th column (RFC 5322 2.1.1)."""
    field, column = f"{name}:", len(name) + 1
    for piece in pieces:
        if column + 1 + len(piece) > _LINE and column > len(name) + 1:
            field, column = f"{field}\r\n", 0
        field, column = f"{field} {piece}", column + 1 + len(piece)
    return f"{field}\r\n".encode()
