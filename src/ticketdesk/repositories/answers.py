"""Answers of a task as they are given. They change under the lock of their ticket, so that none overtakes another."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, select, update

from ticketdesk.domain.actors import Actor
from ticketdesk.domain.answers import AnswerFacts, AnswerValue, Options
from ticketdesk.domain.documents import QuestionKind
from ticketdesk.models.answers import answer_entries, answers, delegations
from ticketdesk.models.task_contents import ticket_questions
from ticketdesk.repositories.base import Repository, new_id
from ticketdesk.repositories.id_arrays import one_of_named
from ticketdesk.repositories.statements import Row, Statement
from ticketdesk.repositories.visibility import visible_questions

_q = ticket_questions.c
_a = answers.c
_d = delegations.c
_SAVED = ("value", "note", "version", "answered_by_id", "answered_by_name", "answered_at")


def asked(*columns: Any) -> Select[Any]:
    """Return the questions of a ticket that the reader sees, with their answers and standing delegations."""
    is_delegated = and_(_d.ticket_question_id == _q.id, _d.ended_at.is_(None))
    source = ticket_questions.outerjoin(answers, _a.ticket_question_id == _q.id).outerjoin(delegations, is_delegated)
    return select(*columns).select_from(source).where(_q.ticket_id == bindparam("ticket_id"), visible_questions())


# How a question stands: what was answered last, and who was asked to answer instead.
STATE = (
    _a.value,
    _a.note,
    _a.version,
    _a.answered_by_name,
    _a.answered_at,
    _a.accepted_at.is_not(None).label("is_accepted"),
    _d.to_contact_id.label("delegated_to"),
)
_ASKED = Statement(
    asked(_q.id, _q.kind, _q.options, _q.is_required, _a.id.label("answer_id"), *STATE).where(
        one_of_named(_q.id, "question_ids")
    )
)
_MISSING = Statement(
    select(_q.id)
    .outerjoin(answers, _a.ticket_question_id == _q.id)
    .where(_q.ticket_id == bindparam("ticket_id"), _q.withdrawn_at.is_(None), _q.is_required, _a.value.is_(None))
)
_UPDATE = Statement(update(answers).where(_a.id == bindparam("answer_id")), _SAVED)


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question that may be answered, and how it stands; ``answer_id`` is ``None`` while there is no answer."""

    id: UUID
    kind: QuestionKind
    options: Options | None
    is_required: bool
    answer_id: UUID | None
    value: AnswerValue
    note: str
    version: int | None
    facts: AnswerFacts


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """What a question is answered with now, and as which version."""

    question: AskedQuestion
    value: AnswerValue
    note: str
    version: int


class AnswerRepository(Repository):
    """What is asked of somebody, and what they answer; what they read of it is in ``portal_answers``."""

    async def asked(self, ticket_id: UUID, question_ids: Collection[UUID], actor: Actor) -> dict[UUID, AskedQuestion]:
        """Return those of ``question_ids`` that ``actor`` sees, by their ids."""
        named = {"ticket_id": ticket_id, "question_ids": list(question_ids), "reader_id": actor.contact_id}
        return {row["id"]: _question(row) for row in await self._all(_ASKED, **named)}

    async def missing(self, ticket_id: UUID) -> set[UUID]:
        """Return the required questions of a ticket that nobody has answered, whoever sees them."""
        return {row["id"] for row in await self._all(_MISSING, ticket_id=ticket_id)}

    async def save(self, ticket_id: UUID, changes: Sequence[AnswerChange], actor: Actor, now: datetime) -> None:
        """Make ``changes``, as said by ``actor``, the present answers, and keep each as an entry of its history."""
        said = {"answered_by_id": actor.contact_id, "answered_by_name": actor.name, "answered_at": now}
        rows = [(change, change.question.answer_id or new_id(), _content(change) | said) for change in changes]
        await self._insert(answers, *_added(ticket_id, rows))
        again = [content | {"answer_id": answer_id} for change, answer_id, content in rows if change.question.answer_id]
        if again:
            await self._connection.run_many(_UPDATE, again)
        await self._insert(answer_entries, *({"answer_id": answer_id, **content} for _, answer_id, content in rows))


def _added(ticket_id: UUID, rows: Iterable[tuple[AnswerChange, UUID, dict[str, Any]]]) -> Iterable[dict[str, Any]]:
    for change, answer_id, content in rows:
        if change.question.answer_id is None:
            yield {"id": answer_id, "ticket_id": ticket_id, "ticket_question_id": change.question.id, **content}


def _content(change: AnswerChange) -> dict[str, Any]:
    return {"value": change.value, "note": change.note, "version": change.version}


def _question(row: Row) -> AskedQuestion:
    return AskedQuestion(
        row["id"],
        QuestionKind(row["kind"]),
        row["options"],
        row["is_required"],
        row["answer_id"],
        row["value"],
        row["note"] or "",
        row["version"],
        facts_of(row),
    )


def facts_of(row: Row) -> AnswerFacts:
    """Return what decides who may answer the question in ``row``, which has the columns ``STATE``."""
    return AnswerFacts(row["is_accepted"], row["delegated_to"])
