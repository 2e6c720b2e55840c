"""What a sent task asks of one compilation, and its withdrawal."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update

from ticketdesk.domain.renewals import CopiedQuestion, CopiedQuestionnaire
from ticketdesk.models.task_contents import ticket_compilations, ticket_questionnaires, ticket_questions
from ticketdesk.repositories.base import Repository
from ticketdesk.repositories.id_arrays import one_of_ids

_c = ticket_compilations.c
_n = ticket_questionnaires.c
_q = ticket_questions.c


class RenewalRepository(Repository):
    """All of it needs the ticket's lock."""

    async def revision(self, ticket_id: UUID, compilation_id: UUID) -> int | None:
        """Return the revision that a sent ticket asks; ``None`` for a compilation that it does not ask."""
        found: int | None = await self._scalar(
            select(_c.revision).where(_c.ticket_id == ticket_id, _c.compilation_id == compilation_id)
        )
        return found

    async def copied(self, ticket_id: UUID, compilation_id: UUID) -> list[CopiedQuestionnaire]:
        """Return what the ticket asks of the compilation, in order, without what was withdrawn."""
        rows = await self._all(
            select(_n.id, _n.questionnaire_id, _q.id.label("copy_id"), _q.question_id, _q.question_version)
            .select_from(ticket_questionnaires)
            .outerjoin(ticket_questions, (_q.ticket_questionnaire_id == _n.id) & _q.withdrawn_at.is_(None))
            .where(_n.ticket_id == ticket_id, _n.compilation_id == compilation_id, _n.withdrawn_at.is_(None))
            .order_by(_n.position, _n.id, _q.position, _q.id)
        )
        found: dict[tuple[UUID, UUID], list[CopiedQuestion]] = {}
        for row in rows:
            questions = found.setdefault((row["id"], row["questionnaire_id"]), [])
            if row["copy_id"]:
                questions.append(CopiedQuestion(row["copy_id"], row["question_id"], row["question_version"]))
        return [CopiedQuestionnaire(*ids, tuple(questions)) for ids, questions in found.items()]

    async def withdraw(
        self, ticket_id: UUID, questionnaire_ids: Collection[UUID], question_ids: Collection[UUID], at: datetime
    ) -> None:
        """Note that these copies are asked no more; their answers stay."""
        for table, ids in ((ticket_questionnaires, questionnaire_ids), (ticket_questions, question_ids)):
            if ids:
                those = (table.c.ticket_id == ticket_id, one_of_ids(table.c.id, ids))
                await self._execute(update(table).where(*those).values(withdrawn_at=at))

    async def next_questionnaire(self, ticket_id: UUID) -> int:
        """Return the position after all questionnaires that the ticket ever asked."""
        last = await self._scalar(select(func.max(_n.position)).where(_n.ticket_id == ticket_id))
        return int(last or 0) + 1

    async def next_question(self, copy_id: UUID) -> int:
        """Return the position after all questions that a questionnaire's copy ever had."""
        last = await self._scalar(select(func.max(_q.position)).where(_q.ticket_questionnaire_id == copy_id))
        return int(last or 0) + 1

    async def set_revision(self, ticket_id: UUID, compilation_id: UUID, revision: int) -> None:
        """Note which revision the ticket asks from now on."""
        those = (_c.ticket_id == ticket_id, _c.compilation_id == compilation_id)
        await self._execute(update(ticket_compilations).where(*those).values(revision=revision))
