"""The story of the browser tests, told on the real server: made by the desk's API, mailed, and opened by its links."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import update
from tests.application import ClientFor, SignedInClient
from tests.factories.tickets import create_ticket, read_ticket, step
from tests.factories.users import create_team
from tests.portal import portal_sites as story
from tests.portal.portal_sites import StaffView
from tests.serving import served

from ticketdesk.bootstrap import Resources
from ticketdesk.jobs.deliveries import send_due_messages
from ticketdesk.models.users import sessions

ADDRESS = "jordan.lee@brightpath.example"
PERSON = {"name": story.RECIPIENT, "email": ADDRESS}


class ServedSite:
    """A ``PortalSite`` over the application itself."""

    def __init__(self, base_url: str, staff: SignedInClient, resources: Resources) -> None:
        self.base_url = base_url
        self.link = self.other_link = ""
        self._staff = staff
        self._resources = resources
        self._first = ""

    async def tell(self) -> None:
        """Send the story's tickets and take the links out of their mails."""
        item = await self._put_item()
        category = await self._create_category()
        self._first, self.link = await self._send(
            title=story.TITLE,
            description=story.DESCRIPTION,
            requested_actions=[{"text": text, "note": note} for text, note in story.ACTIONS],
            monitored_item_id=item,
            violation_category_ids=[category],
        )
        await self._comment(self._first, story.STAFF_COMMENT)
        actions = [{"text": story.HOSTILE}]
        hostile = {"title": story.HOSTILE, "description": story.HOSTILE, "requested_actions": actions}
        second, self.other_link = await self._send(**hostile)
        await self._comment(second, story.HOSTILE)
        closed, _ = await self._send(title=story.CLOSED_TITLE)
        await step(self._staff, closed, "close", reason="Corrected by phone", resolution="completed")

    async def staff_view(self) -> StaffView:
        """Return what the desk sees of the first ticket now."""
        ticket = await read_ticket(self._staff, self._first)
        comments = (await self._staff.get(f"/api/v1/tickets/{self._first}/comments")).json()["items"]
        return StaffView(
            ticket["status"],
            [action["is_done"] for action in ticket["requested_actions"]],
            [comment["body"] for comment in comments if comment["author"]["side"] == "recipient"],
        )

    async def send_tickets(self, count: int) -> None:
        """Send this many further tickets to the recipient."""
        for number in range(count):
            await create_ticket(self._staff, title=f"Further ticket {number}", recipient=PERSON, send="now")

    async def end_sessions(self) -> None:
        """Revoke every portal session, but no link."""
        async with self._resources.engine.begin() as connection:
            ended = update(sessions).where(sessions.c.contact_id.is_not(None))
            await connection.execute(ended.values(revoked_at=self._resources.clock.now()))

    async def _send(self, **fields: Any) -> tuple[str, str]:
        """Send a ticket and return its id and the link in its mail."""
        ticket = await create_ticket(self._staff, recipient=PERSON, send="now", **fields)
        await send_due_messages(self._resources)
        assert self._resources.catcher is not None
        (link,) = (link for link in self._resources.catcher.to(ADDRESS)[-1].links if "#/t/" in link)
        return ticket["id"], f"{self.base_url}/portal/#{link.split('#')[1]}"

    async def _comment(self, ticket_id: str, body: str) -> None:
        assert (await self._staff.post(f"/api/v1/tickets/{ticket_id}/comments", json={"body": body})).is_success

    async def _put_item(self) -> str:
        answer = await self._staff.put(
            "/api/v1/monitored-items",
            json={
                "source": "monitor",
                "external_id": "post-1",
                "kind": "post",
                "platform": story.PLATFORM,
                "url": story.ITEM_URL,
                "captured_text": story.CAPTURED_TEXT,
                "captured_at": "2026-02-27T10:00:00Z",
                "alerts": [],
            },
        )
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def _create_category(self) -> str:
        name, regulation = story.CATEGORY
        answer = await self._staff.post("/api/v1/violation-categories", json={"name": name, "regulation": regulation})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])


@pytest.fixture
async def portal_site(app: FastAPI, resources: Resources, client_for: ClientFor) -> AsyncIterator[ServedSite]:
    """The story on a running server."""
    staff = await client_for("lead", name=story.SENDER)
    await create_team(resources, story.TEAM, staff.person_id)
    async with served(app) as base_url:
        site = ServedSite(base_url, staff, resources)
        await site.tell()
        yield site
