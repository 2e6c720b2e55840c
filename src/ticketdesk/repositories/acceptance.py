"""Answers of a task on their way into documents; read and marked under the lock of their ticket."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select, update

from ticketdesk.domain.acceptance import Candidate
from ticketdesk.models.answers import answers
from ticketdesk.models.task_contents import ticket_questions
from ticketdesk.repositories.base import Repository
from ticketdesk.repositories.statements import Row, Statement
from ticketdesk.repositories.ticket_answers import known_versions

_q = ticket_questions.c
_a = answers.c
_CANDIDATES = Statement(
    select(
        *(_q[name] for name in ("id", "question_id", "question_version", "answer_version", "withdrawn_at")),
        *(_a[name] for name in ("value", "version", "answered_by_name", "answered_at")),
        *(_a[name] for name in ("accepted_at", "written_version")),
    )
    .select_from(ticket_questions)
    .outerjoin(answers, _a.ticket_question_id == _q.id)
    .where(_q.ticket_id == bindparam("ticket_id"))
    .order_by(_q.ticket_questionnaire_id, _q.position, _q.id)
)
_ACCEPT = Statement(
    update(answers).where(_a.ticket_question_id == bindparam("question_id")),
    ["accepted_by_id", "accepted_at", "written_version"],
)


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """A question of a ticket and, where somebody answered it, who did, when, and as which version."""

    candidate: Candidate
    version: int | None
    answered_by: str | None
    answered_at: datetime | None


class AcceptanceRepository(Repository):
    """Callers hold the ticket's lock, without which no answer changes."""

    async def candidates(self, ticket_id: UUID) -> dict[UUID, GivenAnswer]:
        """Return all questions of a ticket by id, withdrawn ones included, with their present answers."""
        return {row["id"]: _given(row) for row in await self._all(_CANDIDATES, ticket_id=ticket_id)}

    async def mark(self, written: Mapping[UUID, int], accepted_by_id: UUID, now: datetime) -> None:
        """Accept the answers to these questions, each with the version that it is in its document."""
        said = {"accepted_by_id": accepted_by_id, "accepted_at": now}
        rows: Iterable[dict[str, object]] = (
            {"question_id": question_id, "written_version": version} | said for question_id, version in written.items()
        )
        await self._connection.run_many(_ACCEPT, list(rows))


def _given(row: Row) -> GivenAnswer:
    candidate = Candidate(
        row["id"],
        row["question_id"],
        row["value"],
        known_versions(row),
        is_accepted=row["accepted_at"] is not None,
        is_withdrawn=row["withdrawn_at"] is not None,
    )
    return GivenAnswer(candidate, row["version"], row["answered_by_name"], row["answered_at"])
