"""The server side of one SMTP connection to the mailbox."""

import asyncio
from typing import Any, Protocol, cast

from aiosmtpd.smtp import SMTP, Envelope, Session

_LARGEST_MAIL = 5 * 1024 * 1024


class Mailroom(Protocol):
    """What a connection asks of the mailbox it belongs to."""

    def refusal(self, command: str, *addresses: str) -> str | None:
        """Return the answer that refuses one of the addresses at that command, ``None`` to go on."""
        ...

    def catch(self, envelope: Envelope) -> None:
        """Keep a mail that was sent whole."""
        ...


class MailroomHooks:
    """What the SMTP server calls at each command; the names are the library's."""

    def __init__(self, mailroom: Mailroom) -> None:
        self._mailroom = mailroom

    async def handle_MAIL(  # noqa: N802 -- named by the library
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take or refuse a sender."""
        if answer := self._mailroom.refusal("MAIL", address):
            return answer
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 Sender ok"

    async def handle_RCPT(  # noqa: N802 -- named by the library
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take or refuse a recipient."""
        if answer := self._mailroom.refusal("RCPT", address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Recipient ok"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 -- ditto
        """Take or refuse a whole mail."""
        if answer := self._mailroom.refusal("DATA", *envelope.rcpt_tos):
            return answer
        self._mailroom.catch(envelope)
        return "250 2.0.0 Caught"


class MailboxSession(SMTP):
    """One connection, listed in ``sessions`` from its first to its last moment."""

    def __init__(self, mailroom: Mailroom, sessions: set["MailboxSession"], **options: Any) -> None:
        """Pass ``options`` on to the library's server, such as a TLS context."""
        super().__init__(
            MailroomHooks(mailroom),
            data_size_limit=_LARGEST_MAIL,
            enable_SMTPUTF8=True,
            hostname="mailbox.localhost",
            ident="mailbox",
            loop=asyncio.get_running_loop(),
            **options,
        )
        self._sessions = sessions

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Enter the list; the library calls this once more when TLS begins."""
        self._sessions.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Leave the list."""
        self._sessions.discard(self)
        super().connection_lost(error)

    async def cut(self) -> None:
        """Drop the connection without a word and wait until nothing of it runs any more."""
        for transport in (self.transport, self._original_transport):
            if transport is not None:
                cast("asyncio.WriteTransport", transport).abort()
        if self._handler_coroutine is not None:
            # A handshake that failed half-way ends neither by itself nor with its transport.
            self._handler_coroutine.cancel()
            await asyncio.wait({self._handler_coroutine})
        self._sessions.discard(self)
