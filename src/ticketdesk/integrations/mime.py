"""One outgoing mail as the bytes that go over the wire: ``multipart/alternative``, 7-bit, CRLF (RFC 5322, RFC 2045)."""

from base64 import encodebytes
from binascii import b2a_qp
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from hashlib import blake2s

from ticketdesk.domain.mail_threading import SUBJECT_LENGTH
from ticketdesk.domain.plain_text import printable
from ticketdesk.domain.ports import OutgoingMail
from ticketdesk.integrations.mime_headers import identifier_field, mailbox_field, text_field

_FIXED_FIELDS = (
    b"Auto-Submitted: auto-generated\r\n"  # RFC 3834: nobody's absence notice answers
    b"X-Auto-Response-Suppress: All\r\n"  # the same to Exchange
    b"MIME-Version: 1.0\r\n"
)


def encode(mail: OutgoingMail) -> bytes:
    """Return ``mail`` as bytes: the fields named here and no other, one recipient, lines of at most 998 bytes.

    Any text may stand in subject, names and bodies. All bytes are ASCII, but for an address whose local part is not.
    Nothing of ``mail.bcc`` is written. Raises ``UnwritableAddress`` for sender, recipient and reply-to, ``ValueError``
    for a Message-ID that is none.
    """
    message_id = identifier_field("Message-ID", [mail.message_id])
    if not message_id:
        raise ValueError("The mail has no valid Message-ID.")
    boundary = _boundary(mail.message_id)
    return b"".join(
        (
            mailbox_field("From", mail.sender),
            mailbox_field("To", mail.recipient),
            mailbox_field("Reply-To", mail.reply_to) if mail.reply_to else b"",
            text_field("Subject", mail.subject, SUBJECT_LENGTH),
            _date_field(mail.date),
            message_id,
            identifier_field("In-Reply-To", [mail.in_reply_to]) if mail.in_reply_to else b"",
            identifier_field("References", mail.references),
            _FIXED_FIELDS,
            b'Content-Type: multipart/alternative; boundary="%b"\r\n\r\n' % boundary,
            b"--%b\r\n%b--%b\r\n%b--%b--\r\n"
            % (boundary, _part(b"plain", mail.text), boundary, _part(b"html", mail.html), boundary),
        )
    )


# Mails that were composed together are of one moment.
@lru_cache(16)
def _date_field(date: datetime) -> bytes:
    return f"Date: {format_datetime(date.astimezone(UTC))}\r\n".encode("ascii")


def _boundary(message_id: str) -> bytes:
    # "=_" stands in no quoted-printable or base64 text, so a boundary that begins with it is in no part (RFC 2045 6.7).
    return b"=_" + blake2s(message_id.encode(), digest_size=12).hexdigest().encode("ascii")


def _part(subtype: bytes, text: str) -> bytes:
    text = printable(text).rstrip("\n") + "\n"
    if _is_largely_beyond_ascii(text):
        transfer, content = b"base64", encodebytes(text.replace("\n", "\r\n").encode()).replace(b"\n", b"\r\n")
    else:
        transfer, content = b"quoted-printable", b"\r\n".join(map(_quoted, text.split("\n")))
    return b"Content-Type: text/%b; charset=utf-8\r\nContent-Transfer-Encoding: %b\r\n\r\n%b\r\n" % (
        subtype,
        transfer,
        content,
    )


def _is_largely_beyond_ascii(text: str) -> bool:
    """Tell whether quoted-printable would take thrice the room."""
    return not text.isascii() and len(text.encode()) > 1.25 * len(text)


# Most lines are the layout's, the same in all mails.
@lru_cache(1024)
def _quoted(line: str) -> bytes:
    """Return one line as quoted-printable, on several lines of at most 76 characters if it is long (RFC 2045 6.7)."""
    return b2a_qp(line.encode(), istext=True).replace(b"\n", b"\r\n")
