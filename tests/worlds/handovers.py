"""Tickets that are offered to colleagues: to everybody of the staff, and by everybody."""

from uuid import UUID

import httpx
from tests.contracts.permission_objects import READERS, Who
from tests.factories.tickets import create_ticket
from tests.worlds.world import OWN, Path, World

from ticketdesk.domain.permissions import Permission
from ticketdesk.repositories.base import new_id


async def add_handovers(world: World) -> None:
    """Let each of the staff have a ticket to offer, an offer to answer, and one to take back."""
    world.paths["ticket in hand"] = {name: world.paths["ticket"][name] for name in (OWN, "deleted", "missing")}
    for who, staff in world.staff.items():
        world.own["ticket in hand", who] = world.own["ticket", who]
        world.own["handover", who] = await _offer(world, world.colleague, world.people[who])
        world.own["own handover", who] = await _offer(world, staff, world.colleague.person_id)
    for kind in ("handover", "own handover"):
        world.paths[kind] = {OWN: world.own[kind, Who.AGENT], "missing": {"handover_id": str(new_id())}}
    await _add_deleted(world)


async def _add_deleted(world: World) -> None:
    ticket = await _ticket(world, world.colleague)
    offer = await _offer_of(world.colleague, ticket["id"], world.people[Who.AGENT], "About to be deleted.")
    assert (await world.staff[Who.LEAD].delete(f"/api/v1/tickets/{ticket['id']}")).status_code == 204
    world.paths["handover"]["about a deleted ticket"] = offer


async def _ticket(world: World, staff: httpx.AsyncClient) -> dict[str, str]:
    return await create_ticket(staff, recipient=world.recipients[Who.RECIPIENT], title="To hand over")


async def _offer(world: World, staff: httpx.AsyncClient, user_id: UUID) -> Path:
    # Whoever looks for what was planted reads the agent's own.
    is_read = user_id == world.people[Who.AGENT]
    note = world.plant("note of a hand-over", READERS, Permission.TICKETS_READ) if is_read else "You know them."
    return await _offer_of(staff, (await _ticket(world, staff))["id"], user_id, note)


async def _offer_of(staff: httpx.AsyncClient, ticket_id: str, user_id: UUID, note: str) -> Path:
    body = {"user_id": str(user_id), "note": note}
    answer = await staff.post(f"/api/v1/tickets/{ticket_id}/handovers", json=body)
    assert answer.status_code == 201, answer.text
    return {"handover_id": answer.json()["id"]}
