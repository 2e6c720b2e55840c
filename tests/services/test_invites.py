"""Invites that come with a task: who gets one, in which mail, and what the task's record says of it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from tests.application import ClientFor, FrozenClock, SignedInClient
from tests.factories.contacts import create_contact
from tests.factories.guests import create_guest
from tests.factories.invites import INVITES, create_invite, mailed_tokens, redeem, tokens_in
from tests.factories.tasks import Task, create_task
from tests.factories.tickets import create_ticket, read_activity
from tests.factories.users import create_user

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.actors import SYSTEM, Actor, ActorKind
from ticketdesk.domain.messages import Purpose
from ticketdesk.domain.ports import TokenPurpose
from ticketdesk.jobs.deliveries import send_due_messages
from ticketdesk.services import invites, messages

ANNA, BO, CLEO, DAN = "anna@berg.example", "bo@lind.example", "cleo@desk.example", "dan@ode.example"


@pytest.fixture
async def agent(client_for: ClientFor) -> SignedInClient:
    return await client_for("agent", name="Ann Agent")


@pytest.fixture
async def task(agent: SignedInClient, resources: Resources) -> Task:
    """One for somebody new, a guest, a contact whose address is a user's, and another who is new."""
    people = [await create_contact(resources, address.split("@")[0], address) for address in (ANNA, BO, CLEO, DAN)]
    await create_guest(resources, people[1])
    await create_user(resources, email=CLEO)
    return await create_task(resources, agent.person_id, dict.fromkeys(people))


async def send(resources: Resources, task: Task, contact_ids: list[UUID] | None = None) -> None:
    """Do what every sending of a task does beside its own step."""
    async with resources.unit_of_work() as uow:
        sender = Actor(ActorKind.USER, task.creator_id, "Ann Agent")
        ticket = await uow.tickets.lock(task.id, SYSTEM)
        assert ticket is not None
        after = await invites.invite_recipients(uow, sender, ticket, contact_ids)
        await messages.post(uow, after, Purpose.ASSIGNMENT, sender)
        await uow.tickets.save(ticket, after)
    await send_due_messages(resources)


async def recorded(agent: SignedInClient, task: Task, kind: str) -> list[dict[str, Any]]:
    entries = await read_activity(agent, task.id)
    return [entry for entry in entries if entry["kind"] == kind]


async def test_only_who_is_no_user_is_invited_and_reads_of_it(
    agent: SignedInClient, task: Task, resources: Resources
) -> None:
    await send(resources, task)
    assert resources.catcher is not None
    for address, count in ((ANNA, 1), (BO, 0), (CLEO, 0), (DAN, 1)):
        (mail,) = resources.catcher.to(address)
        assert len([link for link in mail.links if "#/t/" in link]) == 1
        assert len(tokens_in(mail)) == count, address
        for body in (mail.text, mail.html):
            assert ("register here" in body) is bool(count)
    (entry,) = await recorded(agent, task, "invited")
    assert entry["facts"]["addresses"] == [ANNA, DAN]
    listed = (await agent.get(INVITES)).json()["items"]
    assert {(one["email"], one["ticket_id"], one["sends"]) for one in listed} == {
        (ANNA, str(task.id), 1),
        (DAN, str(task.id), 1),
    }
    kept = (await agent.get(f"/api/v1/messages?ticket_id={task.id}")).json()["items"]
    assert all(token not in repr(kept) for token in await mailed_tokens(resources, ANNA))
    assert sum("#/i/…" in message["text"] for message in kept) == 2


async def test_who_registers_is_on_the_record_and_sees_the_task(
    agent: SignedInClient, task: Task, anonymous: SignedInClient, client_for: ClientFor, resources: Resources
) -> None:
    await send(resources, task)
    (token,) = await mailed_tokens(resources, ANNA)
    session = (await redeem(anonymous, token, name="Anna Berg")).json()
    (entry,) = await recorded(agent, task, "registered")
    assert entry["actor"] == {"kind": "contact", "id": str(task.contact_ids[0]), "name": "Anna Berg"}
    assert entry["facts"]["user_id"] == session["user"]["id"]
    guest = await client_for.bearing(session["access_token"])
    assert (await guest.get(f"/api/v1/portal/tickets/{task.id}")).is_success
    # Sent once more there is nothing to register for any more.
    await send(resources, task)
    assert len(await mailed_tokens(resources, ANNA)) == 1


async def test_an_invite_that_stands_is_used_again_and_is_no_news(
    agent: SignedInClient, task: Task, resources: Resources
) -> None:
    await send(resources, task, [task.contact_ids[0]])
    assert await mailed_tokens(resources, DAN) == []
    await send(resources, task)
    first, second = await mailed_tokens(resources, ANNA)
    now = resources.clock.now()
    claims = [resources.signer.verify(token, {TokenPurpose.INVITE}, now) for token in (first, second)]
    assert claims[0].token_id == claims[1].token_id
    news = await recorded(agent, task, "invited")
    assert [entry["facts"]["addresses"] for entry in news] == [[ANNA], [DAN]]


async def test_an_expired_invite_is_renewed_under_another_token(
    agent: SignedInClient, task: Task, anonymous: SignedInClient, resources: Resources, clock: FrozenClock
) -> None:
    await send(resources, task)
    clock.advance(timedelta(days=15))
    await send(resources, task)
    old, new = await mailed_tokens(resources, ANNA)
    assert [(await redeem(anonymous, token)).status_code for token in (old, new)] == [410, 201]
    assert len(await recorded(agent, task, "invited")) == 2
    assert len((await agent.get(f"{INVITES}?contact_id={task.contact_ids[0]}")).json()["items"]) == 1


async def test_a_mail_that_is_tried_again_carries_the_same_link_until_it_is_over(
    agent: SignedInClient, task: Task, resources: Resources, clock: FrozenClock
) -> None:
    assert resources.catcher is not None
    resources.catcher.refuse(ANNA)
    await send(resources, task)
    (failed,) = (await agent.get(f"/api/v1/messages?contact_id={task.contact_ids[0]}")).json()["items"]
    assert failed["state"] == "failed"
    resources.catcher.accept(ANNA)
    for days, count in ((1, 1), (1, 2), (20, 2)):
        clock.advance(timedelta(days=days))
        async with resources.engine.begin() as connection:
            await connection.exec_driver_sql("UPDATE messages SET state = 'failed', sent_at = NULL")
        assert (await agent.post(f"/api/v1/messages/{failed['id']}/retry")).is_success
        assert len(await mailed_tokens(resources, ANNA)) == count
    assert len(set(await mailed_tokens(resources, ANNA))) == 1


async def test_other_tickets_bring_no_way_to_register(agent: SignedInClient, resources: Resources) -> None:
    ticket = await create_ticket(agent, send="now")
    await create_invite(agent, contact_id=ticket["recipients"][0]["contact_id"])
    await send_due_messages(resources)
    assert resources.catcher is not None
    mails = resources.catcher.to(ticket["recipients"][0]["email"])
    assert sorted(len(tokens_in(mail)) for mail in mails) == [0, 1]
