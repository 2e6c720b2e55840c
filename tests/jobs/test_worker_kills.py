"""Workers killed in the middle of their work: nothing is lost, and what is doubled can be told by its Message-ID."""

import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import fields
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select
from tests.application import ClientFor
from tests.factories.tickets import create_ticket

from ticketdesk.bootstrap import Resources
from ticketdesk.integrations.mailbox import MailCatcher
from ticketdesk.models.messages import message_tickets, messages
from ticketdesk.models.tickets import activities, tickets
from ticketdesk.repositories.base import new_id
from ticketdesk.repositories.tickets import TicketRecord

MESSAGES = 1000
KILL_AFTER = (150, 400, 650, 900)


async def queue_messages(resources: Resources, like: str) -> None:
    """Write 1,000 tickets like an existing one, each with a message to an address of its own."""
    names = [field.name for field in fields(TicketRecord) if field.name not in {"id", "number"}]
    async with resources.engine.begin() as connection:
        found = await connection.execute(select(*(tickets.c[name] for name in names)).where(tickets.c.id == like))
        row = dict(found.mappings().one())
        made = [{**row, "id": new_id(), "activity_seq": 0, "activity_hash": bytes(32)} for _ in range(MESSAGES)]
        await connection.execute(insert(tickets), made)
        queued = [
            {
                "id": new_id(),
                "purpose": "reply",
                "state": "queued",
                "contact_id": row["contact_id"],
                "recipient_name": "Anna",
                "address": f"anna{index}@many.example",
                "address_key": f"anna{index}@many.example",
                "sender_name": "Ann",
                "facts": {},
                "due_at": row["created_at"],
                "created_at": row["created_at"],
            }
            for index in range(MESSAGES)
        ]
        await connection.execute(insert(messages), queued)
        listed = [
            {"message_id": message["id"], "ticket_id": ticket["id"], "position": 0}
            for message, ticket in zip(queued, made, strict=True)
        ]
        await connection.execute(insert(message_tickets), listed)


def start_worker(database_url: str, mailbox: MailCatcher, data_dir: Path) -> subprocess.Popen[bytes]:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("TICKETDESK_")},
        "TICKETDESK_DATABASE_URL": database_url,
        "TICKETDESK_SMTP_URL": mailbox.url,
        "TICKETDESK_DATA_DIR": str(data_dir),
        "TICKETDESK_SECRET_KEYS": "k" * 32,
    }
    command = [sys.executable, "-m", "ticketdesk", "work"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.fixture
async def mailbox() -> AsyncIterator[MailCatcher]:
    """A mailbox with room for every mail and its double."""
    catcher = MailCatcher(keep=2 * MESSAGES)
    await catcher.start()
    yield catcher
    await catcher.stop()


@pytest.mark.long
async def test_killing_workers_loses_no_message(
    client_for: ClientFor, resources: Resources, mailbox: MailCatcher, database_url: str, tmp_path: Path
) -> None:
    ticket = await create_ticket(await client_for("agent"))
    await queue_messages(resources, ticket["id"])
    workers = [start_worker(database_url, mailbox, tmp_path) for _ in range(2)]
    try:
        for number, count in enumerate(KILL_AFTER):
            await mailbox.wait_for(count, within=60)
            victim = workers[number % 2]
            victim.send_signal(signal.SIGKILL)
            victim.wait()
            workers[number % 2] = start_worker(database_url, mailbox, tmp_path)
        await mailbox.wait_for(MESSAGES, within=60)
        await _all_settled(resources)
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    received = Counter(mail.envelope_to[0] for mail in mailbox.mails)
    assert set(received) == {f"anna{index}@many.example" for index in range(MESSAGES)}
    assert len(mailbox.mails) - MESSAGES <= len(KILL_AFTER)
    for address, count in received.items():
        if count > 1:
            assert len({mail.header("Message-ID") for mail in mailbox.to(address)}) == 1
    async with resources.engine.connect() as connection:
        recorded = select(func.count()).where(activities.c.kind == "message_sent").group_by(activities.c.ticket_id)
        assert set((await connection.execute(recorded)).scalars()) == {1}


async def _all_settled(resources: Resources) -> None:
    """Wait until every message is noted as sent, those too that a dead worker had on the wire."""
    unsettled = select(func.count()).select_from(messages).where(messages.c.state != "sent")
    async with asyncio.timeout(30), resources.engine.connect() as connection:
        while await connection.scalar(unsettled):  # noqa: ASYNC110 - other processes settle, no event here can tell
            await asyncio.sleep(0.1)
