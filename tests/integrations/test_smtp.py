import asyncio

import pytest
from tests.integrations.conftest import Connect
from tests.mail import HANG_UP, MAIL, SILENCE, outgoing, outgoing_to, scripted

from ticketdesk.domain.ports import Delivery, DeliveryOutcome, Mailbox, MailTransport
from ticketdesk.integrations.mailbox import MailCatcher
from ticketdesk.integrations.mime import encode
from ticketdesk.integrations.smtp import SmtpTransport

ACCEPTED, REJECTED, DEFERRED = DeliveryOutcome.ACCEPTED, DeliveryOutcome.REJECTED, DeliveryOutcome.DEFERRED


async def test_what_is_sent_arrives_byte_for_byte(catcher: MailCatcher, connect: Connect) -> None:
    transport: MailTransport = connect(catcher.url)
    assert await transport.send(MAIL) == Delivery(ACCEPTED, 250, "250 2.0.0 Caught")
    [mail] = catcher.mails
    assert mail.raw == encode(MAIL)
    assert (mail.envelope_from, mail.envelope_to) == ("desk@desk.example", ("jane@example.com",))


@pytest.mark.parametrize("body", [".", "..\n.\n", "a\n.\nQUIT\n", "x" * 3000, "." * 200, "ü.\n.\n"])
async def test_dots_and_long_lines_survive(catcher: MailCatcher, connect: Connect, body: str) -> None:
    assert (await connect(catcher.url).send(outgoing(text=body))).outcome is ACCEPTED
    assert catcher.mails[0].text.strip("\n") == body.strip("\n")


async def test_one_connection_serves_many_mails(catcher: MailCatcher, connect: Connect) -> None:
    transport = connect(catcher.url)
    deliveries = await asyncio.gather(*(transport.send(MAIL) for _ in range(20)))
    assert {delivery.outcome for delivery in deliveries} == {ACCEPTED}
    assert (catcher.received, catcher.connections) == (20, 1)


async def test_a_refusal_does_not_cost_the_connection(catcher: MailCatcher, connect: Connect) -> None:
    catcher.refuse("bob@example.com", 550)
    transport = connect(catcher.url)
    outcomes = [(await transport.send(outgoing_to(f"{name}@example.com"))).outcome for name in ("amy", "bob", "cat")]
    assert outcomes == [ACCEPTED, REJECTED, ACCEPTED]
    assert catcher.connections == 1
    assert [mail.envelope_to for mail in catcher.mails] == [("amy@example.com",), ("cat@example.com",)]


@pytest.mark.parametrize("is_cleared", [False, True])
async def test_the_content_waits_for_clearance_and_without_it_the_connection_ends(
    catcher: MailCatcher, connect: Connect, is_cleared: bool
) -> None:
    async def decide() -> bool:
        assert catcher.received == 0
        return is_cleared

    transport = connect(catcher.url)
    first = await transport.send(outgoing_to("amy@example.com"), decide)
    assert first.outcome is (ACCEPTED if is_cleared else DeliveryOutcome.WITHHELD)
    assert (await transport.send(outgoing_to("bob@example.com"))).outcome is ACCEPTED
    told = [mail.envelope_to for mail in catcher.mails]
    assert told == [("amy@example.com",)] * is_cleared + [("bob@example.com",)]
    assert catcher.connections == (1 if is_cleared else 2)


async def test_a_dropped_connection_is_opened_again(catcher: MailCatcher, connect: Connect) -> None:
    transport = connect(catcher.url)
    for _ in range(3):
        assert (await transport.send(MAIL)).outcome is ACCEPTED
        await catcher.drop_connections()
    assert (catcher.received, catcher.connections) == (3, 3)


async def test_a_restarted_server_is_found_again(catcher: MailCatcher, connect: Connect) -> None:
    transport = connect(catcher.url)
    await transport.send(MAIL)
    await catcher.stop()
    delivery = await transport.send(MAIL)
    assert (delivery.outcome, delivery.smtp_code) == (DEFERRED, None)
    await catcher.start()
    assert (await transport.send(MAIL)).outcome is ACCEPTED
    assert catcher.received == 2


async def test_a_connection_idle_for_too_long_is_not_used_again(catcher: MailCatcher, connect: Connect) -> None:
    transport = connect(catcher.url, idle_limit=0)
    await transport.send(MAIL)
    await transport.send(MAIL)
    assert (catcher.received, catcher.connections) == (2, 2)


async def test_a_closed_transport_says_goodbye_and_can_be_used_again() -> None:
    async with scripted() as server:
        transport = SmtpTransport(server.url)
        await transport.send(MAIL)
        await transport.close()
        assert server.commands[-1] == "QUIT"
        assert (await transport.send(MAIL)).outcome is ACCEPTED
        await transport.close()
        await transport.close()
        assert server.connections == 2


