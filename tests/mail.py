"""Mail for the tests: a real SMTP server on loopback, and one that says whatever a test has written for it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from ticketdesk.domain.ports import Mailbox, OutgoingMail
from ticketdesk.integrations.mailbox import MailCatcher

MAIL = OutgoingMail(
    message_id="<01900000-0000-7000-8000-00000000000a@desk.example>",
    date=datetime(2026, 3, 9, 14, 30, tzinfo=UTC),
    sender=Mailbox("Acme Compliance", "desk@desk.example"),
    recipient=Mailbox("Jane Doe", "jane@example.com"),
    subject="[#7] Post without APR",
    text="Hello Jane,\n\nplease see https://desk.example/portal/#/t/abc\n",
    html='<p>Hello Jane, please <a href="https://desk.example/portal/#/t/abc">see</a>.</p>',
)


def outgoing(**changes: Any) -> OutgoingMail:
    """A mail to Jane with some fields changed."""
    return replace(MAIL, **changes)


def outgoing_to(address: str, **changes: Any) -> OutgoingMail:
    """A mail to another address."""
    return replace(MAIL, recipient=Mailbox("", address), **changes)


@pytest.fixture
async def catcher() -> AsyncIterator[MailCatcher]:
    """A mail server on a free port of loopback, gone with the test: send to its ``url``, look at its ``mails``."""
    mailbox = MailCatcher()
    await mailbox.start()
    try:
        yield mailbox
    finally:
        await mailbox.stop()


SILENCE = ""
HANG_UP = "hang up"
FRIENDLY = {"HELLO": "220 ready", "EHLO": "250 script", "DATA": "354 go on", "QUIT": "221 bye"}


class ScriptedServer:
    """Answers each command with a line of the script, by its first word.

    ``HELLO`` is the greeting, ``CONTENT`` the answer to a whole mail, 250 what the script leaves out. ``SILENCE``
    answers nothing, ``HANG_UP`` closes. A list is used up one answer a time, its last for all later ones.
    """

    def __init__(self, script: dict[str, str | Sequence[str]]) -> None:
        self.script: dict[str, list[str]] = {
            word: [answers] if isinstance(answers, str) else list(answers)
            for word, answers in {**FRIENDLY, **script}.items()
        }
        self.commands: list[str] = []
        self.connections = 0
        self.url = ""
        self.spoken_to = asyncio.Event()

    def answer(self, word: str) -> str:
        answers = self.script.get(word, ["250 ok"])
        return answers.pop(0) if len(answers) > 1 else answers[0]

    async def hears(self, command: str) -> None:
        """Wait until a client has said ``command``."""
        while command not in self.commands:
            self.spoken_to.clear()
            await self.spoken_to.wait()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            await self.converse(reader, writer)
        except ConnectionError:
            pass
        finally:
            writer.transport.abort()

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        word = "HELLO"
        while (said := self.answer(word)) != HANG_UP:
            if said != SILENCE:
                writer.write(said.encode("utf-8", "surrogateescape") + b"\r\n")
                await writer.drain()
            if word == "DATA" and said.startswith("354"):
                if not await self.read_content(reader):
                    return
                word = "CONTENT"
                continue
            line = await reader.readline()
            if not line:
                return
            self.commands.append(line.decode().strip())
            self.spoken_to.set()
            word = line.split()[0].decode().upper()

    async def read_content(self, reader: asyncio.StreamReader) -> bool:
        while (line := await reader.readline()) != b".\r\n":
            if not line:
                return False
        return True


@asynccontextmanager
async def scripted(**script: str | Sequence[str]) -> AsyncIterator[ScriptedServer]:
    """Run a ``ScriptedServer`` on a free port."""
    mailer = ScriptedServer(script)
    server = await asyncio.start_server(mailer.serve, "127.0.0.1", 0)
    mailer.url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield mailer
    finally:
        server.close()
