"""The part of a task that some recipients do not have: what is asked, answered, given away and attached there."""

from typing import Any
from uuid import UUID

from tests.contracts.permission_objects import READERS, RECIPIENTS
from tests.factories.attachments import PORTAL, attach
from tests.factories.contacts import create_contact
from tests.factories.tasks import Task
from tests.worlds.world import Path, World

from ticketdesk.domain.permissions import Permission

SCOPE = Permission.TICKETS_READ
# The recipient and the guest have the first questionnaire alone.
KINDS = (("text", "yes_no"), ("text", "single_choice", "file"))
_ASKED, _ANSWERED, _GIVEN, _FILED = 0, 2, 3, 4


async def add_colleague(world: World) -> UUID:
    """Add a contact whose name others on a task may know, and whose address they may not."""
    address = f"{world.plant('address of another on a task')}@brightpath.example"
    return await create_contact(world.resources, "Vera Vance", address)


def copied(world: World) -> dict[int, dict[str, Any]]:
    """Return columns of the questions of a task by their place: words that all read, and those of the second part."""
    shared = {name: world.plant(f"{name} of a question", READERS | RECIPIENTS, SCOPE) for name in ("text", "guidance")}
    columns = ("text", "guidance", "known_answer", "section_title", "document_title")
    return {_ASKED: shared, _ANSWERED: {name: _plant(world, f"{name} of a question") for name in columns}}


async def use_part(world: World, task: Task, colleague: UUID, other: UUID) -> Path:
    """Let ``colleague`` answer, delegate to ``other`` and attach in the second part; returns the delegation."""
    client = await world.client_for.portal(colleague)
    url, questions = f"/api/v1/portal/tickets/{task.id}", [str(question.id) for question in task.questions]
    said = {"question_id": questions[_ANSWERED], "value": _plant(world, "answer"), "note": _plant(world, "note")}
    saved = await client.put(f"{url}/answers", json={"answers": [said]})
    assert saved.is_success, saved.text
    asked = {"question_ids": [questions[_GIVEN]], "contact_id": str(other), "note": _plant(world, "delegation")}
    given = await client.post(f"{url}/delegations", json=asked)
    assert given.status_code == 201, given.text
    name, content = f"{_plant(world, 'name of a file')}.txt", _plant(world, "content of a file").encode()
    file = await attach(client, str(task.id), content, name, side=PORTAL, question_id=questions[_FILED])
    world.paths["attachment"]["of a question of others"] = {"attachment_id": file["id"]}
    (delegation,) = (one for one in given.json()["delegations"] if one["question_id"] == questions[_GIVEN])
    return {"ticket_id": str(task.id), "delegation_id": delegation["id"]}


def _plant(world: World, what: str) -> str:
    return world.plant(f"{what} in a part of others", READERS, SCOPE)
