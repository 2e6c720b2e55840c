"""Compilations, one of them sent before."""

from tests.contracts.permission_objects import READERS, Who
from tests.factories.compilations import MadeCompilation, create_compilation
from tests.factories.documents import create_document
from tests.worlds.world import Path, World

from ticketdesk.domain.actors import Actor, ActorKind
from ticketdesk.repositories.base import new_id
from ticketdesk.services import compilations


async def add_compilations(world: World) -> None:
    """Add a compilation of two questionnaires, whose first revision is kept, and another one."""
    agent = world.people[Who.AGENT]
    words = world.plant("words of a question", READERS)
    asked = {"first": {"text": words}, "second": {"text": "And then?"}, "spare": {"text": "Else?"}}
    document = await create_document(world.resources, sections=[("Only", asked)])
    of = document.questions
    name = world.plant("name of a compilation", READERS)
    first = {"First": [of["first"]], "Second": [of["second"]]}
    made = await create_compilation(world.resources, agent, first, name=name)
    other = await create_compilation(world.resources, agent, {"Other": [of["second"]]})
    async with world.resources.unit_of_work() as uow:
        await compilations.freeze(uow, Actor(ActorKind.USER, agent, "Agent"), made.id)
    existing, missing = _path(made), {name: str(new_id()) for name in _path(made)}
    elsewhere = _path(other)
    world.paths["compilation"] = {"existing": existing, "missing": missing}
    world.paths["compilation revision"] = {
        "existing": existing | {"number": "1"},
        "missing": missing | {"number": "1"},
        "not sent": existing | {"number": "2"},
    }
    moved = {"questionnaire_id": elsewhere["questionnaire_id"], "item_id": elsewhere["item_id"]}
    world.paths["questionnaire"] = world.paths["compilation"] | {"of another compilation": existing | moved}
    second = existing | {"item_id": str(made.items[1][0])}
    world.paths["questionnaire item"] = world.paths["compilation"] | {"of another questionnaire": second}
    world.bodies["create_questionnaire_items"] = {"question_id": str(of["spare"])}
    world.bodies["replace_questionnaire_order"] = {"item_ids": [existing["item_id"]]}


def _path(made: MadeCompilation) -> Path:
    return {
        "compilation_id": str(made.id),
        "questionnaire_id": str(made.questionnaires[0]),
        "item_id": str(made.items[0][0]),
    }
