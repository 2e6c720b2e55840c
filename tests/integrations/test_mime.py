"""The bytes are read back by two parsers that did not write them: the splitter below, and the standard library's."""

import email.parser
import email.utils
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email.header import decode_header, make_header
from email.message import Message
from email.policy import compat32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketdesk.domain.plain_text import one_line, printable
from ticketdesk.domain.ports import Mailbox, OutgoingMail
from ticketdesk.integrations.mime import encode
from ticketdesk.integrations.mime_headers import UnwritableAddress, wire_address

HOSTILE = [
    "=?utf-8?q?hi=0d=0aBcc:_evil@x?=",
    "=?utf-8?b?aGkNCkJjYzogZXZpbEB4?=",
    "a\r\nBcc: evil@x.example\r\n\r\nbody",
    "a\nTo: evil@x.example",
    "a\rCc: evil@x.example",
    "nul\x00 vertical\x0bBcc: evil@x form\x0cBcc: evil@x",
    "separators\x1cBcc: a@b\x1d\x1e\x85Bcc: a@b\u2028Bcc: a@b\u2029",
    "Doe, Jane",
    'Jane "JD" Doe',
    'x" <evil@x.example>, "y',
    "<evil@x.example>",
    "evil@x.example, other@y.example",
    "group: a@b, c@d;",
    "trailing backslash \\",
    "comment (evil@x) \\)",
    "half a pair \ud83d and \udc00",
    "שלום עולם \u202e txt.exe",
    "zero\u200bwidth\u200d\ufeff",
    "émigré 👩‍👩‍👧 " * 8,
    "long" * 300,
    "ß" * 500,
    "",
    " ",
    "=?",
    "?=",
]
ANY_TEXT = st.text(st.characters(), max_size=250) | st.sampled_from(HOSTILE)
MAIL = OutgoingMail(
    message_id="<01900000-0000-7000-8000-00000000000a@desk.example>",
    date=datetime(2026, 3, 8, 7, 30, tzinfo=UTC),
    sender=Mailbox("Acme Compliance", "desk@desk.example"),
    recipient=Mailbox("Jane Doe", "jane@example.com"),
    subject="Post without APR",
    text="Hello",
    html="<p>Hello</p>",
)
ALWAYS = [
    "from", "to", "subject", "date", "message-id", "auto-submitted", "x-auto-response-suppress", "mime-version",
    "content-type",
]  # fmt: skip


def split_headers(raw: bytes) -> list[tuple[str, str]]:
    """Fields as a plain reader of RFC 5322 sees them: whatever stands before the first empty line, unfolded."""
    head = raw.split(b"\r\n\r\n", 1)[0]
    fields: list[tuple[str, str]] = []
    for line in re.split(rb"\r\n|\r|\n", head):
        if line[:1] in (b" ", b"\t"):
            name, value = fields[-1]
            fields[-1] = (name, value + line.decode())
        else:
            name_bytes, _, value_bytes = line.partition(b":")
            fields.append((name_bytes.decode().lower(), value_bytes.decode()))
    return fields


def parsed(raw: bytes) -> Message:
    return email.parser.BytesParser(policy=compat32).parsebytes(raw)


def decoded(value: object) -> str:
    return str(make_header(decode_header(re.sub(r"\r?\n", "", str(value)))))


def check_frame(raw: bytes, expected: list[str]) -> Message:
    """The properties that hold for every mail."""
    raw.decode("ascii")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\x00" not in raw
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    message = parsed(raw)
    assert [name for name, _ in split_headers(raw)] == expected
    assert [name.lower() for name in message.keys()] == expected  # noqa: SIM118 -- iterating a Message gives lines
    assert not message.defects
    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    return message


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_adds_neither_header_nor_recipient(text: str) -> None:
    mail = replace(
        MAIL, subject=text, sender=Mailbox(text, "desk@desk.example"), recipient=Mailbox(text, "j@x.example")
    )
    raw = encode(mail)
    message = check_frame(raw, ALWAYS)
    assert [address for _, address in email.utils.getaddresses(message.get_all("To", []))] == ["j@x.example"]
    assert [address for _, address in email.utils.getaddresses(message.get_all("From", []))] == ["desk@desk.example"]
    assert decoded(message["Subject"]) == one_line(text, 200)