@pytest.mark.parametrize(
    ("command", "answer", "outcome", "code"),
    [
        ("HELLO", "220 welcome", ACCEPTED, 250),
        ("HELLO", "554 go away", DEFERRED, 554),
        ("HELLO", "421 later", DEFERRED, 421),
        ("HELLO", "nonsense", DEFERRED, None),
        ("HELLO", HANG_UP, DEFERRED, None),
        ("EHLO", HANG_UP, DEFERRED, None),
        ("EHLO", "502 old server", ACCEPTED, 250),
        ("MAIL", "250 ok", ACCEPTED, 250),
        ("MAIL", "550 sender refused", DEFERRED, 550),
        ("MAIL", "530 sign in first", DEFERRED, 530),
        ("MAIL", "451 try later", DEFERRED, 451),
        ("MAIL", "421 shutting down", DEFERRED, 421),
        ("MAIL", HANG_UP, DEFERRED, None),
        ("RCPT", "251 forwarded", ACCEPTED, 250),
        ("RCPT", "252 will try", ACCEPTED, 250),
        ("RCPT", "550 no such user", REJECTED, 550),
        ("RCPT", "553 bad mailbox", REJECTED, 553),
        ("RCPT", "501 syntax", REJECTED, 501),
        ("RCPT", "530 sign in first", DEFERRED, 530),
        ("RCPT", "503 wrong order", DEFERRED, 503),
        ("RCPT", "450 greylisted", DEFERRED, 450),
        ("RCPT", "421 too many", DEFERRED, 421),
        ("RCPT", "999 what", DEFERRED, None),
        ("RCPT", "gibberish", DEFERRED, None),
        ("RCPT", HANG_UP, DEFERRED, None),
        ("DATA", "554 no", REJECTED, 554),
        ("DATA", "451 disk full", DEFERRED, 451),
        ("DATA", HANG_UP, DEFERRED, None),
        ("CONTENT", "250 queued", ACCEPTED, 250),
        ("CONTENT", "251 queued elsewhere", ACCEPTED, 251),
        ("CONTENT", "550 spam", REJECTED, 550),
        ("CONTENT", "552 too large", REJECTED, 552),
        ("CONTENT", "452 no room", DEFERRED, 452),
        ("CONTENT", "421 stopping", DEFERRED, 421),
        ("CONTENT", HANG_UP, DEFERRED, None),
    ],
)
async def test_what_a_server_says_and_what_it_means(
    connect: Connect, command: str, answer: str, outcome: DeliveryOutcome, code: int | None
) -> None:
    async with scripted(**{command: answer}) as server:
        delivery = await connect(server.url).send(MAIL)
    assert (delivery.outcome, delivery.smtp_code) == (outcome, code), delivery.detail
    if code is not None and outcome is not ACCEPTED:
        assert delivery.detail == answer


@pytest.mark.parametrize("command", ["HELLO", "EHLO", "MAIL", "RCPT", "DATA", "CONTENT"])
async def test_a_server_that_falls_silent_is_given_up_in_time(connect: Connect, command: str) -> None:
    async with scripted(**{command: SILENCE}) as server:
        delivery = await connect(server.url, deadline=0.2).send(MAIL)
    assert (delivery.outcome, delivery.smtp_code) == (DEFERRED, None)
    assert "within 0.2 seconds" in delivery.detail


async def test_waiting_for_the_turn_counts_too(connect: Connect) -> None:
    async with scripted(MAIL=SILENCE) as server:
        transport = connect(server.url, deadline=0.2)
        deliveries = await asyncio.wait_for(asyncio.gather(*(transport.send(MAIL) for _ in range(5))), 60)
    assert {delivery.outcome for delivery in deliveries} == {DEFERRED}


async def test_after_silence_the_next_mail_gets_its_own_answers(connect: Connect) -> None:
    async with scripted(RCPT=[SILENCE, "250 ok"]) as server:
        transport = connect(server.url, deadline=2)
        assert (await transport.send(MAIL)).outcome is DEFERRED
        assert (await transport.send(MAIL)).outcome is ACCEPTED
        assert server.connections == 2


async def test_a_cancelled_send_leaves_nothing_behind(connect: Connect) -> None:
    async with scripted(DATA=[SILENCE, "354 go on"]) as server:
        transport = connect(server.url)
        sending = asyncio.create_task(transport.send(MAIL))
        await server.hears("DATA")
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        assert (await transport.send(MAIL)).outcome is ACCEPTED
        assert server.connections == 2


