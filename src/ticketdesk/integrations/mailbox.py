"""A mail server inside the process that delivers nowhere: mail of demo, development and tests ends up here.

It speaks real SMTP on loopback, so that what is seen is what would have been sent. It needs the ``embedded`` extra.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime

from aiosmtpd.smtp import Envelope

from ticketdesk.integrations.caught_mail import CaughtMail
from ticketdesk.integrations.mailbox_session import MailboxSession

HOST = "127.0.0.1"


class MailCatcher:
    """Catches what is sent to ``url`` and keeps the newest ``keep`` mails in memory.

    It refuses nothing until told to. Runs in the event loop that ``start`` is awaited in, and is used from there only.
    """

    def __init__(
        self, port: int = 0, keep: int = 1000, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """Take a fixed ``port``, or any free one with 0; ``now`` dates the mails."""
        self.received = 0
        self.connections = 0
        self._port = port
        self._now = now
        self._mails: deque[CaughtMail] = deque(maxlen=keep)
        self._refusals: dict[tuple[str, str], str] = {}
        self._server: asyncio.Server | None = None
        self._sessions: set[MailboxSession] = set()
        self._arrival = asyncio.Event()

    async def start(self) -> None:
        """Listen; raises ``OSError`` if the fixed port is taken."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._connection, HOST, self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop listening and cut every connection; the mails stay readable. A further start takes the same port."""
        if self._server is not None:
            self._server.close()
            await self.drop_connections()
            await self._server.wait_closed()
            self._server = None

    @property
    def url(self) -> str:
        """Where to send mail, in the form of the setting ``TICKETDESK_SMTP_URL``; known once started."""
        return f"smtp://{HOST}:{self._port}"

    @property
    def mails(self) -> list[CaughtMail]:
        """The kept mails, oldest first."""
        return list(self._mails)

    def find(self, mail_id: int) -> CaughtMail | None:
        """Return the mail with that id, ``None`` when there never was one or newer ones have pushed it out."""
        return next((mail for mail in self._mails if mail.id == mail_id), None)

    def to(self, address: str) -> list[CaughtMail]:
        """Return the kept mails with that envelope recipient, letter case aside, oldest first."""
        wanted = address.casefold()
        return [mail for mail in self._mails if wanted in (each.casefold() for each in mail.envelope_to)]

    def clear(self) -> None:
        """Forget the mails; ids and the count ``received`` go on."""
        self._mails.clear()

    async def wait_for(self, count: int, within: float = 10.0) -> list[CaughtMail]:
        """Return the kept mails as soon as ``count`` are there; raises ``TimeoutError`` after ``within`` seconds."""
        async with asyncio.timeout(within):
            while len(self._mails) < count:
                self._arrival.clear()
                await self._arrival.wait()
        return self.mails

    def refuse(self, address: str, code: int = 550, words: str = "No such mailbox", *, at: str = "RCPT") -> None:
        """From now on answer ``code`` to ``address``.

        ``at`` names the command: ``RCPT`` for a recipient, ``MAIL`` for a sender, ``DATA`` for a mail to a recipient.
        """
        self._refusals[at, address.casefold()] = f"{code} {words}"

    def accept(self, address: str) -> None:
        """Take back every refusal of ``address``."""
        self._refusals = {key: answer for key, answer in self._refusals.items() if key[1] != address.casefold()}

    async def drop_connections(self) -> None:
        """Cut every open connection without a word, as a restarting server does; listening goes on."""
        await asyncio.gather(*(session.cut() for session in list(self._sessions)))

    def refusal(self, command: str, *addresses: str) -> str | None:
        """Return the first refusal that stands for one of ``addresses`` at ``command``."""
        return next(filter(None, (self._refusals.get((command, each.casefold())) for each in addresses)), None)

    def catch(self, envelope: Envelope) -> None:
        """Keep what a connection received, and push out the oldest mail when there are too many."""
        self.received += 1
        raw = bytes(envelope.original_content or b"")
        recipients = tuple(envelope.rcpt_tos)
        self._mails.append(CaughtMail(self.received, self._now(), envelope.mail_from or "", recipients, raw))
        self._arrival.set()

    def _connection(self) -> MailboxSession:
        self.connections += 1
        return MailboxSession(self, self._sessions)