@given(subject=ANY_TEXT, name=ANY_TEXT, sender=ANY_TEXT)
def test_any_text_gives_the_same_fields_one_recipient_and_the_same_words(subject: str, name: str, sender: str) -> None:
    mail = replace(
        MAIL, subject=subject, sender=Mailbox(sender, "desk@desk.example"), recipient=Mailbox(name, "jane@example.com")
    )
    message = check_frame(encode(mail), ALWAYS)
    assert decoded(message["Subject"]) == one_line(subject, 200)
    [(to_name, to_address)] = email.utils.getaddresses([re.sub(r"\r\n", "", message["To"])])
    assert (decoded(to_name), to_address) == (one_line(name, 100), "jane@example.com")
    [(from_name, from_address)] = email.utils.getaddresses([re.sub(r"\r\n", "", message["From"])])
    assert (decoded(from_name), from_address) == (one_line(sender, 100), "desk@desk.example")


@given(text=ANY_TEXT, html=ANY_TEXT)
def test_bodies_come_back_as_written(text: str, html: str) -> None:
    message = check_frame(encode(replace(MAIL, text=text, html=html)), ALWAYS)
    for part, written in zip(list(message.walk())[1:], (text, html), strict=True):
        payload = part.get_payload(decode=True)
        assert isinstance(payload, bytes)
        assert payload.decode().replace("\r\n", "\n").rstrip("\n") == printable(written).rstrip("\n")


@pytest.mark.parametrize(
    "body",
    [
        "--=_boundary--\r\n--\r\n.\r\n..\r\nFrom me\r\n",
        "x" * 5000,
        "wörter " * 500,
        "漢字" * 2000,
        "-- \nSignature",
        "a\n.\nMAIL FROM:<evil@x>",
    ],
)
def test_bodies_need_no_8_bit_transport_and_keep_their_words(body: str) -> None:
    raw = encode(replace(MAIL, text=body))
    message = check_frame(raw, ALWAYS)
    payload = list(message.walk())[1].get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert payload.decode().replace("\r\n", "\n").rstrip("\n") == printable(body).rstrip("\n")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 80


def test_a_body_that_quotes_the_boundary_does_not_end_its_part() -> None:
    boundary = parsed(encode(MAIL)).get_boundary()
    message = parsed(encode(replace(MAIL, text=f"--{boundary}--\n\nmore")))
    assert len(message.get_payload()) == 2
    payload = list(message.walk())[1].get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert b"more" in payload


def test_threading_fields() -> None:
    references = tuple(f"<{n}@desk.example>" for n in range(40))
    raw = encode(replace(MAIL, in_reply_to="<39@desk.example>", references=references))
    fields = dict(split_headers(raw))
    assert fields["message-id"].strip() == MAIL.message_id
    assert fields["in-reply-to"].strip() == "<39@desk.example>"
    assert fields["references"].split() == ["<0@desk.example>", *references[21:]]


@pytest.mark.parametrize(
    "identifier",
    ["<a@b>\r\nBcc: x@y", "<a b@c>", "plain", "<a@b", "<é@b>", f"<{'a' * 500}@b>", "", "<=?utf-8?q?=0d=0aBcc:x?=@y>"],
)
def test_foreign_identifiers_that_are_none_are_left_out(identifier: str) -> None:
    raw = encode(replace(MAIL, in_reply_to=identifier, references=(identifier, "<good@x>")))
    fields = dict(split_headers(raw))
    assert "in-reply-to" not in fields
    assert fields["references"].strip() == "<good@x>"
    assert "bcc" not in fields
    with pytest.raises(ValueError, match="Message-ID"):
        encode(replace(MAIL, message_id=identifier))


