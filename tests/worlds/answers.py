"""Tasks with questions for the recipient and for somebody else, some of them delegated."""

from uuid import UUID

from tests.contracts.permission_objects import Who
from tests.factories.contacts import create_contact
from tests.factories.dispatches import deliver
from tests.factories.tasks import Task, create_task
from tests.worlds.parts import KINDS, add_colleague, copied, use_part
from tests.worlds.people import UNREACHABLE
from tests.worlds.world import OTHER, OTHER_RECIPIENT, OWN, World

from ticketdesk.repositories.base import new_id


async def add_answers(world: World) -> None:
    """Ask the recipients a part of one task, and others all of that and of another one; people of a task know names."""
    creator, recipient, guest = world.people[Who.AGENT], world.people[Who.RECIPIENT], world.contacts[Who.GUEST]
    dora, other = world.contacts[UNREACHABLE], world.contacts[OTHER_RECIPIENT]
    third = await create_contact(world.resources, "Theo Third")
    vera = await add_colleague(world)
    parts = {recipient: [0], guest: [0], dora: None, vera: None}
    own = await create_task(world.resources, creator, parts, KINDS, copied=copied(world))
    others = await create_task(world.resources, creator, {third: None, other: []})
    guests = await create_task(world.resources, creator, {guest: [0], dora: None})
    world.own["portal delegation", Who.GUEST] = await _delegate(world, guests, guest, dora)
    paths = {
        OWN: await _delegate(world, own, recipient, dora),
        OTHER: await _delegate(world, others, third, other),
        "missing": {"ticket_id": str(new_id()), "delegation_id": str(new_id())},
    }
    crossed = {"of another ticket": paths[OWN] | {"ticket_id": str(others.id)}}
    between_others = {"between others": await use_part(world, own, vera, dora)}
    world.paths |= {
        "portal task": paths,
        "task with answers": paths | {"deleted": world.paths["ticket"]["deleted"]},
        "portal ticket": world.paths["portal ticket"] | {"a task": paths[OWN]},
        "portal delegation": paths | crossed | between_others,
        "delegation": paths | crossed,
    }
    _name_questions(world, own, others)
    asked = str(own.questions[0].id)
    world.bodies["save_portal_answers"] = {"answers": [{"question_id": asked, "value": "Payroll"}]}
    world.bodies["create_portal_delegations"] = {"question_ids": [asked], "contact_id": str(dora)}
    await deliver(world.resources)


def _name_questions(world: World, own: Task, others: Task) -> None:
    world.paths["task question"] = {
        OWN: {"ticket_id": str(own.id), "question_id": str(own.questions[0].id)},
        "of another ticket": {"ticket_id": str(own.id), "question_id": str(others.questions[0].id)},
        "missing": {"ticket_id": str(own.id), "question_id": str(new_id())},
    }
    world.paths["ticket to accept"] = world.paths["ticket"]
    for who in world.staff:
        world.own["ticket to accept", who] = world.own["ticket", who]


async def _delegate(world: World, task: Task, giver: UUID, to: UUID) -> dict[str, str]:
    """Delegate the second question of a task and return what names the delegation."""
    client = await world.client_for.portal(giver)
    given = {"question_ids": [str(task.questions[1].id)], "contact_id": str(to)}
    answer = await client.post(f"/api/v1/portal/tickets/{task.id}/delegations", json=given)
    assert answer.status_code == 201, answer.text
    return {"ticket_id": str(task.id), "delegation_id": answer.json()["delegations"][0]["id"]}
