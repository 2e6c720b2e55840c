"""One mail within an SMTP connection: sender, recipients, content (RFC 5321 section 3.3)."""

from dataclasses import dataclass

from aiosmtplib import SMTP, SMTPResponse, SMTPStatus
from aiosmtplib.errors import (
    SMTPDataError,
    SMTPHeloError,
    SMTPNotSupported,
    SMTPRecipientRefused,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)

from ticketdesk.domain.plain_text import one_line
from ticketdesk.domain.ports import Clearance, Delivery, DeliveryOutcome, OutgoingMail
from ticketdesk.integrations.mime import encode
from ticketdesk.integrations.mime_headers import UnwritableAddress, wire_address

DETAIL_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as servers see it: envelope addresses and the bytes.

    ``needs_utf8``: an address in the headers is beyond ASCII, which the server must have agreed to (RFC 6531).
    """

    sender: str
    recipient: str
    copies: tuple[str, ...]
    content: bytes
    needs_utf8: bool

    @classmethod
    def write(cls, mail: OutgoingMail, recipient: str) -> "Letter":
        """Encode ``mail`` for the address ``recipient``; raises ``ValueError`` as ``encode`` does."""
        content = encode(mail)
        copies = tuple(dict.fromkeys(copy for copy in mail.bcc if copy != recipient))
        return cls(wire_address(mail.sender.address), recipient, copies, content, not content.isascii())


async def begin(client: SMTP, letter: Letter) -> None:
    """Name the sender; raises ``SMTPNotSupported`` where the server cannot take the addresses."""
    if client.is_ehlo_or_helo_needed:
        await _greet(client)
    if letter.needs_utf8 and not client.supports_extension("smtputf8"):
        raise SMTPNotSupported("The server takes no address beyond ASCII (SMTPUTF8).")
    # Addresses that ``wire_address`` let through are written as they are; the library would parse them anew.
    options = [b"SMTPUTF8"] if letter.needs_utf8 else []
    answer = await _command(client, b"MAIL", b"FROM:<%b>" % letter.sender.encode(), *options)
    if answer.code // 100 != 2:
        raise SMTPSenderRefused(answer.code, answer.message, letter.sender)


async def _greet(client: SMTP) -> None:
    """Say who is there, to an old server in the old way (RFC 5321 2.2.1)."""
    try:
        await client.ehlo()
    except SMTPHeloError:
        if not client.is_connected:
            raise
        await client.helo()


async def hand_over(client: SMTP, letter: Letter, is_cleared: Clearance | None) -> Delivery:
    """Name the recipients and give the content; return the server's yes, raise its no as the library's exception.

    The recipient comes first: where it is refused, no copy goes out, however often the mail is tried again. A mail that
    is not cleared is withheld, and the server still waits for its content then.
    """
    await _add_recipient(client, letter.recipient)
    refused = [note for copy in letter.copies if (note := await _add_copy(client, copy))]
    answer = await _command(client, b"DATA")
    if answer.code != SMTPStatus.start_input:
        raise SMTPDataError(answer.code, answer.message)
    if is_cleared and not await is_cleared():
        return Delivery(DeliveryOutcome.WITHHELD, None, "The mail was called back.")
    code, words = await _give_content(client, letter.content)
    detail = "; ".join((f"{code} {words}", *refused))
    return Delivery(DeliveryOutcome.ACCEPTED, code, one_line(detail, DETAIL_LENGTH))


async def _add_recipient(client: SMTP, address: str) -> None:
    answer = await _command(client, b"RCPT", b"TO:<%b>" % address.encode())
    if answer.code // 100 != 2:
        raise SMTPRecipientRefused(answer.code, answer.message, address)


async def _add_copy(client: SMTP, address: str) -> str | None:
    """Add one more recipient; return what to note when that is not possible."""
    try:
        await _add_recipient(client, _in_ascii(wire_address(address)))
    except SMTPRecipientRefused as refusal:
        return f"the copy to {address} was refused: {refusal.code} {refusal.message}"
    except ValueError:
        return f"the copy to {address} was left out: not a usable address"
    return None


def _in_ascii(address: str) -> str:
    if not address.isascii():
        raise UnwritableAddress("A copy goes to addresses in ASCII alone.")
    return address


async def _give_content(client: SMTP, content: bytes) -> tuple[int, str]:
    """Give the content as it is: the library would look through all of it for line ends that it has not."""
    if client.protocol is None:
        raise SMTPServerDisconnected("Connection lost")
    # A line that begins with a dot would end the content, were the dot not doubled (RFC 5321 4.5.2).
    client.protocol.write(content.replace(b"\r\n.", b"\r\n..") + b".\r\n")
    answer = await client.protocol.read_response()
    if answer.code // 100 != 2:
        raise SMTPDataError(answer.code, answer.message)
    return answer.code, answer.message


async def _command(client: SMTP, *words: bytes) -> SMTPResponse:
    """Return the server's answer; how long the whole mail may take is the caller's to say, so no answer has a clock."""
    return await client.execute_command(*words, timeout=None)
