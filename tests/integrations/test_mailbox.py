import asyncio
from datetime import UTC, datetime, timedelta

import aiosmtplib
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.mail import MAIL, outgoing, outgoing_to

from ticketdesk.domain.ports import DeliveryOutcome
from ticketdesk.integrations.caught_mail import CaughtMail
from ticketdesk.integrations.mailbox import MailCatcher
from ticketdesk.integrations.mime import encode
from ticketdesk.integrations.smtp import SmtpTransport

NOON = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)


def caught(raw: bytes) -> CaughtMail:
    return CaughtMail(1, NOON, "a@b.example", ("c@d.example",), raw)


def check_readable(mail: CaughtMail) -> None:
    for text in (mail.subject, mail.text, mail.html, *mail.links, *(value for _, value in mail.headers)):
        assert isinstance(text, str)


async def send(catcher: MailCatcher, *addresses: str) -> list[DeliveryOutcome]:
    transport = SmtpTransport(catcher.url)
    outcomes = [(await transport.send(outgoing_to(address))).outcome for address in addresses]
    await transport.close()
    return outcomes


async def test_a_mail_is_kept_with_its_envelope_and_its_time() -> None:
    catcher = MailCatcher(now=lambda: NOON)
    await catcher.start()
    await send(catcher, "jane@example.com")
    await catcher.stop()
    assert catcher.mails == [
        CaughtMail(1, NOON, "desk@desk.example", ("jane@example.com",), encode(outgoing_to("jane@example.com")))
    ]


async def test_only_the_newest_mails_are_kept() -> None:
    catcher = MailCatcher(keep=3)
    await catcher.start()
    await send(catcher, *(f"{name}@example.com" for name in "abcde"))
    await catcher.stop()
    assert [mail.id for mail in catcher.mails] == [3, 4, 5]
    assert catcher.received == 5
    assert catcher.find(2) is None
    third = catcher.find(3)
    assert third is not None
    assert third.envelope_to == ("c@example.com",)


async def test_ids_go_on_after_clearing(catcher: MailCatcher) -> None:
    await send(catcher, "a@example.com")
    catcher.clear()
    assert catcher.mails == []
    await send(catcher, "b@example.com")
    assert [mail.id for mail in catcher.mails] == [2]


async def test_mails_are_found_by_recipient(catcher: MailCatcher) -> None:
    await send(catcher, "a@example.com", "B@Example.com", "a@example.com")
    assert [mail.id for mail in catcher.to("A@example.com")] == [1, 3]
    assert [mail.id for mail in catcher.to("b@example.com")] == [2]
    assert catcher.to("c@example.com") == []


@pytest.mark.parametrize(
    ("at", "code", "outcome"),
    [
        ("RCPT", 550, DeliveryOutcome.REJECTED),
        ("RCPT", 450, DeliveryOutcome.DEFERRED),
        ("DATA", 554, DeliveryOutcome.REJECTED),
        ("DATA", 451, DeliveryOutcome.DEFERRED),
    ],
)
async def test_it_refuses_whom_it_is_told_to_until_told_otherwise(
    catcher: MailCatcher, at: str, code: int, outcome: DeliveryOutcome
) -> None:
    catcher.refuse("Bob@example.com", code, at=at)
    assert await send(catcher, "bob@example.com", "amy@example.com") == [outcome, DeliveryOutcome.ACCEPTED]
    catcher.accept("bob@EXAMPLE.com")
    assert await send(catcher, "bob@example.com") == [DeliveryOutcome.ACCEPTED]
    assert [mail.envelope_to[0] for mail in catcher.mails] == ["amy@example.com", "bob@example.com"]


async def test_it_refuses_a_sender(catcher: MailCatcher) -> None:
    catcher.refuse("desk@desk.example", 550, at="MAIL")
    assert await send(catcher, "amy@example.com") == [DeliveryOutcome.DEFERRED]


