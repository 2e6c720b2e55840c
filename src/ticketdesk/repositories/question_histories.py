"""What a question of a document asked and was answered with, version by version, in one order of time."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, exists, literal_column, null, select, union_all

from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.models.documents import document_answers, document_question_versions, document_questions
from ticketdesk.repositories import ticket_columns as columns
from ticketdesk.repositories.base import Repository
from ticketdesk.repositories.keyset import collect, id_of_version, one_page
from ticketdesk.repositories.statements import Row
from ticketdesk.schemas.document_answers import HistoryKind, QuestionHistoryEntry

_v = document_question_versions.c
_a = document_answers.c
_q = document_questions.c


class QuestionHistoryRepository(Repository):
    """Both kinds of versions are append-only."""

    async def is_of(self, document_id: UUID, question_id: UUID) -> bool:
        """Tell whether a question is or was one of a document's."""
        return bool(await self._scalar(select(exists().where(_q.id == question_id, _q.document_id == document_id))))

    async def page(self, question_id: UUID, request: PageRequest) -> Page[QuestionHistoryEntry]:
        """Return a page of a question's versions and of its answers, oldest first."""
        both = union_all(_asked(question_id), _answered(question_id)).subquery()
        statement = select(both, columns.user(both.c.by_id).label("by"))
        rows = await self._all(one_page(statement, both.c.at, both.c.id, request))
        return collect(rows, request, _entry, "at")


def _kind(kind: HistoryKind) -> ColumnElement[str]:
    return literal_column(f"'{kind}'", Text)


def _asked(question_id: UUID) -> Select[Any]:
    return select(
        _kind(HistoryKind.QUESTION).label("kind"),
        id_of_version(_v.version).label("id"),
        _v.version,
        _v.changed_at.label("at"),
        _v.changed_by_id.label("by_id"),
        _v.content.label("content"),
        null().label("answered_by"),
        null().label("answered_at"),
        null().label("ticket_id"),
    ).where(_v.question_id == question_id)


def _answered(question_id: UUID) -> Select[Any]:
    return select(
        _kind(HistoryKind.ANSWER).label("kind"),
        # Of the same number and time as a version of the question, it comes after that one.
        id_of_version(_a.version, 1).label("id"),
        _a.version,
        _a.written_at.label("at"),
        _a.written_by_id.label("by_id"),
        _a.value.label("content"),
        _a.answered_by,
        _a.answered_at,
        _a.ticket_id,
    ).where(_a.question_id == question_id)


def _entry(row: Row) -> QuestionHistoryEntry:
    shared = {name: row[name] for name in ("kind", "version", "at", "by")}
    is_answer = row["kind"] == HistoryKind.ANSWER
    kept = {name: row[name] for name in ("answered_by", "answered_at", "ticket_id")}
    return QuestionHistoryEntry.model_validate(
        {
            **shared,
            "question": None if is_answer else row["content"],
            "answer": {"value": row["content"], **kept} if is_answer else None,
        }
    )
