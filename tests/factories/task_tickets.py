"""Task tickets made through the API, and the compilation that they ask."""

from typing import Any
from uuid import UUID

import httpx
from tests.factories.compilations import MadeCompilation, create_compilation
from tests.factories.documents import create_document

from ticketdesk.bootstrap import Resources


async def create_review(resources: Resources, created_by_id: UUID, name: str = "Yearly review") -> MadeCompilation:
    """Write a compilation of two questionnaires, one with two questions and one with one."""
    source = (await create_document(resources, created_by_id=created_by_id)).questions
    asked = {"Purposes": [source["purpose"], source["basis"]], "Recipients": [source["recipients"]]}
    return await create_compilation(resources, created_by_id, asked, name=name)


async def post_task(staff: httpx.AsyncClient, compilation: MadeCompilation | None, **fields: Any) -> httpx.Response:
    """Ask for a task, a draft unless ``send`` says otherwise, and return the answer."""
    body: dict[str, Any] = {"kind": "task", "title": "Yearly review of the records"}
    body["compilation_ids"] = [str(compilation.id)] if compilation else []
    return await staff.post("/api/v1/tickets", json=body | fields)


async def create_task_ticket(
    staff: httpx.AsyncClient, compilation: MadeCompilation | None, **fields: Any
) -> dict[str, Any]:
    """Create a task and return it."""
    answer = await post_task(staff, compilation, **fields)
    assert answer.status_code == 201, answer.text
    ticket: dict[str, Any] = answer.json()
    return ticket
