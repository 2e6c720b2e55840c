"""Documents of the desk, which all of its people read and nobody else does."""

from tests.contracts.permission_objects import READERS
from tests.factories.documents import create_document
from tests.worlds.world import World, existing

from ticketdesk.domain.permissions import Permission

READ = Permission.DOCUMENTS_READ


async def add_documents(world: World) -> None:
    """Write one document full of canaries, and another one to mistake it for."""
    words = {
        name: world.plant(f"{name} of a question", READERS, READ) for name in ("text", "guidance", "answer", "unit")
    }
    asked = {"kind": "number", **words, "answered_by": "Dora", "answer_version": 1}
    title = world.plant("title of a section", READERS, READ)
    made = await create_document(
        world.resources,
        title=world.plant("title of a document", READERS, READ),
        description=world.plant("description of a document", READERS, READ),
        sections=[(title, {"secret": asked})],
    )
    other = await create_document(world.resources)
    document = {"document_id": str(made.id)}
    section, question = {"section_id": str(made.sections[0])}, {"question_id": str(made.questions["secret"])}
    world.paths["document"] = existing("document_id", made.id)
    noted = {"note": world.plant("note of a kept version", READERS, READ)}
    kept = await world.colleague.post(f"/api/v1/documents/{made.id}/versions", json=noted)
    assert kept.status_code == 201, kept.text
    world.paths["document version"] = {
        "existing": document | {"number": "1"},
        "missing": document | {"number": "2"},
    }
    for kind, of_this, parameter, strange in (
        ("document section", section, "section_id", other.sections[0]),
        ("document question", question, "question_id", other.questions["name"]),
    ):
        missing = existing(parameter, strange)["missing"]
        world.paths[kind] = {
            "existing": document | of_this,
            "missing": document | missing,
            "of another document": document | {parameter: str(strange)},
        }
