"""Documents as rows, with questions of every kind, in the versions that everything has when it is new."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection
from tests.factories.users import create_user

from ticketdesk.bootstrap import Resources
from ticketdesk.models.documents import (
    document_question_versions,
    document_questions,
    document_sections,
    documents,
)
from ticketdesk.repositories.base import new_id

OPTIONS = [{"key": "contract", "label": "Contract"}, {"key": "consent", "label": "Consent"}]
# A question of each kind by its code, spread over two sections.
SECTIONS: Sequence[tuple[str, Mapping[str, Mapping[str, Any]]]] = (
    (
        "Processing",
        {
            "name": {"kind": "text", "text": "What is the processing called?"},
            "purpose": {"kind": "long_text", "text": "What is it for?"},
            "sensitive": {"kind": "yes_no", "text": "Does it take in special categories of data?"},
            "basis": {"kind": "single_choice", "text": "On what legal basis?", "options": OPTIONS},
        },
    ),
    (
        "Storage",
        {
            "recipients": {"kind": "multiple_choice", "text": "By what are recipients bound?", "options": OPTIONS},
            "retention": {"kind": "number", "text": "For how long is it kept?", "unit": "months"},
            "reviewed": {"kind": "date", "text": "When was it reviewed last?", "is_required": False},
            "evidence": {"kind": "file", "text": "Attach the agreement.", "is_required": False},
        },
    ),
)


@dataclass(frozen=True, slots=True)
class MadeDocument:
    """The ids of a document; its questions by code, which says their kind in ``SECTIONS``."""

    id: UUID
    created_by_id: UUID
    sections: list[UUID]
    questions: dict[str, UUID]


async def create_document(
    resources: Resources,
    module: str = "vv",
    title: str = "Payroll",
    *,
    created_by_id: UUID | None = None,
    sections: Sequence[tuple[str, Mapping[str, Mapping[str, Any]]]] = SECTIONS,
    **fields: Any,
) -> MadeDocument:
    """Write a document with its sections and questions; a new user made it unless one is named."""
    maker = created_by_id or await create_user(resources)
    made = MadeDocument(new_id(), maker, [], {})
    now = resources.clock.now()
    row = {"id": made.id, "module": module, "title": title, "created_by_id": maker, "created_at": now}
    section_rows, question_rows = [], []
    for place, (name, questions) in enumerate(sections, 1):
        made.sections.append(new_id())
        section_rows.append(_section(made, made.sections[-1], code=f"S{place}", title=name, position=place))
        for position, (code, question) in enumerate(questions.items(), 1):
            asked = _question(resources, made, made.sections[-1], code=code, position=position, **question)
            made.questions[code] = asked["id"]
            question_rows.append(asked)
    async with resources.engine.begin() as connection:
        await connection.execute(insert(documents).values(row | {"updated_at": now} | fields))
        await connection.execute(insert(document_sections), section_rows)
        await _insert_questions(connection, made, question_rows)
    return made


async def add_section(resources: Resources, document: MadeDocument, title: str = "Others", **fields: Any) -> UUID:
    """Write a section and return its id."""
    section_id = new_id()
    row = _section(document, section_id, title=title, **fields)
    async with resources.engine.begin() as connection:
        await connection.execute(insert(document_sections).values(row))
    return section_id


async def _insert_questions(connection: AsyncConnection, document: MadeDocument, rows: list[dict[str, Any]]) -> None:
    firsts = [
        {
            "question_id": row["id"],
            "version": 1,
            "content": {name: row[name] for name in ("text", "guidance", "kind", "options", "unit", "is_required")},
            "changed_by_id": document.created_by_id,
            "changed_at": row["created_at"],
        }
        for row in rows
    ]
    await connection.execute(insert(document_questions), rows)
    await connection.execute(insert(document_question_versions), firsts)


def _section(document: MadeDocument, section_id: UUID, **fields: Any) -> dict[str, Any]:
    code = f"S-{section_id.hex[-8:]}"
    row = {"id": section_id, "document_id": document.id, "code": code, "description": "", "position": 1}
    return {**row, "removed_at": None, **fields}


def _question(resources: Resources, document: MadeDocument, section_id: UUID, **fields: Any) -> dict[str, Any]:
    question_id, now = new_id(), resources.clock.now()
    return {
        "id": question_id,
        "document_id": document.id,
        "section_id": section_id,
        "code": f"Q-{question_id.hex[-8:]}",
        "kind": "text",
        "text": "And what else?",
        "guidance": "",
        "options": None,
        "unit": None,
        "is_required": True,
        "position": 1,
        "version": 1,
        "answer": None,
        "answer_version": 0,
        "answered_by": None,
        "answered_at": None,
        "removed_at": None,
        "created_at": now,
        "updated_at": now,
        **fields,
    }
