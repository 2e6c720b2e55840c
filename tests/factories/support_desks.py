"""A support desk at work: who opens, who works, who checks, and tickets in any status, all over HTTP."""

from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy import update
from tests.application import ClientFor, SignedInClient
from tests.factories.support_tickets import Client, create_client, create_support_ticket
from tests.factories.tickets import read_ticket, step
from tests.factories.users import create_team

from ticketdesk.bootstrap import Resources
from ticketdesk.models.tickets import tickets


@dataclass(frozen=True)
class Desk:
    """Cara opens tickets for Anna and checks them, Will works them, Mona is in the management team, Lea leads Will."""

    resources: Resources
    creator: SignedInClient
    worker: SignedInClient
    manager: SignedInClient
    lead: SignedInClient
    contact: SignedInClient
    client: Client

    async def open(self, status: str = "new", **fields: Any) -> dict[str, Any]:
        """Have Cara open a ticket that is Will's, take it into ``status`` and return it."""
        ticket = await create_support_ticket(self.creator, self.client, **fields)
        await self.give(ticket["id"], self.worker)
        for action in _WAYS[status]:
            await self.act(ticket["id"], action)
        found = await read_ticket(self.creator, ticket["id"])
        assert found["status"] == status
        return found

    async def give(self, ticket_id: str, user: SignedInClient | None) -> None:
        """Make somebody the assignee, as if assignment had."""
        async with self.resources.engine.begin() as connection:
            given = update(tickets).where(tickets.c.id == ticket_id)
            await connection.execute(given.values(assignee_id=user.person_id if user else None))

    async def act(self, ticket_id: str, action: str) -> None:
        """Take a step as whoever it is for."""
        answer = await self.attempt(self.worker if action in {"start", "complete"} else self.creator, ticket_id, action)
        assert answer.is_success, answer.text

    async def attempt(self, staff: SignedInClient, ticket_id: str, action: str) -> httpx.Response:
        """Let staff try a step, with a reason; a comment is the contact's."""
        if action == "comment":
            return await self.say(self.contact, ticket_id)
        if action == "reply":
            return await self.say(staff, ticket_id)
        return await step(staff, ticket_id, action, reason="Because")

    async def say(self, who: SignedInClient, ticket_id: str, body: str = "Words") -> httpx.Response:
        """Write public words."""
        side = "portal/" if who is self.contact else ""
        return await who.post(f"/api/v1/{side}tickets/{ticket_id}/comments", json={"body": body})


_WAYS = {
    "new": (),
    "open": ("start",),
    "comment_added": ("comment",),
    "pending_verification": ("start", "complete"),
    "closed": ("start", "complete", "close"),
}


async def open_desk(resources: Resources, client_for: ClientFor, **category: Any) -> Desk:
    """Return a desk whose category asks for a check unless told otherwise."""
    client = await create_client(resources, **({"requires_check": True} | category))
    worker, lead = await client_for("agent", name="Will"), await client_for("lead", name="Lea")
    manager, admin = await client_for("agent", name="Mona"), await client_for("admin")
    await create_team(resources, "Production", worker.person_id, lead.person_id)
    management = await create_team(resources, "Management", manager.person_id)
    setting = {"management_team_id": str(management)}
    assert (await admin.patch("/api/v1/settings/checks", json=setting)).is_success
    creator, contact = await client_for("agent", name="Cara"), await client_for.portal(client.contact_id)
    return Desk(resources, creator, worker, manager, lead, contact, client)
