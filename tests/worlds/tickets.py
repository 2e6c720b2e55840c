"""Tickets in every state that matters to who may see them, and the mail about them, sent for real."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import insert
from tests.application import FrozenClock, SignedInClient
from tests.contracts.permission_objects import READERS, RECIPIENTS, Who
from tests.factories.dispatches import deliver, dispatch
from tests.factories.tickets import create_ticket, portal_step, step
from tests.worlds.attachments import add_attachments, attach_before_deletion
from tests.worlds.people import KNOWN_TO_OTHER, UNREACHABLE
from tests.worlds.world import OTHER, OTHER_RECIPIENT, OWN, Path, World

from ticketdesk.domain.permissions import Permission
from ticketdesk.jobs.reminders import queue_due_reminders
from ticketdesk.models.tickets import ticket_recipients
from ticketdesk.repositories.base import new_id

KNOWN_TO_RECIPIENT = READERS | RECIPIENTS
SCOPE = Permission.TICKETS_READ
# When the reminder of what was sent on the clock's first Monday is due: a week later, at nine in Chicago.
REMINDED_AT = datetime(2026, 3, 9, 14, 0, tzinfo=UTC)


async def add_tickets(world: World, clock: FrozenClock) -> None:
    """Let happen to tickets and mails what a desk can do, up to the reminders of the first week."""
    recipient = await world.client_for.portal(world.people[Who.RECIPIENT])
    own = await _add_own(world, recipient)
    world.paths["ticket"] = {
        OWN: own,
        OTHER: await _add_someone_elses(world),
        "held": await _add_held(world),
        "archived": await _add_archived(world, recipient),
        "missing": {"ticket_id": str(new_id()), "action_id": str(new_id())},
    }
    await _add_mail(world)
    await add_attachments(world)
    clock.set(REMINDED_AT)
    await queue_due_reminders(world.resources)
    await deliver(world.resources)
    _name_alike(world)


async def _add(world: World, staff: httpx.AsyncClient, reader: str, **fields: Any) -> Path:
    """Create a ticket and return what names it and the line that it asks for."""
    asked = {"requested_actions": [{"text": "Add your NMLS id."}], **fields}
    ticket = await create_ticket(staff, recipient=world.recipients[reader], **asked)
    return {"ticket_id": ticket["id"], "action_id": ticket["requested_actions"][0]["id"]}


async def _say(client: httpx.AsyncClient, ticket: Path, body: str, **fields: str) -> None:
    side = "" if "visibility" in fields else "portal/"
    answer = await client.post(f"/api/v1/{side}tickets/{ticket['ticket_id']}/comments", json={"body": body, **fields})
    assert answer.status_code == 201, answer.text


async def _add_own(world: World, recipient: SignedInClient) -> Path:
    """Add a ticket of each staff user, and return the agent's, of which much was said; it has a second recipient."""
    references: dict[str, Any] = {
        "monitored_item_id": world.paths["monitored item"]["existing"]["item_id"],
        "violation_category_ids": [world.paths["violation category"]["existing"]["category_id"]],
    }
    for who, staff in world.staff.items():
        title = world.plant("title of an own ticket", KNOWN_TO_RECIPIENT | {OTHER_RECIPIENT})
        world.own["ticket", who] = await _add(world, staff, Who.RECIPIENT, send="now", title=title, **references)
    own, agent = world.own["ticket", Who.AGENT], world.staff[Who.AGENT]
    await _add_recipient(world, own, OTHER_RECIPIENT)
    await _add_recipient(world, own, Who.GUEST, position=2)
    await _say(recipient, own, world.plant("own comment", KNOWN_TO_RECIPIENT | {OTHER_RECIPIENT}, SCOPE))
    await _say(agent, own, world.plant("reply", KNOWN_TO_RECIPIENT | {OTHER_RECIPIENT}), visibility="public")
    await _say(agent, own, world.plant("internal comment", READERS, SCOPE), visibility="internal")
    return own


async def _add_recipient(world: World, ticket: Path, reader: str, position: int = 1) -> None:
    address = world.recipients[reader]["email"]
    row: dict[str, object] = {"ticket_id": UUID(ticket["ticket_id"]), "contact_id": world.contacts[reader]}
    row |= {"address": address, "address_key": address.casefold(), "position": position}
    async with world.resources.engine.begin() as connection:
        await connection.execute(insert(ticket_recipients).values(row))