async def test_waiting_ends_when_the_mails_are_there(catcher: MailCatcher) -> None:
    waiting = asyncio.create_task(catcher.wait_for(2))
    await send(catcher, "a@example.com")
    assert not waiting.done()
    await send(catcher, "b@example.com")
    assert len(await waiting) == 2
    with pytest.raises(TimeoutError):
        await catcher.wait_for(3, within=0.05)


async def test_it_listens_on_loopback_only(catcher: MailCatcher) -> None:
    assert catcher.url.startswith("smtp://127.0.0.1:")
    assert catcher._server is not None
    assert [sock.getsockname()[0] for sock in catcher._server.sockets] == ["127.0.0.1"]


async def test_a_fixed_port_that_is_taken_is_an_error(catcher: MailCatcher) -> None:
    second = MailCatcher(port=int(catcher.url.rpartition(":")[2]))
    with pytest.raises(OSError, match="address already in use"):
        await second.start()


async def test_stopping_ends_open_sessions_and_frees_the_port() -> None:
    catcher = MailCatcher()
    await catcher.start()
    host, port = catcher.url.removeprefix("smtp://").split(":")
    client = aiosmtplib.SMTP(hostname=host, port=int(port))
    await client.connect()
    await catcher.stop()
    with pytest.raises(aiosmtplib.SMTPServerDisconnected):
        await client.noop()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection(host, int(port))
    await catcher.stop()


async def test_a_mail_that_is_too_large_is_refused_and_not_kept(catcher: MailCatcher) -> None:
    transport = SmtpTransport(catcher.url)
    delivery = await transport.send(outgoing(text="x" * 6_000_000))
    await transport.close()
    assert (delivery.outcome, delivery.smtp_code) == (DeliveryOutcome.REJECTED, 552)
    assert not catcher.mails


def test_what_a_person_would_see() -> None:
    mail = caught(encode(outgoing(subject="Grüße, =?utf-8?q?x?=", text="Text é\n", html="<p>HTML é</p>")))
    assert mail.subject == "Grüße, =?utf-8?q?x?="
    assert mail.text == "Text é\n"
    assert mail.html == "<p>HTML é</p>\n"
    assert mail.header("x-auto-response-suppress") == "All"
    assert mail.header("Bcc") == ""
    assert ("To", "Jane Doe <jane@example.com>") in mail.headers


def test_links_are_read_from_both_bodies_each_once() -> None:
    html = '<a href="https://a.example/?x=1&amp;y=2">a</a><a name="n">n</a><a href="https://b.example/#/t/tok">b</a>'
    text = "see https://b.example/#/t/tok\nor <https://c.example/path>."
    mail = caught(encode(outgoing(html=html, text=text)))
    assert mail.links == ("https://a.example/?x=1&y=2", "https://b.example/#/t/tok", "https://c.example/path")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\x00",
        b"Subject: =?no-such-charset?q?x?=\r\n\r\nbody",
        b"Subject: =?utf-8?b?!!!?=\r\n\r\nbody",
        b"Subject: \xe9\r\nContent-Type: text/plain; charset=nonsense\r\n\r\n\xe9",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: multipart/mixed\r\n\r\n",
        b"Content-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nbody",
        b"Content-Transfer-Encoding: base64\r\n\r\nnot base64!",
        b"Content-Type: text/html\r\n\r\n<a href='https://x.example'",
    ],
)
def test_a_broken_mail_can_be_looked_at(raw: bytes) -> None:
    check_readable(caught(raw))


@given(st.binary(max_size=300), st.sampled_from([b"", b"Content-Type: text/html\r\n\r\n", b"Subject: =?utf-8?q?"]))
def test_any_bytes_can_be_looked_at(raw: bytes, start: bytes) -> None:
    check_readable(caught(start + raw))


def test_mails_are_dated_in_utc_by_default() -> None:
    assert MailCatcher()._now().utcoffset() == timedelta(0)
    assert MAIL.date.tzinfo is UTC
