"""One mail within an SMTP connection: sender, recipients, content (RFC 5321 section 3.3)."""

from dataclasses import dataclass

from aiosmtplib import SMTP
from aiosmtplib.errors import SMTPDataError, SMTPNotSupported, SMTPRecipientRefused

from ticketdesk.domain.plain_text import one_line
from ticketdesk.domain.ports import Clearance, Delivery, DeliveryOutcome, OutgoingMail
from ticketdesk.integrations.mime import encode
from ticketdesk.integrations.mime_headers import wire_address

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
    if not letter.needs_utf8:
        await client.mail(letter.sender)
        return
    if client.is_ehlo_or_helo_needed:
        await client.ehlo()
    if not client.supports_extension("smtputf8"):
        raise SMTPNotSupported("The server takes no address beyond ASCII (SMTPUTF8).")
    await client.mail(letter.sender, options=["SMTPUTF8"], encoding="utf-8")


async def hand_over(client: SMTP, letter: Letter, is_cleared: Clearance | None) -> Delivery:
    """Name the recipients and give the content; return the server's yes, raise its no as the library's exception.

    The recipient comes first: where it is refused, no copy goes out, however often the mail is tried again. A mail that
    is not cleared is withheld, and the server still knows its addresses then.
    """
    await _add_recipient(client, letter.recipient, "utf-8" if letter.needs_utf8 else "ascii")
    refused = [note for copy in letter.copies if (note := await _add_copy(client, copy))]
    if is_cleared and not await is_cleared():
        return Delivery(DeliveryOutcome.WITHHELD, None, "The mail was called back.")
    code, words = await _give_content(client, letter.content)
    detail = "; ".join((f"{code} {words}", *refused))
    return Delivery(DeliveryOutcome.ACCEPTED, code, one_line(detail, DETAIL_LENGTH))


async def _add_recipient(client: SMTP, address: str, encoding: str) -> None:
    try:
        await client.rcpt(address, encoding=encoding)
    except SMTPRecipientRefused as answer:
        # The library knows 250 and 251 only, but every 2xx is a yes (RFC 5321 4.3.2).
        if answer.code // 100 != 2:
            raise


async def _add_copy(client: SMTP, address: str) -> str | None:
    """Add one more recipient; return what to note when that is not possible."""
    try:
        await _add_recipient(client, wire_address(address), "ascii")
    except SMTPRecipientRefused as refusal:
        return f"the copy to {address} was refused: {refusal.code} {refusal.message}"
    except ValueError:
        return f"the copy to {address} was left out: not a usable address"
    return None


async def _give_content(client: SMTP, content: bytes) -> tuple[int, str]:
    try:
        answer = await client.data(content)
    except SMTPDataError as error:
        if error.code // 100 != 2:
            raise
        return error.code, error.message
    return answer.code, answer.message
