"""Questions of documents, with every version of what they asked. Whoever writes holds the document's lock."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, bindparam, select, update

from ticketdesk.domain.document_questions import QuestionContent
from ticketdesk.models.documents import document_question_versions, document_questions
from ticketdesk.repositories.base import Repository
from ticketdesk.repositories.id_arrays import one_of_named
from ticketdesk.repositories.statements import Statement, StatementCache

_q = document_questions.c
_UNSHOWN = {"document_id", "removed_at"}
of_document = Statement(
    select(*(column for column in _q if column.name not in _UNSHOWN))
    .where(_q.document_id == bindparam("document_id"), _q.removed_at.is_(None))
    .order_by(_q.position, _q.id)
)
_REMOVE = Statement(
    update(document_questions)
    .where(one_of_named(_q.id, "question_ids"))
    .values(removed_at=bindparam("now", type_=DateTime(timezone=True)))
)
_PLACE = Statement(update(document_questions).where(_q.id == bindparam("question_id")), ["position"])
_savers = StatementCache(32)


@dataclass(frozen=True, slots=True)
class Asked:
    """A version of what a question asks."""

    question_id: UUID
    version: int
    content: QuestionContent


class DocumentQuestionRepository(Repository):
    """Codes are unique among the questions that a document has at a time; what was removed keeps its row."""

    async def add(
        self, document_id: UUID, rows: Sequence[Mapping[str, Any]], asked: Sequence[Asked], now: datetime
    ) -> None:
        """Insert questions by their ids, codes, sections and positions, with what each asks, in the same order."""
        times = {"document_id": document_id, "created_at": now, "updated_at": now}
        pairs = zip(rows, asked, strict=True)
        await self._insert(document_questions, *({**row, **first.content.kept(), **times} for row, first in pairs))

    async def save(self, question_id: UUID, values: Mapping[str, Any], now: datetime) -> None:
        """Write columns of a question."""
        changed = {**values, "updated_at": now}
        names = tuple(changed)
        changing = update(document_questions).where(_q.id == bindparam("question_id"))
        await self._execute(_savers.get(names, lambda: changing, names), **changed, question_id=question_id)

    async def place(self, positions: Mapping[UUID, int]) -> None:
        """Write the positions of questions."""
        rows = [{"question_id": each, "position": position} for each, position in positions.items()]
        await self._connection.run_many(_PLACE, rows)

    async def remove(self, question_ids: Collection[UUID], now: datetime) -> None:
        """Take questions out of their document."""
        await self._execute(_REMOVE, question_ids=list(question_ids), now=now)

    async def keep(self, asked: Sequence[Asked], changed_by_id: UUID | None, now: datetime) -> None:
        """Note versions of what questions ask for good."""
        kept = {"changed_by_id": changed_by_id, "changed_at": now}
        rows = ({"question_id": a.question_id, "version": a.version, "content": a.content.kept()} for a in asked)
        await self._insert(document_question_versions, *(row | kept for row in rows))
