"""Answers in documents: the present one beside its question, and every one there ever was."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, bindparam, literal_column, select, update

from ticketdesk.models.documents import document_answers, document_questions, documents
from ticketdesk.repositories.base import Repository
from ticketdesk.repositories.id_arrays import one_of_named
from ticketdesk.repositories.statements import Statement

_q = document_questions.c
_QUESTIONS = one_of_named(_q.id, "question_ids")
_LOCK_DOCUMENTS = Statement(
    select(documents.c.id)
    .where(documents.c.id.in_(select(_q.document_id).where(_QUESTIONS)))
    .order_by(documents.c.id)
    .with_for_update()
)
_LOCK_QUESTIONS = Statement(
    select(_q.id, _q.document_id, _q.version, _q.answer_version, _q.removed_at)
    .where(_QUESTIONS)
    .order_by(_q.id)
    .with_for_update()
)
_ANSWER = Statement(
    update(document_questions).where(_q.id == bindparam("question_id")),
    ["answer", "answer_version", "answered_by", "answered_at"],
)
_RAISE_VERSIONS = Statement(
    update(documents)
    .where(one_of_named(documents.c.id, "document_ids"))
    .values(version=literal_column("version + 1"), updated_at=bindparam("now", type_=DateTime(timezone=True)))
)


@dataclass(frozen=True, slots=True)
class SourceQuestion:
    """A question of a document as it is under its lock: the versions of what it asks and of its answer."""

    id: UUID
    document_id: UUID
    version: int
    answer_version: int
    removed_at: datetime | None


@dataclass(frozen=True, slots=True)
class WrittenAnswer:
    """An answer as a document gets it. ``value`` is a JSON value, ``None`` where the answer is taken back."""

    question_id: UUID
    version: int
    value: Any
    answered_by: str
    answered_at: datetime


class DocumentAnswerRepository(Repository):
    """Whoever writes holds the locks of ``lock_all``: documents by id, then questions by id."""

    async def lock_all(self, question_ids: Collection[UUID]) -> dict[UUID, SourceQuestion]:
        """Return the questions by id, removed ones included, locked together with their documents."""
        ids = list(question_ids)
        await self._all(_LOCK_DOCUMENTS, question_ids=ids)
        return {row["id"]: SourceQuestion(*row.values()) for row in await self._all(_LOCK_QUESTIONS, question_ids=ids)}

    async def add_all(
        self,
        answers: Sequence[WrittenAnswer],
        document_ids: Collection[UUID],
        *,
        ticket_id: UUID | None,
        written_by_id: UUID,
        now: datetime,
    ) -> None:
        """Make these the present answers of their questions, keep them for good, and raise the documents' versions."""
        if not answers:
            return
        present = [
            {
                "question_id": each.question_id,
                "answer": each.value,
                "answer_version": each.version,
                "answered_by": each.answered_by,
                "answered_at": each.answered_at,
            }
            for each in answers
        ]
        kept = {"ticket_id": ticket_id, "written_by_id": written_by_id, "written_at": now}
        await self._connection.run_many(_ANSWER, present)
        await self._insert(document_answers, *(_row(each) | kept for each in answers))
        await self._execute(_RAISE_VERSIONS, document_ids=list(document_ids), now=now)


def _row(answer: WrittenAnswer) -> dict[str, Any]:
    return {
        "question_id": answer.question_id,
        "version": answer.version,
        "value": answer.value,
        "answered_by": answer.answered_by,
        "answered_at": answer.answered_at,
    }
