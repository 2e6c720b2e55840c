"""Hands mails to the next server by SMTP (RFC 5321), over one connection that is kept between mails."""

import asyncio
import contextlib
import socket
import ssl

from aiosmtplib import SMTP
from aiosmtplib.errors import (
    SMTPDataError,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)

from ticketdesk.domain.plain_text import one_line
from ticketdesk.domain.ports import Clearance, Delivery, DeliveryOutcome, OutgoingMail
from ticketdesk.integrations.mime_headers import UnwritableAddress, wire_address
from ticketdesk.integrations.smtp_letter import DETAIL_LENGTH, Letter, begin, hand_over
from ticketdesk.integrations.smtp_url import SmtpServer

_GOODBYE_SECONDS = 2.0
_CLOSING = 421
# Said at RCPT or DATA these are about the session (no sign-in, wrong order), not about the recipient or the mail.
_SESSION_FAULTS = frozenset({503, 530, 534, 535, 538})


class SmtpTransport:
    """The ``MailTransport`` over SMTP: one mail at a time, others wait their turn.

    What decides about a delivery: a 5xx for the recipient or the content is ``rejected``; everything that concerns the
    way there (network, time, 4xx, sign-in, a refused sender) is ``deferred``, so that a fault of ours loses no mail.
    A refused copy (``bcc``) leaves a mail accepted; a refused recipient means that no copy goes out either.
    """

    def __init__(
        self, url: str, *, tls: ssl.SSLContext | None = None, deadline: float = 60.0, idle_limit: float = 60.0
    ) -> None:
        """Prepare, without connecting yet; raises ``ValueError`` for a URL that ``SmtpServer.parse`` refuses.

        ``deadline``: seconds that one ``send`` may take in all, waiting for its turn included. ``idle_limit``: seconds
        after which an unused connection is not used again. ``tls``: the certificates to trust, by default those of the
        system.
        """
        self._server = SmtpServer.parse(url)
        self._tls = tls
        self._deadline = deadline
        self._idle_limit = idle_limit
        self._client: SMTP | None = None
        self._used_at = 0.0
        self._turn = asyncio.Lock()

    async def send(self, mail: OutgoingMail, is_cleared: Clearance | None = None) -> Delivery:
        """Send one mail; whatever goes wrong is a ``Delivery``, its detail one printable line."""
        try:
            recipient = wire_address(mail.recipient.address)
        except UnwritableAddress as error:
            return Delivery(DeliveryOutcome.REJECTED, None, f"The recipient's address cannot be used: {error}")
        try:
            letter = Letter.write(mail, recipient)
        except ValueError as error:
            return Delivery(DeliveryOutcome.DEFERRED, None, f"The mail cannot be written: {error}")
        try:
            async with asyncio.timeout(self._deadline), self._turn:
                return await self._deliver(letter, is_cleared)
        except TimeoutError:
            return _deferred(f"{self._server} was not done with the mail within {self._deadline:g} seconds.")

    async def close(self) -> None:
        """Say goodbye to the server; a later ``send`` connects again."""
        async with self._turn:
            await self._say_goodbye()

    async def _deliver(self, letter: Letter, is_cleared: Clearance | None) -> Delivery:
        is_reusable = False
        try:
            delivery = await hand_over(await self._begin(letter), letter, is_cleared)
            # A server that waits for content can be told in no other way that there is none.
            is_reusable = delivery.outcome is not DeliveryOutcome.WITHHELD
        except SMTPResponseException as refusal:
            is_reusable = _is_sane(refusal.code) and await self._forget_envelope()
            return _refused(refusal)
        except SMTPNotSupported as lack:
            is_reusable = True
            outcome = DeliveryOutcome.DEFERRED if letter.recipient.isascii() else DeliveryOutcome.REJECTED
            return Delivery(outcome, None, f"{self._server}: {lack.message}")
        except (SMTPException, OSError, ValueError) as fault:
            return _deferred(f"{self._server}: {fault}")
        finally:
            # Also when cancelled half-way: the next mail must not be mixed up with the answers to this one.
            if is_reusable:
                self._used_at = asyncio.get_running_loop().time()
            else:
                self._drop()
        return delivery

    async def _begin(self, letter: Letter) -> SMTP:
        """Return a client whose server took the sender.

        A kept connection may have died unnoticed; as no mail is under way yet, a new one is tried before giving up.
        """
        kept = await self._kept()
        if kept is not None:
            try:
                await begin(kept, letter)
            except SMTPServerDisconnected:
                self._drop()
            except SMTPSenderRefused as refusal:
                if refusal.code != _CLOSING:
                    raise
                self._drop()
            else:
                return kept
        client = await self._connect()
        await begin(client, letter)
        return client

    async def _kept(self) -> SMTP | None:
        if self._client is None or not self._client.is_connected:
            return None
        if asyncio.get_running_loop().time() - self._used_at < self._idle_limit:
            return self._client
        await self._say_goodbye()
        return None

    async def _connect(self) -> SMTP:
        server = self._server
        self._client = SMTP(
            hostname=server.host,
            port=server.port,
            username=server.username,
            password=server.password if server.username else None,
            use_tls=server.uses_tls,
            start_tls=server.starttls,
            tls_context=self._tls,
            local_hostname=_own_name(),
            timeout=self._deadline,
        )
        await self._client.connect()
        return self._client

    async def _forget_envelope(self) -> bool:
        """Let the server forget the addresses of a mail that does not go; tell whether the connection can go on."""
        if self._client is None or not self._client.is_connected:
            return False
        try:
            await self._client.rset()
        except (SMTPException, OSError):
            return False
        return True

    async def _say_goodbye(self) -> None:
        if self._client is not None and self._client.is_connected:
            with contextlib.suppress(SMTPException, OSError):
                await self._client.quit(timeout=_GOODBYE_SECONDS)
        self._drop()

    def _drop(self) -> None:
        if self._client is None:
            return
        # Not only closed, which would first send what is still in the buffer: a mail reported as deferred must not go
        # out behind our back.
        if isinstance(self._client.transport, asyncio.WriteTransport):
            self._client.transport.abort()
        self._client.close()
        self._client = None


def _is_sane(code: int) -> bool:
    return 400 <= code < 600 and code != _CLOSING


def _refused(refusal: SMTPResponseException) -> Delivery:
    is_about_the_mail = isinstance(refusal, SMTPRecipientRefused | SMTPDataError)
    is_final = refusal.code // 100 == 5 and refusal.code not in _SESSION_FAULTS
    outcome = DeliveryOutcome.REJECTED if is_about_the_mail and is_final else DeliveryOutcome.DEFERRED
    code = refusal.code if 200 <= refusal.code < 600 else None
    return Delivery(outcome, code, one_line(f"{refusal.code} {refusal.message}", DETAIL_LENGTH))


def _deferred(words: str) -> Delivery:
    return Delivery(DeliveryOutcome.DEFERRED, None, one_line(words, DETAIL_LENGTH))


def _own_name() -> str:
    """Return how to greet: the machine's full name, else an address literal (RFC 5321 4.1.4); no look-up is made."""
    name = socket.gethostname()
    return name if "." in name and name.isascii() else "[127.0.0.1]"
