"""Tasks whose recipients come and go."""

from tests.contracts.permission_objects import READERS, Who
from tests.factories.contacts import create_contact
from tests.factories.tasks import Task, create_task
from tests.worlds.world import Path, World

from ticketdesk.repositories.base import new_id


async def add_tasks(world: World) -> None:
    """Add a task for the recipient and somebody else, from which a third was taken off, and one that is deleted."""
    creator, recipient, stranger = (world.people[who] for who in (Who.AGENT, Who.RECIPIENT, Who.STRANGER))
    other = await create_contact(world.resources, "Tess Third")
    title = world.plant("title of a task that somebody was taken off", READERS | {Who.RECIPIENT})
    kept = await create_task(world.resources, creator, {recipient: None, other: None, stranger: [0]}, title=title)
    answer = await world.staff[Who.LEAD].delete(f"/api/v1/tickets/{kept.id}/recipients/{stranger}")
    assert answer.is_success, answer.text
    gone = await create_task(world.resources, creator, {recipient: None})
    assert (await world.staff[Who.LEAD].delete(f"/api/v1/tickets/{gone.id}")).is_success
    world.paths["task"] = {"sent": _first(kept), "deleted": _first(gone), "missing": {"ticket_id": str(new_id())}}
    world.paths["task recipient"] = {
        "of a task": _first(kept),
        "of a deleted task": _first(gone),
        "missing": _first(kept) | {"contact_id": str(new_id())},
    }
    world.paths["task compilation"] = {
        "of a task": _asked(kept),
        "of a deleted task": _asked(gone),
        "missing": _asked(kept) | {"compilation_id": str(new_id())},
    }


def _asked(task: Task) -> Path:
    return {"ticket_id": str(task.id), "compilation_id": str(task.compilation_id)}


def _first(task: Task) -> Path:
    return {"ticket_id": str(task.id), "contact_id": str(task.contact_ids[0])}
