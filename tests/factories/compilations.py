"""Compilations as rows, of questions that are there already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from ticketdesk.bootstrap import Resources
from ticketdesk.models.compilations import compilations, questionnaire_items, questionnaires
from ticketdesk.repositories.base import new_id


@dataclass(frozen=True, slots=True)
class MadeCompilation:
    """A compilation by its ids; ``items`` are by questionnaire, in order."""

    id: UUID
    questionnaires: list[UUID]
    items: list[list[UUID]]


async def create_compilation(
    resources: Resources,
    created_by_id: UUID,
    asked: Mapping[str, Sequence[UUID]] | None = None,
    name: str = "Yearly review",
    **fields: Any,
) -> MadeCompilation:
    """Write a compilation of questionnaires by name, with the questions they ask; without ``asked`` it is empty."""
    now, made = resources.clock.now(), MadeCompilation(new_id(), [], [])
    row = {"id": made.id, "name": name, "created_by_id": created_by_id, "created_at": now, "updated_at": now}
    async with resources.engine.begin() as connection:
        await connection.execute(insert(compilations).values(row | fields))
        for place, (title, question_ids) in enumerate((asked or {}).items(), 1):
            questionnaire_id, item_ids = new_id(), [new_id() for _ in question_ids]
            own = {"id": questionnaire_id, "compilation_id": made.id, "name": title, "position": place}
            await connection.execute(insert(questionnaires).values(own))
            items = [
                {"id": item_id, "questionnaire_id": questionnaire_id, "question_id": question_id, "position": at}
                for at, (item_id, question_id) in enumerate(zip(item_ids, question_ids, strict=True), 1)
            ]
            if items:
                await connection.execute(insert(questionnaire_items).values(items))
            made.questionnaires.append(questionnaire_id)
            made.items.append(item_ids)
    return made
