"""Mail on its way: what is sent, to whom, once; and what the tickets say of it."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from tests.application import ClientFor, FrozenClock, SignedInClient
from tests.factories.tickets import (
    RECIPIENT,
    create_ticket,
    portal_step,
    read_activity,
    read_ticket,
    recipient_of,
    step,
)

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.actors import SYSTEM
from ticketdesk.domain.ports import Clearance, Delivery, MailTransport, OutgoingMail
from ticketdesk.integrations.mailbox import MailCatcher
from ticketdesk.jobs.deliveries import send_due_messages
from ticketdesk.repositories.database import open_pool
from ticketdesk.services import deliveries
from ticketdesk.services.mail_contents import PostOffice

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import httpx

BO = {"name": "Bo Lind", "email": "bo@lind.example"}


async def kinds(staff: SignedInClient, ticket: dict[str, Any]) -> list[str]:
    items = await read_activity(staff, ticket["id"])
    return [entry["kind"] for entry in items]


async def dispatch(staff: SignedInClient, **fields: Any) -> dict[str, Any]:
    answer = await staff.post("/api/v1/dispatches", json=fields)
    assert answer.status_code == 202, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def test_a_mail_names_who_asks_and_opens_the_ticket(
    agent: SignedInClient, resources: Resources, mailbox: MailCatcher, anonymous: SignedInClient
) -> None:
    ticket = await create_ticket(agent, send="now", requested_actions=[{"text": "Edit the post"}])
    await send_due_messages(resources)
    (mail,) = mailbox.to(RECIPIENT["email"])
    assert mail.header("From") == '"Ann Agent (Compliance)" <desk@ticketdesk.example>'
    assert mail.header("Auto-Submitted") == "auto-generated"
    assert f"[#{ticket['number']}] Correct the yield claim" in mail.subject
    for body in (mail.text, mail.html):
        assert "Ann Agent" in body
        assert "Compliance" in body
        assert "Edit the post" in body
    (link,) = {link for link in mail.links if "#/t/" in link}
    opened = await anonymous.post("/api/v1/auth/links/exchange", json={"token": link.split("#/t/")[1]})
    assert (opened.status_code, opened.json()["ticket_id"]) == (200, ticket["id"])
    sent = await read_ticket(agent, ticket["id"])
    assert (sent["notifications_sent"], sent["last_sent_at"]) == (1, sent["created_at"])
    assert await kinds(agent, ticket) == ["created", "message_sent"]
    (message,) = (await agent.get("/api/v1/messages")).json()["items"]
    assert (message["state"], message["attempts"], message["smtp_code"]) == ("sent", 1, 250)
    assert message["internet_message_id"] == mail.header("Message-ID")
    assert "#/t/…" in message["text"]
    assert link not in message["text"]


async def test_every_mail_of_a_ticket_hangs_in_one_thread(
    agent: SignedInClient, client_for: ClientFor, resources: Resources, mailbox: MailCatcher, clock: FrozenClock
) -> None:
    ticket = await create_ticket(agent, send="now")
    recipient = await recipient_of(client_for, ticket)
    steps: list[Callable[[], Awaitable[httpx.Response]]] = [
        lambda: agent.post(f"/api/v1/tickets/{ticket['id']}/comments", json={"body": "The second sentence."}),
        lambda: portal_step(recipient, ticket["id"], "complete"),
        lambda: step(agent, ticket["id"], "return", reason="Still there"),
        lambda: portal_step(recipient, ticket["id"], "complete"),
        lambda: step(agent, ticket["id"], "close", comment="Thank you"),
        lambda: step(agent, ticket["id"], "reopen", reason="It is back"),
    ]
    await send_due_messages(resources)
    for take in steps:
        clock.advance(timedelta(minutes=1))
        assert (await take()).is_success
        await send_due_messages(resources)
    mails = mailbox.to(RECIPIENT["email"])
    assert [mail.subject.split(":")[0].split("[")[0].strip() for mail in mails] == [
        "", "Re", "Not completed", "Closed", "Reopened",
    ]  # fmt: skip
    assert "The second sentence." in mails[1].text
    assert "Still there" in mails[2].text
    assert "Thank you" in mails[3].text
    identifiers = [mail.header("Message-ID") for mail in mails]
    assert len(set(identifiers)) == len(mails)
    for index, mail in enumerate(mails[1:], 1):
        assert mail.header("In-Reply-To") == identifiers[index - 1]
        assert identifiers[0] in mail.header("References")


async def test_two_people_who_press_send_at_once_send_each_ticket_once(
    agent: SignedInClient, client_for: ClientFor, resources: Resources, mailbox: MailCatcher
) -> None:
    lead = await client_for("lead")
    people = [RECIPIENT, BO, RECIPIENT, BO, RECIPIENT]
    held = [await create_ticket(agent, title=f"Ticket {n}", recipient=who) for n, who in enumerate(people)]
    await asyncio.gather(dispatch(agent, all=True), dispatch(lead, all=True))
    await asyncio.gather(send_due_messages(resources), send_due_messages(resources))
    assert sorted(mail.envelope_to[0] for mail in mailbox.mails) == sorted({RECIPIENT["email"], BO["email"]})
    anna, bo = mailbox.to(RECIPIENT["email"])[0], mailbox.to(BO["email"])[0]
    for number, ticket in enumerate(held):
        assert (f"Ticket {number}" in anna.text) == (people[number] is RECIPIENT)
        assert (f"Ticket {number}" in bo.text) == (people[number] is BO)
        assert (await read_ticket(agent, ticket["id"]))["status"] == "pending_correction"
        assert await kinds(agent, ticket) == ["created", "sent"]
    assert len([link for link in anna.links if "#/t/" in link]) == 3
    assert len([link for link in bo.links if "#/t/" in link]) == 2


async def test_a_refused_address_leaves_only_its_tickets_held(
    agent: SignedInClient, resources: Resources, mailbox: MailCatcher
) -> None:
    mailbox.refuse(BO["email"], 550, "No such mailbox")
    good = await create_ticket(agent)
    bad = [await create_ticket(agent, recipient=BO), await create_ticket(agent, recipient=BO)]
    made = await dispatch(agent, all=True)
    await send_due_messages(resources)
    assert (await read_ticket(agent, good["id"]))["status"] == "pending_correction"
    for ticket in bad:
        held = await read_ticket(agent, ticket["id"])
        assert (held["status"], held["dispatch_id"]) == ("send_later", None)
        assert held["attention"]["reasons"] == ["send_later", "delivery_failed"]
        assert "No such mailbox" in held["delivery_failure"]
        assert await kinds(agent, ticket) == ["created", "message_failed"]
    result = (await agent.get(f"/api/v1/dispatches/{made['id']}")).json()
    assert result["state"] == "done"
    assert {m["address"]: (m["state"], m["smtp_code"]) for m in result["messages"]} == {
        RECIPIENT["email"]: ("sent", 250),
        BO["email"]: ("failed", 550),
    }
    counts = (await agent.get("/api/v1/tickets/counts")).json()["needs_attention"]
    assert (counts["delivery_failed"], counts["total"]) == (2, 2)
    # The address works again: the same tickets go out with another dispatch.
    mailbox.accept(BO["email"])
    await dispatch(agent, ticket_ids=[ticket["id"] for ticket in bad])
    await send_due_messages(resources)
    for ticket in bad:
        sent = await read_ticket(agent, ticket["id"])
        assert (sent["status"], sent["delivery_failure"]) == ("pending_correction", None)


async def test_a_server_that_is_busy_is_asked_again_later(
    agent: SignedInClient, resources: Resources, mailbox: MailCatcher, clock: FrozenClock
) -> None:
    mailbox.refuse(RECIPIENT["email"], 451, "Try later")
    ticket = await create_ticket(agent, send="now")
    await send_due_messages(resources)
    (message,) = (await agent.get("/api/v1/messages")).json()["items"]
    assert (message["state"], message["attempts"], message["smtp_code"]) == ("queued", 1, 451)
    assert (await read_ticket(agent, ticket["id"]))["delivery_failure"] is None
    mailbox.accept(RECIPIENT["email"])
    await send_due_messages(resources)
    assert mailbox.mails == []
    clock.advance(timedelta(seconds=31))
    await send_due_messages(resources)
    (message,) = (await agent.get("/api/v1/messages")).json()["items"]
    assert (message["state"], message["attempts"]) == ("sent", 2)


async def test_a_server_that_stays_busy_is_given_up_and_can_be_tried_again(
    agent: SignedInClient, resources: Resources, mailbox: MailCatcher, clock: FrozenClock
) -> None:
    mailbox.refuse(RECIPIENT["email"], 451, "Try later")
    ticket = await create_ticket(agent, send="now")
    for _ in range(9):
        await send_due_messages(resources)
        clock.advance(timedelta(hours=5))
    (message,) = (await agent.get("/api/v1/messages?state=failed")).json()["items"]
    assert message["attempts"] == 8
    assert (await read_ticket(agent, ticket["id"]))["attention"]["reasons"] == ["delivery_failed"]
    mailbox.accept(RECIPIENT["email"])
    retried = await agent.post(f"/api/v1/messages/{message['id']}/retry")
    assert (retried.status_code, retried.json()["state"]) == (200, "queued")
    await send_due_messages(resources)
    assert (await read_ticket(agent, ticket["id"]))["attention"]["reasons"] == []
    again = await agent.post(f"/api/v1/messages/{message['id']}/retry")
    assert (again.status_code, again.json()["code"]) == (409, "not_retryable")


async def test_a_ticket_withdrawn_before_its_dispatch_is_sent_is_left_out(
    agent: SignedInClient, resources: Resources, mailbox: MailCatcher
) -> None:
    kept, withdrawn = await create_ticket(agent, title="Kept"), await create_ticket(agent, title="Withdrawn")
    made = await dispatch(agent, all=True)
    assert (await step(agent, withdrawn["id"], "close", reason="A mistake")).is_success
    await send_due_messages(resources)
    (mail,) = mailbox.mails
    assert "Kept" in mail.text
    assert "Withdrawn" not in mail.text
    result = (await agent.get(f"/api/v1/dispatches/{made['id']}")).json()
    assert {t["ticket_id"]: t["outcome"] for t in result["tickets"]} == {
        kept["id"]: "sent",
        withdrawn["id"]: "withdrawn",
    }
    assert result["state"] == "done"


async def test_a_ticket_on_the_wire_cannot_be_changed(agent: SignedInClient, resources: Resources) -> None:
    ticket = await create_ticket(agent)
    await dispatch(agent, all=True)
    async with resources.engine.begin() as connection:
        await connection.execute(text("UPDATE messages SET state = 'sending'"))
    for refused in (
        await agent.patch(f"/api/v1/tickets/{ticket['id']}", json={"title": "Other"}),
        await step(agent, ticket["id"], "close", reason="x"),
    ):
        assert (refused.status_code, refused.json()["code"]) == (409, "sending_in_progress")


async def test_prefix_blind_copy_and_reply_address_are_settings(
    agent: SignedInClient, client_for: ClientFor, resources: Resources, mailbox: MailCatcher
) -> None:
    admin = await client_for("admin")
    wanted = {"subject_prefix": "[Desk]", "bcc_address": "archive@desk.example", "reply_to": "answers@desk.example"}
    assert (await admin.patch("/api/v1/settings/mail", json=wanted)).is_success
    await create_ticket(agent, send="now")
    await send_due_messages(resources)
    (mail,) = mailbox.mails
    assert mail.subject.startswith("[Desk] ")
    assert set(mail.envelope_to) == {RECIPIENT["email"], "archive@desk.example"}
    assert b"archive@desk.example" not in mail.raw
    assert "answers@desk.example" in mail.header("Reply-To")


@pytest.mark.parametrize(
    "title",
    ["=?utf-8?q?hi=0d=0aBcc:_evil@x.example?=", '<img src=x onerror="alert(1)">', "a, b <c@d.example>", "\u202egnp"],
)
async def test_a_hostile_title_stays_a_title(
    agent: SignedInClient, resources: Resources, mailbox: MailCatcher, title: str
) -> None:
    await create_ticket(
        agent, title=title, send="now", recipient={"name": "Eve, <e@x.example>", "email": "eve@x.example"}
    )
    await send_due_messages(resources)
    (mail,) = mailbox.mails
    assert mail.envelope_to == ("eve@x.example",)
    names = [name.lower() for name, _ in mail.headers]
    assert "bcc" not in names
    assert len(names) == len(set(names))
    assert "<img" not in mail.html
    head = mail.raw.split(b"\r\n\r\n", 1)[0].lower()
    assert not any(line.startswith(b"bcc") for line in head.split(b"\r\n"))


async def test_a_mail_whose_ticket_refuses_it_is_not_sent_again(
    agent: SignedInClient, resources: Resources, mailbox: MailCatcher, clock: FrozenClock
) -> None:
    await create_ticket(agent)
    await dispatch(agent, all=True)
    async with resources.engine.begin() as connection:
        await connection.execute(
            text(
                "CREATE FUNCTION archive() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                "IF NEW.state = 'sending' THEN UPDATE tickets SET archived_at = now(); END IF; RETURN NULL; END $$"
            )
        )
        await connection.execute(
            text("CREATE TRIGGER archive AFTER UPDATE ON messages FOR EACH ROW EXECUTE FUNCTION archive()")
        )
    for _ in range(3):
        await send_due_messages(resources)
        clock.advance(timedelta(minutes=1))
    assert len(mailbox.mails) == 1
    (message,) = (await agent.get("/api/v1/messages")).json()["items"]
    assert message["state"] == "sent"


class BreaksOnOne:
    """A transport with a fault that nobody foresaw, met by the mails to one address."""

    def __init__(self, inner: MailTransport, address: str) -> None:
        self._inner, self._address = inner, address

    async def send(self, mail: OutgoingMail, is_cleared: Clearance | None = None) -> Delivery:
        if mail.recipient.address == self._address:
            raise RuntimeError("a fault that nobody foresaw")
        return await self._inner.send(mail, is_cleared)


async def test_a_mail_that_breaks_the_transport_holds_up_no_other(
    agent: SignedInClient, resources: Resources, mailbox: MailCatcher
) -> None:
    await create_ticket(agent, send="now")
    await create_ticket(agent, send="now", recipient=BO)
    breaking: Any = BreaksOnOne(resources.transport, RECIPIENT["email"])
    await send_due_messages(replace(resources, transport=breaking))
    assert (len(mailbox.to(BO["email"])), mailbox.to(RECIPIENT["email"])) == (1, [])
    first, second = (await agent.get("/api/v1/messages")).json()["items"]
    assert (first["state"], first["attempts"], second["state"]) == ("queued", 1, "sent")


async def test_a_mail_that_cannot_begin_takes_nothing_from_the_one_before_it(
    agent: SignedInClient, resources: Resources, mailbox: MailCatcher, clock: FrozenClock, database_url: str
) -> None:
    first, second = [await create_ticket(agent, send="now", recipient=person) for person in (RECIPIENT, BO)]
    impatient = open_pool(database_url, lock_timeout_ms=50)
    async with resources.unit_of_work() as busy:
        assert await busy.tickets.lock(UUID(second["id"]), SYSTEM)
        await send_due_messages(replace(resources, pool=impatient))
    await impatient.dispose()
    assert await kinds(agent, first) == ["created", "message_sent"]
    assert (await kinds(agent, second), mailbox.to(BO["email"])) == (["created"], [])
    clock.advance(timedelta(hours=1))
    await send_due_messages(resources)
    assert (len(mailbox.to(RECIPIENT["email"])), len(mailbox.to(BO["email"]))) == (1, 1)


async def test_no_mail_goes_out_before_the_one_before_it_is_noted(
    agent: SignedInClient, resources: Resources, mailbox: MailCatcher
) -> None:
    for person in (RECIPIENT, BO):
        await create_ticket(agent, send="now", recipient=person)
    async with resources.engine.begin() as connection:
        await connection.execute(
            text("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$")
        )
        await connection.execute(
            text("CREATE TRIGGER refuse BEFORE UPDATE OF sent_at ON messages FOR EACH ROW EXECUTE FUNCTION refuse()")
        )
    with pytest.raises(DBAPIError):
        await send_due_messages(resources)
    assert [mail.envelope_to for mail in mailbox.mails] == [(RECIPIENT["email"],)]


async def test_a_mail_says_what_its_ticket_says_when_it_goes_out(
    agent: SignedInClient, resources: Resources, mailbox: MailCatcher
) -> None:
    ticket = await create_ticket(agent)
    office = PostOffice(
        resources.renderer,
        resources.signer,
        resources.config.mail_from,
        resources.config.mail_domain,
        resources.config.link_base,
    )
    await dispatch(agent, ticket_ids=[ticket["id"]])
    async with resources.unit_of_work() as uow:
        ((claim, compose),) = (await deliveries.prepare(uow, office, await deliveries.claim(uow))).items()
    ready = compose()
    edited = await agent.patch(f"/api/v1/tickets/{ticket['id']}", json={"title": "Correct the fee claim"})
    assert edited.is_success, edited.text
    async with resources.unit_of_work() as uow:
        assert await deliveries.begin(uow, [ready]) == set()
        mail = await deliveries.begin_anew(uow, office, claim)
    assert mail is not None
    assert "Correct the fee claim" in mail.subject
