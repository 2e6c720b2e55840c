"""``python -m benchmarks.smtp_sink FILE PORT``: a mail server that takes everything at once and throws it away.

It does as little as SMTP allows, so that the sender is what is measured. ``VRFY`` answers what came since the last one,
as JSON, and leaves the last mail in FILE.
"""

import asyncio
import json
import signal
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

_END = b"\r\n.\r\n"


@dataclass(slots=True)
class Tally:
    """What came: how many mails, when the first and the last one began and ended, over how many connections."""

    mails: int = 0
    first: float = 0.0
    last: float = 0.0
    connections: set[int] = field(default_factory=set)
    latest: bytes = b""

    def told(self) -> str:
        """Return it as JSON."""
        return json.dumps(
            {"mails": self.mails, "seconds": self.last - self.first, "connections": len(self.connections)}
        )


class Sink(asyncio.Protocol):
    """One connection: every command is right."""

    tally = Tally()
    file: Path

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - of a stream
        self._transport, self._buffer, self._in_mail = transport, bytearray(), False
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        """Answer each whole command, and each whole mail."""
        self._buffer += data
        while (end := self._buffer.find(_END if self._in_mail else b"\r\n")) >= 0:
            taken = bytes(self._buffer[:end])
            del self._buffer[: end + (len(_END) if self._in_mail else 2)]
            if self._in_mail:
                self._take(taken)
            else:
                self._transport.write(self._answer(taken.upper()))

    def _take(self, mail: bytes) -> None:
        tally = Sink.tally
        tally.mails, tally.last, tally.latest = tally.mails + 1, time.monotonic(), mail
        tally.connections.add(id(self))
        self._in_mail = False
        self._transport.write(b"250 taken\r\n")

    def _answer(self, command: bytes) -> bytes:
        if command.startswith(b"EHLO"):
            return b"250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n"
        if command.startswith(b"MAIL") and not Sink.tally.mails:
            Sink.tally.first = time.monotonic()
        if command == b"DATA":
            self._in_mail = True
            return b"354 go on\r\n"
        if command.startswith(b"VRFY"):
            told, Sink.file = Sink.tally.told(), Sink.file
            Sink.file.write_bytes(Sink.tally.latest)
            Sink.tally = Tally()
            return f"252 {told}\r\n".encode()
        return b"221 bye\r\n" if command == b"QUIT" else b"250 yes\r\n"


async def main() -> None:
    """Serve until a signal comes."""
    Sink.file = Path(sys.argv[1])
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Sink, "127.0.0.1", int(sys.argv[2]))
    stop = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