async def test_421_on_a_kept_connection_is_no_delay(connect: Connect) -> None:
    async with scripted(MAIL=["250 ok", "421 too many mails here", "250 ok"]) as server:
        transport = connect(server.url)
        assert [(await transport.send(MAIL)).outcome for _ in range(2)] == [ACCEPTED, ACCEPTED]
        assert server.connections == 2


async def test_a_kept_connection_that_proves_dead_is_no_delay(connect: Connect) -> None:
    async with scripted(MAIL=["250 ok", HANG_UP, "250 ok"]) as server:
        transport = connect(server.url)
        assert [(await transport.send(MAIL)).outcome for _ in range(2)] == [ACCEPTED, ACCEPTED]
        assert server.connections == 2


async def test_a_refused_sender_is_not_tried_on_a_second_connection(connect: Connect) -> None:
    async with scripted(MAIL=["250 ok", "550 no"]) as server:
        transport = connect(server.url)
        assert [(await transport.send(MAIL)).outcome for _ in range(2)] == [ACCEPTED, DEFERRED]
        assert server.connections == 1


async def test_copies_go_in_the_envelope_only(catcher: MailCatcher, connect: Connect) -> None:
    mail = outgoing(bcc=("archive@desk.example", "jane@example.com", "archive@desk.example"))
    assert (await connect(catcher.url).send(mail)).outcome is ACCEPTED
    [caught] = catcher.mails
    assert caught.envelope_to == ("jane@example.com", "archive@desk.example")
    assert b"archive" not in caught.raw


@pytest.mark.parametrize(
    ("copy", "note"), [("archive@desk.example", "refused: 550 Full"), ("no address\r\nRCPT TO:<x@y>", "left out")]
)
async def test_a_refused_copy_leaves_the_mail_accepted(
    catcher: MailCatcher, connect: Connect, copy: str, note: str
) -> None:
    catcher.refuse("archive@desk.example", 550, "Full")
    delivery = await connect(catcher.url).send(outgoing(bcc=(copy, "second@desk.example")))
    assert delivery.outcome is ACCEPTED
    assert note in delivery.detail
    assert catcher.mails[0].envelope_to == ("jane@example.com", "second@desk.example")


@pytest.mark.parametrize("code", [450, 550])
async def test_where_the_recipient_is_refused_no_copy_goes_out(
    catcher: MailCatcher, connect: Connect, code: int
) -> None:
    catcher.refuse("jane@example.com", code)
    delivery = await connect(catcher.url).send(outgoing(bcc=("archive@desk.example",)))
    assert delivery.outcome is (REJECTED if code == 550 else DEFERRED)
    assert not catcher.mails


async def test_the_detail_is_one_bounded_printable_line(connect: Connect) -> None:
    words = "550-first\r\n550-\x1b[31mred\x00\udcff\r\n550 " + "x" * 900
    async with scripted(RCPT=words) as server:
        delivery = await connect(server.url).send(MAIL)
    assert delivery.outcome is REJECTED
    assert delivery.detail.startswith("550 first [31mred \ufffd")
    assert delivery.detail.isprintable()
    assert len(delivery.detail) <= 300


@pytest.mark.parametrize("address", ["not an address", "a@b\r\nRCPT TO:<evil@x>", ""])
async def test_an_unusable_recipient_is_rejected_before_any_connection(address: str) -> None:
    delivery = await SmtpTransport("smtp://127.0.0.1:9").send(outgoing_to(address))
    assert (delivery.outcome, delivery.smtp_code) == (REJECTED, None)


async def test_an_unusable_sender_is_our_fault_and_loses_no_mail() -> None:
    mail = outgoing(sender=Mailbox("Desk", "not an address"))
    assert (await SmtpTransport("smtp://127.0.0.1:9").send(mail)).outcome is DEFERRED


async def test_an_address_beyond_ascii_goes_out_as_utf8(catcher: MailCatcher, connect: Connect) -> None:
    assert (await connect(catcher.url).send(outgoing_to("jörg@straße.example"))).outcome is ACCEPTED
    assert catcher.mails[0].envelope_to == ("jörg@xn--strae-oqa.example",)


async def test_an_address_beyond_ascii_is_rejected_by_a_server_that_cannot(connect: Connect) -> None:
    async with scripted() as server:
        transport = connect(server.url)
        delivery = await transport.send(outgoing_to("jörg@example.com"))
        assert (delivery.outcome, "SMTPUTF8" in delivery.detail) == (REJECTED, True)
        assert (await transport.send(outgoing(sender=Mailbox("", "büro@desk.example")))).outcome is DEFERRED
        assert (await transport.send(MAIL)).outcome is ACCEPTED
