"""Corrective tickets, made through the API and brought into any status by the steps that lead there."""

from typing import Any
from uuid import UUID

import httpx
from tests.application import ClientFor, SignedInClient

RECIPIENT = {"name": "Anna Berg", "email": "anna.berg@brightpath.example"}


async def create_ticket(staff: httpx.AsyncClient, **fields: Any) -> dict[str, Any]:
    """Create a ticket, held unless ``send`` says otherwise, and return it."""
    body = {"kind": "corrective", "title": "Correct the yield claim", "recipient": RECIPIENT, **fields}
    answer = await staff.post("/api/v1/tickets", json=body)
    assert answer.status_code == 201, answer.text
    ticket: dict[str, Any] = answer.json()
    return ticket


async def read_ticket(staff: httpx.AsyncClient, ticket_id: str) -> dict[str, Any]:
    """Return the ticket as staff see it now."""
    answer = await staff.get(f"/api/v1/tickets/{ticket_id}")
    assert answer.status_code == 200, answer.text
    ticket: dict[str, Any] = answer.json()
    return ticket


async def read_activity(staff: httpx.AsyncClient, ticket_id: str | UUID) -> list[dict[str, Any]]:
    """Return the record of a ticket, oldest entry first."""
    answer = await staff.get(f"/api/v1/tickets/{ticket_id}/activity")
    assert answer.status_code == 200, answer.text
    entries: list[dict[str, Any]] = answer.json()["items"]
    return entries


async def step(client: httpx.AsyncClient, ticket_id: str, action: str, **fields: Any) -> httpx.Response:
    """Ask staff's API for a step."""
    return await client.post(f"/api/v1/tickets/{ticket_id}/transitions", json={"action": action, **fields})


async def portal_step(client: httpx.AsyncClient, ticket_id: str, action: str, **fields: Any) -> httpx.Response:
    """Ask the portal for a step."""
    return await client.post(f"/api/v1/portal/tickets/{ticket_id}/transitions", json={"action": action, **fields})


async def recipient_of(client_for: ClientFor, ticket: dict[str, Any]) -> SignedInClient:
    """Return a client in the portal session of the ticket's recipient."""
    return await client_for.portal(UUID(ticket["recipients"][0]["contact_id"]))


async def ticket_in(status: str, staff: httpx.AsyncClient, client_for: ClientFor) -> dict[str, Any]:
    """Create a ticket and take it into ``status``."""
    ticket = await create_ticket(staff, send="later" if status == "send_later" else "now")
    recipient = await recipient_of(client_for, ticket)
    comment = {"body": "Which sentence do you mean?"}
    if status == "comment_added":
        assert (await recipient.post(f"/api/v1/portal/tickets/{ticket['id']}/comments", json=comment)).is_success
    if status == "pending_verification":
        assert (await portal_step(recipient, ticket["id"], "complete")).is_success
    if status == "closed":
        assert (await step(staff, ticket["id"], "close", reason="No longer needed")).is_success
    found = await read_ticket(staff, ticket["id"])
    assert found["status"] == status
    return found
