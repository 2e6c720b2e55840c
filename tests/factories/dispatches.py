"""Dispatches over HTTP, and the mail that comes of them."""

from typing import Any

import httpx
from tests.factories.tickets import create_ticket

from ticketdesk.bootstrap import Resources
from ticketdesk.jobs.deliveries import send_due_messages

ANNA = {"name": "Anna Berg", "email": "anna.berg@brightpath.example"}
BEN = {"name": "Ben Ode", "email": "ben.ode@brightpath.example"}


async def hold(staff: httpx.AsyncClient, count: int = 1, recipient: dict[str, str] = ANNA, **fields: Any) -> list[str]:
    """Create held tickets for one person and return their ids, oldest first."""
    titles = [f"Held for {recipient['name']} {number}" for number in range(1, count + 1)]
    return [(await create_ticket(staff, recipient=recipient, **{"title": title, **fields}))["id"] for title in titles]


async def dispatch(staff: httpx.AsyncClient, **body: Any) -> dict[str, Any]:
    """Ask for a dispatch and return it."""
    answer = await staff.post("/api/v1/dispatches", json=body)
    assert answer.status_code == 202, answer.text
    made: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"/api/v1/dispatches/{made['id']}"
    return made


async def read_dispatch(staff: httpx.AsyncClient, dispatch_id: str) -> dict[str, Any]:
    """Return the dispatch as it is now."""
    answer = await staff.get(f"/api/v1/dispatches/{dispatch_id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def outcomes(made: dict[str, Any]) -> dict[str, tuple[str, str | None]]:
    """Return outcome and reason by ticket."""
    return {ticket["ticket_id"]: (ticket["outcome"], ticket["reason"]) for ticket in made["tickets"]}


async def deliver(resources: Resources) -> list[str]:
    """Let the mail worker send what is due, and return the addresses that got something, in order."""
    assert resources.catcher is not None
    before = resources.catcher.received
    await send_due_messages(resources)
    return [mail.envelope_to[0] for mail in resources.catcher.mails if mail.id > before]
