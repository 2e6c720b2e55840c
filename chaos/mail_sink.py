"""``python -m chaos.mail_sink``: a mail server that takes everything, and says when which mail came.

It has a process of its own, so that whoever sends never waits for whoever counts. Its first line is its address; each
mail then is a line of JSON: the moment (seconds since the epoch), the Message-ID and the recipient.
"""

import asyncio
import json
import sys
import time
from email.parser import BytesHeaderParser

from aiosmtpd.smtp import Envelope

from ticketdesk.integrations.mailbox_session import MailboxSession

# So slow that a queue lasts longer than the faults that are brought about meanwhile.
_PACE_SECONDS = 0.008


class Sink:
    """Takes every mail, one after the other, and keeps none."""

    def refusal(self, command: str, *addresses: str) -> str | None:  # noqa: ARG002 - what a mailroom is asked
        """Refuse nothing."""
        return None

    def catch(self, envelope: Envelope) -> None:
        """Tell of a mail, before the sender hears that it was taken."""
        time.sleep(_PACE_SECONDS)
        headers = BytesHeaderParser().parsebytes(bytes(envelope.original_content or b""))
        print(json.dumps([time.time(), str(headers["Message-ID"]), envelope.rcpt_tos[0]]), flush=True)


async def main() -> None:
    """Serve until standard input ends."""
    sink, sessions = Sink(), set[MailboxSession]()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: MailboxSession(sink, sessions), "127.0.0.1", 0)
    print(f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