async def _add_someone_elses(world: World) -> Path:
    title = world.plant("title of someone else's ticket", KNOWN_TO_OTHER, SCOPE)
    return await _add(world, world.colleague, OTHER_RECIPIENT, title=title, send="now")


async def _add_held(world: World) -> Path:
    asked = [{"text": world.plant("line of a held ticket", READERS, SCOPE)}]
    words = {name: world.plant(f"{name} of a held ticket", READERS, SCOPE) for name in ("title", "description")}
    held = await _add(world, world.colleague, Who.RECIPIENT, requested_actions=asked, **words)
    await _add_recipient(world, held, Who.GUEST)
    return held


async def _add_archived(world: World, recipient: SignedInClient) -> Path:
    """Add a ticket that went through every step there is."""
    staff = world.staff[Who.LEAD]
    ticket = await _add(world, staff, Who.RECIPIENT, title="Went through everything", send="now")
    await _add_recipient(world, ticket, Who.GUEST)
    evidence = world.plant("evidence", READERS, SCOPE)
    reason = world.plant("reason", KNOWN_TO_RECIPIENT)
    for client, action, fields in (
        (recipient, "complete", {}),
        (staff, "return", {"reason": reason}),
        (recipient, "complete", {}),
        (staff, "close", {"evidence": evidence}),
        (staff, "reopen", {"reason": reason}),
        (staff, "close", {"reason": reason}),
    ):
        take = portal_step if client is recipient else step
        answer = await take(client, ticket["ticket_id"], action, **fields)
        assert answer.is_success, answer.text
    assert (await staff.put(f"/api/v1/tickets/{ticket['ticket_id']}/archive")).is_success
    return ticket


async def _delete(world: World, ticket: Path) -> None:
    assert (await world.staff[Who.LEAD].delete(f"/api/v1/tickets/{ticket['ticket_id']}")).status_code == 204


async def _add_mail(world: World) -> None:
    """Add messages and dispatches; tickets of two of them are deleted before the mail goes out."""
    staff = world.staff[Who.AGENT]
    title = world.plant("title of a deleted ticket", frozenset())
    kept, gone, alone, waiting = [
        await _add(world, staff, reader, title=words)
        for reader, words in (
            (Who.RECIPIENT, "Sent with another"),
            (Who.RECIPIENT, title),
            (OTHER_RECIPIENT, title),
            (Who.RECIPIENT, world.plant("title of a scheduled ticket", READERS, SCOPE)),
        )
    ]
    done = await dispatch(staff, ticket_ids=[ticket["ticket_id"] for ticket in (kept, gone, alone)])
    tomorrow = world.resources.clock.now() + timedelta(days=30)
    scheduled = await dispatch(staff, ticket_ids=[waiting["ticket_id"]], scheduled_for=tomorrow.isoformat())
    lost = next(m for m in done["messages"] if m["ticket_ids"] == [alone["ticket_id"]])
    world.paths["attachment"] = {"of a deleted ticket": await attach_before_deletion(world, staff, gone)}
    await _add_recipient(world, gone, Who.GUEST)
    await _delete(world, gone)
    await _delete(world, alone)
    assert world.resources.catcher is not None
    world.resources.catcher.refuse(world.recipients[UNREACHABLE]["email"])
    refused = await _add(world, staff, UNREACHABLE, send="now")
    await deliver(world.resources)
    world.paths["ticket"]["deleted"] = gone
    world.paths["dispatch"] = {
        "scheduled": {"dispatch_id": scheduled["id"]},
        "done": {"dispatch_id": done["id"]},
        "missing": {"dispatch_id": str(new_id())},
    }
    world.paths["message"] = {
        "delivered": await _first_message(staff, world.paths["ticket"][OTHER]),
        "failed": await _first_message(staff, refused),
        "about a deleted ticket": {"message_id": lost["message_id"]},
        "missing": {"message_id": str(new_id())},
    }


async def _first_message(staff: httpx.AsyncClient, ticket: Path) -> Path:
    page = (await staff.get(f"/api/v1/tickets/{ticket['ticket_id']}/messages")).json()
    return {"message_id": page["items"][0]["id"]}


def _name_alike(world: World) -> None:
    """Let the portal and the lines of tickets speak of the same tickets."""
    tickets = world.paths["ticket"]
    crossed = {"of another ticket": {**tickets[OWN], "action_id": tickets[OTHER]["action_id"]}}
    world.paths |= {"portal ticket": tickets, "requested action": tickets | crossed, "portal action": tickets | crossed}
    for who in world.staff:
        world.own["requested action", who] = world.own["ticket", who]
