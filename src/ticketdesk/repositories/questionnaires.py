"""Questionnaires of a compilation and the questions in them; the compilation is locked by whoever changes any."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Table, Uuid, any_, bindparam, delete, func, or_, select, update

from ticketdesk.domain.compilations import AskedQuestion, PickedItem
from ticketdesk.domain.documents import Module, QuestionKind
from ticketdesk.models.compilations import questionnaire_items, questionnaires
from ticketdesk.models.documents import document_questions, document_sections, documents
from ticketdesk.repositories.base import Repository, new_id
from ticketdesk.repositories.statements import Row, Statement

_q = questionnaires.c
_i = questionnaire_items.c
_d = documents.c
_s = document_sections.c
_dq = document_questions.c

_STANDING = (_q.compilation_id == bindparam("compilation_id", type_=Uuid), _q.removed_at.is_(None))
_QUESTIONNAIRES = Statement(select(_q.id, _q.name, _q.instructions).where(*_STANDING).order_by(_q.position, _q.id))
_ITEMS = Statement(
    select(
        _i.id,
        _i.questionnaire_id,
        _dq.section_id,
        _dq.code,
        or_(_dq.removed_at.is_not(None), _s.removed_at.is_not(None)).label("is_removed"),
        _d.archived_at.is_not(None).label("is_archived"),
        _i.question_id,
        _dq.version.label("question_version"),
        _d.module,
        _dq.document_id,
        _d.title.label("document_title"),
        _s.title.label("section_title"),
        _dq.text,
        _dq.guidance,
        _dq.kind,
        _dq.options,
        _dq.unit,
        _dq.is_required,
        _dq.answer_version,
        _dq.answer.label("known_answer"),
    )
    .join_from(questionnaires, questionnaire_items, _i.questionnaire_id == _q.id)
    .join(document_questions, _dq.id == _i.question_id)
    .join(document_sections, _s.id == _dq.section_id)
    .join(documents, _d.id == _dq.document_id)
    .where(*_STANDING)
    .order_by(_q.position, _q.id, _i.position, _i.id)
)
_OF_THE_ITEM = ("id", "questionnaire_id", "section_id", "code", "is_removed", "is_archived")


@dataclass(frozen=True, slots=True)
class QuestionnaireRecord:
    """A questionnaire of a compilation, without its questions."""

    id: UUID
    name: str
    instructions: str


class QuestionnaireRepository(Repository):
    """Positions count from 1 without gaps; a questionnaire that was removed keeps its row, an item does not."""

    async def standing(self, compilation_id: UUID) -> list[QuestionnaireRecord]:
        """Return the compilation's questionnaires in order."""
        rows = await self._all(_QUESTIONNAIRES, compilation_id=compilation_id)
        return [QuestionnaireRecord(**dict(row)) for row in rows]

    async def items(self, compilation_id: UUID) -> list[PickedItem]:
        """Return all that the compilation asks, by questionnaire and in order, as the documents have it now."""
        return [_item(row) for row in await self._all(_ITEMS, compilation_id=compilation_id)]

    async def add(self, compilation_id: UUID, name: str, instructions: str, position: int) -> UUID:
        """Insert a questionnaire without questions and return its id; ``order`` follows unless it is the last."""
        questionnaire_id = new_id()
        row = {"id": questionnaire_id, "compilation_id": compilation_id, "name": name, "instructions": instructions}
        await self._insert(questionnaires, row | {"position": position})
        return questionnaire_id

    async def save(self, questionnaire_id: UUID, values: Mapping[str, Any]) -> None:
        """Change columns of a questionnaire."""
        await self._execute(update(questionnaires).where(_q.id == questionnaire_id).values(values))

    async def remove(self, questionnaire_id: UUID, now: datetime) -> None:
        """Take a questionnaire out of its compilation; its row stays for the tickets that asked it."""
        await self._execute(update(questionnaires).where(_q.id == questionnaire_id).values(removed_at=now))

    async def add_items(self, questionnaire_id: UUID, question_ids: Sequence[UUID], position: int) -> list[UUID]:
        """Put questions into a questionnaire from ``position`` on and return the items' ids in their order."""
        rows = [
            {"id": new_id(), "questionnaire_id": questionnaire_id, "question_id": question_id, "position": place}
            for place, question_id in enumerate(question_ids, position)
        ]
        await self._insert(questionnaire_items, *rows)
        return [UUID(str(row["id"])) for row in rows]

    async def remove_item(self, item_id: UUID) -> None:
        """Take a question out of its questionnaire."""
        await self._execute(delete(questionnaire_items).where(_i.id == item_id))

    async def order(self, questionnaire_ids: Sequence[UUID]) -> None:
        """Give the questionnaires of a compilation, all of them, their positions."""
        await self._execute(_ORDER_QUESTIONNAIRES, ids=list(questionnaire_ids))

    async def order_items(self, item_ids: Sequence[UUID]) -> None:
        """Give the items of a questionnaire, all of them, their positions."""
        await self._execute(_ORDER_ITEMS, ids=list(item_ids))


def _ordering(table: Table) -> Statement:
    ids = bindparam("ids", type_=ARRAY(Uuid))
    place = func.array_position(ids, table.c.id)
    return Statement(update(table).where(table.c.id == any_(ids), table.c.position != place).values(position=place))


_ORDER_QUESTIONNAIRES = _ordering(questionnaires)
_ORDER_ITEMS = _ordering(questionnaire_items)


def _item(row: Row) -> PickedItem:
    members = dict(row)
    own = {name: members.pop(name) for name in _OF_THE_ITEM}
    members |= {"module": Module(members["module"]), "kind": QuestionKind(members["kind"])}
    return PickedItem(**own, question=AskedQuestion(**members))
