"""Tasks with questions for the recipient and for somebody else, answered in part."""

from tests.contracts.permissions import Who
from tests.factories.contacts import create_contact
from tests.factories.tasks import create_task
from tests.worlds.world import OTHER, OWN, World

from ticketdesk.repositories.base import new_id


async def add_answers(world: World) -> None:
    """Ask the recipient one part of a task and another contact all of it, and the other contact alone another task."""
    creator, recipient = world.people[Who.AGENT], world.people[Who.RECIPIENT]
    other = await create_contact(world.resources, "Otto Other")
    own = await create_task(world.resources, creator, {recipient: [0], other: None})
    others = await create_task(world.resources, creator, {other: None})
    world.paths["portal task"] = {
        OWN: {"ticket_id": str(own.id)},
        OTHER: {"ticket_id": str(others.id)},
        "missing": {"ticket_id": str(new_id())},
    }
    world.paths["task question"] = {
        OWN: {"ticket_id": str(own.id), "question_id": str(own.questions[0].id)},
        "of another ticket": {"ticket_id": str(own.id), "question_id": str(others.questions[0].id)},
        "missing": {"ticket_id": str(own.id), "question_id": str(new_id())},
    }
    world.paths["ticket to accept"] = world.paths["ticket"]
    for who in world.staff:
        world.own["ticket to accept", who] = world.own["ticket", who]
    answer = {"question_id": str(own.questions[0].id), "value": "Payroll"}
    world.bodies["save_portal_answers"] = {"answers": [answer]}