def test_bcc_is_in_the_envelope_alone() -> None:
    raw = encode(replace(MAIL, bcc=("archive@desk.example",)))
    assert b"archive" not in raw
    assert b"bcc" not in raw.lower()


def test_reply_to_is_written_when_given() -> None:
    message = parsed(encode(replace(MAIL, reply_to=Mailbox("Desk, the", "reply@desk.example"))))
    assert email.utils.getaddresses([message["Reply-To"]]) == [("Desk, the", "reply@desk.example")]


def test_marks_that_keep_machines_from_answering() -> None:
    message = parsed(encode(MAIL))
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        (datetime(2026, 3, 8, 7, 30, tzinfo=UTC), "Sun, 08 Mar 2026 07:30:00 +0000"),
        (datetime(2026, 3, 8, 7, 30, tzinfo=timezone(timedelta(hours=-6))), "Sun, 08 Mar 2026 13:30:00 +0000"),
    ],
)
def test_the_date_is_utc(date: datetime, expected: str) -> None:
    assert parsed(encode(replace(MAIL, date=date)))["Date"] == expected


def test_the_same_mail_is_the_same_bytes_so_that_a_second_try_is_recognised() -> None:
    assert encode(MAIL) == encode(replace(MAIL))


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("jane@example.com", "jane@example.com"),
        ("jane+tag.x@sub.example.com", "jane+tag.x@sub.example.com"),
        ("o'hara@example.com", "o'hara@example.com"),
        ("jane@straße.example", "jane@xn--strae-oqa.example"),
        ("jörg@example.com", "jörg@example.com"),
        ("jane@[192.0.2.1]", "jane@[192.0.2.1]"),
        ("jane@localhost", "jane@localhost"),
    ],
)
def test_addresses_as_servers_know_them(address: str, expected: str) -> None:
    assert wire_address(address) == expected


@pytest.mark.parametrize(
    "address",
    [
        "", "jane", "@example.com", "jane@", "jane@@example.com", "a b@example.com", "jane@exam ple.com",
        "jane@example.com\r\nBcc: x@y", "jane@example.com>", "<jane@example.com", "a@b,c@d", "a@b;c@d", "a@b, c@d",
        '"a b"@example.com', "jane\x00@example.com", "ja\u2028ne@example.com", "ja\u202ene@example.com",
        "jane@-example.com", "jane@exämple..com", f"{'a' * 65}@example.com", f"a@{'b' * 260}.com", "j\ud800@x.com",
        "=?utf-8?q?a=0d=0aBcc=3ax?=@example.com", "jane@=?utf-8?q?x?=", "jane(comment)@example.com",
    ],
)  # fmt: skip
def test_what_is_no_plain_address_is_never_written(address: str) -> None:
    with pytest.raises(UnwritableAddress):
        wire_address(address)
    bad = Mailbox("x", address)
    for mail in (replace(MAIL, sender=bad), replace(MAIL, recipient=bad), replace(MAIL, reply_to=bad)):
        with pytest.raises(UnwritableAddress):
            encode(mail)


@given(st.text(st.characters(), max_size=60))
def test_any_address_is_one_mailbox_or_refused(address: str) -> None:
    try:
        raw = encode(replace(MAIL, recipient=Mailbox("Jane", address)))
    except UnwritableAddress:
        return
    assert [name for name, _ in split_headers(raw)] == ALWAYS
    assert dict(split_headers(raw))["to"].count("<") == 1


def test_an_address_beyond_ascii_is_written_as_utf8() -> None:
    raw = encode(replace(MAIL, recipient=Mailbox("", "jörg@example.com")))
    assert "To: jörg@example.com\r\n".encode() in raw
