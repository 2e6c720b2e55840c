"""Saved views, shared and not."""

from typing import Any

from tests.application import SignedInClient
from tests.contracts.permission_objects import READERS, Who
from tests.worlds.world import OTHER, OWN, Path, World

from ticketdesk.domain.permissions import Permission
from ticketdesk.repositories.base import new_id

READ = Permission.TICKETS_READ


async def add_views(world: World) -> None:
    """Let each of the staff save a view, and a colleague one for all and one for nobody else."""
    for who, staff in world.staff.items():
        name = world.plant(f"name of a view: {who}", frozenset({who}), READ)
        world.own["saved view", who] = world.own["saved view to change", who] = await _add(staff, name=name)
    # The auditor is shown one that is not theirs.
    not_theirs = {OWN: world.own["saved view", Who.LEAD], "missing": {"view_id": str(new_id())}}
    hidden = await _add(world.colleague, name=world.plant("name of somebody's own view", frozenset()))
    shared = await _add(world.colleague, name=world.plant("name of a shared view", READERS, READ), is_shared=True)
    world.paths["saved view to change"] = not_theirs | {OTHER: hidden}
    world.paths["saved view"] = not_theirs | {OTHER: hidden, "shared by someone else": shared}


async def _add(staff: SignedInClient, **fields: Any) -> Path:
    answer = await staff.post("/api/v1/saved-views", json={"filters": {"assignee_id": ["me"]}, **fields})
    assert answer.status_code == 201, answer.text
    return {"view_id": answer.json()["id"]}
