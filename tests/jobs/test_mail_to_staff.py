"""Mail to staff: sent like every other, but no word of it counts as word to the ticket's recipients."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from tests.application import ClientFor, FrozenClock, SignedInClient
from tests.factories.tickets import RECIPIENT, create_ticket, read_activity, read_ticket
from tests.factories.users import create_user

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.actors import SYSTEM, Actor, ActorKind
from ticketdesk.domain.messages import Purpose
from ticketdesk.integrations.mailbox import MailCatcher
from ticketdesk.jobs.deliveries import send_due_messages
from ticketdesk.services import messages

ANN = "ann@desk.example"
LEA = Actor(ActorKind.USER, UUID(int=7), "Lea Lead", team="Support")
# What mail to recipients moves on, and mail to staff must not.
TOUCHED_BY_MAIL = (
    "status", "notifications_sent", "last_sent_at", "sent_at", "delivery_failure", "next_reminder_at", "attention",
)  # fmt: skip


@pytest.fixture
def mailbox(resources: Resources) -> MailCatcher:
    assert resources.catcher is not None
    return resources.catcher


@pytest.fixture
async def agent(client_for: ClientFor) -> SignedInClient:
    return await client_for("agent", name="Ann Agent", email=ANN)


async def post(
    resources: Resources, user_id: UUID, tickets: list[dict[str, Any]], purpose: Purpose = Purpose.ASSIGNED
) -> bool:
    async with resources.unit_of_work() as uow:
        ids = [UUID(ticket["id"]) for ticket in tickets]
        return await messages.post_to_user(uow, user_id, purpose, ids, LEA)


async def last_entry(staff: SignedInClient, ticket: dict[str, Any]) -> dict[str, Any]:
    entries = await read_activity(staff, ticket["id"])
    return entries[-1]


async def test_staff_are_told_by_mail_and_the_tickets_recipients_count_as_before(
    agent: SignedInClient, client_for: ClientFor, resources: Resources, mailbox: MailCatcher, clock: FrozenClock
) -> None:
    admin = await client_for("admin")
    await admin.patch("/api/v1/settings/mail", json={"staff_url": "https://desk.example/tickets/"})
    sent, held = await create_ticket(agent, send="now"), await create_ticket(agent, title="Second")
    await send_due_messages(resources)
    before = [await read_ticket(agent, ticket["id"]) for ticket in (sent, held)]
    clock.advance(timedelta(days=2))
    assert await post(resources, agent.person_id, [sent, held])
    await send_due_messages(resources)
    (mail,) = mailbox.to(ANN)
    assert mail.subject == "2 tickets are assigned to you"
    assert mail.header("From").startswith('"Lea Lead (Support)"')
    links = [f"https://desk.example/tickets/{ticket['id']}" for ticket in (sent, held)]
    assert [link for link in mail.links if "desk.example/tickets" in link] == links
    for body in (mail.text, mail.html):
        assert "Lea Lead (Support) assigned 2 tickets to you." in body
        assert "#/t/" not in body
        assert "without a password" not in body
    for ticket, was in zip((sent, held), before, strict=True):
        now = await read_ticket(agent, ticket["id"])
        assert {name: now[name] for name in TOUCHED_BY_MAIL} == {name: was[name] for name in TOUCHED_BY_MAIL}
        entry = await last_entry(agent, ticket)
        assert (entry["kind"], entry["facts"]["address"]) == ("message_sent", ANN)
        assert entry["facts"]["user_id"] == str(agent.person_id)


async def test_mail_to_staff_is_listed_with_its_user(
    agent: SignedInClient, resources: Resources, mailbox: MailCatcher
) -> None:
    ticket = await create_ticket(agent, send="now")
    await post(resources, agent.person_id, [ticket])
    await send_due_messages(resources)
    listed = (await agent.get("/api/v1/messages", params={"ticket_id": ticket["id"]})).json()["items"]
    assert [(one["purpose"], one["state"], one["contact_id"] is None, one["user_id"]) for one in listed] == [
        ("assignment", "sent", False, None),
        ("assigned", "sent", True, str(agent.person_id)),
    ]
    mine = {"user_id": str(agent.person_id)}
    assert (await agent.get("/api/v1/messages", params=mine)).json()["items"] == listed[1:]
    assert (await agent.get(f"/api/v1/messages/{listed[1]['id']}")).json() == listed[1]
    (mail,) = mailbox.to(ANN)
    assert not [link for link in mail.links if "desk.example" in link]
    assert "Open ticket" not in mail.text
    # It hangs beside the conversation, of which it is no part.
    assert mailbox.to(RECIPIENT["email"])[0].header("Message-ID") not in mail.header("References")
    assert (await agent.get("/api/v1/tickets/" + ticket["id"] + "/report")).is_success


async def test_nobody_is_told_of_what_they_did_themselves_or_after_they_left(
    agent: SignedInClient, resources: Resources, mailbox: MailCatcher
) -> None:
    ticket = await create_ticket(agent)
    gone = await create_user(resources, is_active=False)
    guest = await create_user(resources, role="guest")
    assert LEA.user_id
    assert [await post(resources, user, [ticket]) for user in (LEA.user_id, gone, guest)] == [False] * 3
    assert await post(resources, agent.person_id, [ticket])
    async with resources.engine.begin() as connection:
        await connection.execute(text("UPDATE users SET is_active = false WHERE email = 'ann@desk.example'"))
    await send_due_messages(resources)
    async with resources.engine.connect() as connection:
        states = (await connection.execute(text("SELECT state FROM messages"))).scalars().all()
    assert (states, mailbox.mails) == (["cancelled"], [])


async def test_mail_that_staff_cannot_get_is_recorded_and_can_be_tried_again(
    agent: SignedInClient, resources: Resources, mailbox: MailCatcher
) -> None:
    ticket = await create_ticket(agent)
    mailbox.refuse(ANN, 550, "No such mailbox")
    await post(resources, agent.person_id, [ticket], Purpose.DIGEST)
    await send_due_messages(resources)
    now = await read_ticket(agent, ticket["id"])
    assert (now["delivery_failure"], now["attention"]["reasons"]) == (None, ["send_later"])
    entry = await last_entry(agent, ticket)
    assert (entry["kind"], entry["facts"]["smtp_code"]) == ("message_failed", 550)
    mailbox.accept(ANN)
    (message,) = (await agent.get("/api/v1/messages?state=failed")).json()["items"]
    assert (await agent.post(f"/api/v1/messages/{message['id']}/retry")).status_code == 200
    await send_due_messages(resources)
    (mail,) = mailbox.to(ANN)
    assert mail.subject.startswith(f"Not checked: [#{ticket['number']}]")


async def test_mail_from_the_system_names_the_desk(
    agent: SignedInClient, resources: Resources, mailbox: MailCatcher
) -> None:
    ticket = await create_ticket(agent)
    async with resources.unit_of_work() as uow:
        await messages.post_to_user(uow, agent.person_id, Purpose.ASSIGNED, [UUID(ticket["id"])], SYSTEM)
    await send_due_messages(resources)
    (mail,) = mailbox.to(ANN)
    assert "Ticketdesk assigned a ticket to you." in mail.text
