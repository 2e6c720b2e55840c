"""Calls with a client, one of them gone through to its last ticket."""

from typing import Any

import httpx
from tests.contracts.permission_objects import READERS, Who
from tests.worlds.world import OTHER, World

from ticketdesk.domain.permissions import Permission
from ticketdesk.repositories.base import new_id

CALLS = "/api/v1/calls"


async def add_calls(world: World) -> None:
    """Let the agent call the one whom tickets are written to."""
    agent = world.staff[Who.AGENT]
    call = await _start(world, agent)
    words = world.plant("words of a call", READERS, Permission.TICKETS_READ)
    for ticket in call["tickets"]:
        answer = await agent.put(
            f"{CALLS}/{call['id']}/tickets/{ticket['ticket_id']}", json={"outcome": "noted", "text": words}
        )
        assert answer.is_success, answer.text
    missing = {"call_id": str(new_id()), "ticket_id": str(new_id())}
    world.paths["call"] = {"existing": {"call_id": call["id"]}, "missing": missing}
    listed, other = call["tickets"][0]["ticket_id"], world.paths["ticket"][OTHER]["ticket_id"]
    world.paths["ticket of a call"] = {
        "existing": {"call_id": call["id"], "ticket_id": listed},
        "missing": missing,
        "of another call": {"call_id": call["id"], "ticket_id": other},
    }


async def _start(world: World, agent: httpx.AsyncClient) -> dict[str, Any]:
    answer = await agent.post(CALLS, json={"contact_id": str(world.people[Who.RECIPIENT])})
    assert answer.status_code == 201, answer.text
    call: dict[str, Any] = answer.json()
    assert call["tickets"]
    return call
