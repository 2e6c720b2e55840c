"""Answers of documents: every way to them leads through here, so that none is ever lost (spec: product.md section 6).

What is written here was judged before: by ``domain/answers.py``, whether it came from staff, an import or a ticket.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from ticketdesk.domain.actors import Actor
from ticketdesk.domain.errors import NotFound
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.repositories.document_answers import SourceQuestion, WrittenAnswer
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.document_answers import QuestionHistoryEntry


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """What a question of a document is answered with from now on, by whom (a name) and when (aware UTC).

    ``value`` is a JSON value as ``domain/answers.py`` normalises it; ``None`` takes the answer back.
    """

    question_id: UUID
    value: Any
    answered_by: str
    answered_at: datetime


async def write(
    uow: UnitOfWork,
    actor: Actor,
    question_id: UUID,
    value: Any,
    answered_by: str,
    answered_at: datetime,
    ticket_id: UUID | None = None,
) -> int:
    """Answer one question as ``write_all`` does, and return the version that its answer has then."""
    versions = await write_all(uow, actor, [NewAnswer(question_id, value, answered_by, answered_at)], ticket_id)
    return versions[question_id]


async def write_all(
    uow: UnitOfWork, actor: Actor, answers: Sequence[NewAnswer], ticket_id: UUID | None = None
) -> dict[UUID, int]:
    """Answer questions of documents, each at most once, and return the versions that their answers have then.

    Each answer is a version of its own, also where it says what the one before said: somebody said it again. The
    version of each document concerned is raised by one. ``ticket_id`` is where they come from. ``actor`` is a user.
    Raises ``NotFound`` for a question that is not there; one that was removed keeps its answers and may get more.
    """
    assert actor.user_id is not None  # noqa: S101 - documents are written by the desk alone
    sources = await uow.document_answers.lock_all([each.question_id for each in answers])
    written = [_next(_found(sources, each.question_id), each) for each in answers]
    await uow.document_answers.add_all(
        written,
        {each.document_id for each in sources.values()},
        ticket_id=ticket_id,
        written_by_id=actor.user_id,
        now=uow.now(),
    )
    return {each.question_id: each.version for each in written}


def _found(sources: dict[UUID, SourceQuestion], question_id: UUID) -> SourceQuestion:
    if question_id not in sources:
        raise NotFound("Question")
    return sources[question_id]


def _next(source: SourceQuestion, answer: NewAnswer) -> WrittenAnswer:
    return WrittenAnswer(source.id, source.answer_version + 1, answer.value, answer.answered_by, answer.answered_at)


async def history(
    uow: UnitOfWork, document_id: UUID, question_id: UUID, request: PageRequest
) -> Page[QuestionHistoryEntry]:
    """Return a page of what a question asked and was answered with, removed ones included; raises ``NotFound``."""
    if not await uow.question_histories.is_of(document_id, question_id):
        raise NotFound("Question")
    return await uow.question_histories.page(question_id, request)
