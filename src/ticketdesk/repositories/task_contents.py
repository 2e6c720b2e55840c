"""What a task asks: its compilations, and the ticket's own copy of their questions."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update

from ticketdesk.domain.compilations import AskedQuestion, AskedQuestionnaire, Frozen
from ticketdesk.models.compilations import questionnaires
from ticketdesk.models.task_contents import ticket_compilations, ticket_questionnaires, ticket_questions
from ticketdesk.repositories.base import Repository, new_id
from ticketdesk.repositories.id_arrays import one_of_ids

_c = ticket_compilations.c
# What a copy takes from a question as it is.
_OF_QUESTION = (
    "question_id",
    "question_version",
    "answer_version",
    "known_answer",
    "module",
    "document_title",
    "section_title",
    "text",
    "guidance",
    "kind",
    "options",
    "unit",
    "is_required",
)


class TaskContentRepository(Repository):
    """Writes need the ticket's lock; the database lets nobody change a copy."""

    async def set_compilations(self, ticket_id: UUID, compilation_ids: Sequence[UUID]) -> None:
        """Make these the compilations of a draft, in this order."""
        await self._execute(delete(ticket_compilations).where(_c.ticket_id == ticket_id))
        rows = (
            {"ticket_id": ticket_id, "compilation_id": compilation_id, "position": position, "revision": None}
            for position, compilation_id in enumerate(compilation_ids, 1)
        )
        await self._insert(ticket_compilations, *rows)

    async def compilation_ids(self, ticket_id: UUID) -> list[UUID]:
        """Return the compilations of a ticket in their order."""
        rows = await self._all(select(_c.compilation_id).where(_c.ticket_id == ticket_id).order_by(_c.position))
        return [row["compilation_id"] for row in rows]

    async def standing_questionnaires(self, compilation_ids: Collection[UUID]) -> set[UUID]:
        """Return the questionnaires that compilations have now."""
        q = questionnaires.c
        are_theirs = (one_of_ids(q.compilation_id, compilation_ids), q.removed_at.is_(None))
        return {row["id"] for row in await self._all(select(q.id).where(*are_theirs))}

    async def asked_questionnaires(self, ticket_id: UUID) -> set[UUID]:
        """Return the questionnaires of which a sent ticket asks its own copy, by the ids that compilations know."""
        q = ticket_questionnaires.c
        are_asked = (q.ticket_id == ticket_id, q.withdrawn_at.is_(None))
        return {row["questionnaire_id"] for row in await self._all(select(q.questionnaire_id).where(*are_asked))}

    async def copy(self, ticket_id: UUID, frozen: Sequence[Frozen]) -> None:
        """Write down the revisions of a ticket's compilations, and the ticket's own copy of what they ask."""
        for one in frozen:
            is_it = (_c.ticket_id == ticket_id, _c.compilation_id == one.compilation_id)
            await self._execute(update(ticket_compilations).where(*is_it).values(revision=one.revision))
        asked = [(one.compilation_id, each) for one in frozen for each in one.questionnaires]
        await self.add_questionnaires(ticket_id, asked)

    async def add_questionnaires(
        self, ticket_id: UUID, asked: Sequence[tuple[UUID, AskedQuestionnaire]], first: int = 1
    ) -> None:
        """Write the ticket's copies of questionnaires, each with the id of its compilation, from a position on."""
        questionnaire_rows, question_rows = [], []
        for position, (compilation_id, questionnaire) in enumerate(asked, first):
            copy_id = new_id()
            questionnaire_rows.append(
                {
                    "id": copy_id,
                    "ticket_id": ticket_id,
                    "compilation_id": compilation_id,
                    "questionnaire_id": questionnaire.questionnaire_id,
                    "name": questionnaire.name,
                    "instructions": questionnaire.instructions,
                    "position": position,
                }
            )
            question_rows += _copies(ticket_id, copy_id, questionnaire.questions, 1)
        await self._insert(ticket_questionnaires, *questionnaire_rows)
        await self._insert(ticket_questions, *question_rows)

    async def add_questions(
        self, ticket_id: UUID, copy_id: UUID, questions: Sequence[AskedQuestion], first: int
    ) -> None:
        """Write copies of questions into the ticket's copy of a questionnaire, from the position ``first`` on."""
        await self._insert(ticket_questions, *_copies(ticket_id, copy_id, questions, first))


def _copies(ticket_id: UUID, copy_id: UUID, questions: Sequence[AskedQuestion], first: int) -> list[dict[str, Any]]:
    return [
        {
            "id": new_id(),
            "ticket_id": ticket_id,
            "ticket_questionnaire_id": copy_id,
            "position": position,
            **{name: getattr(question, name) for name in _OF_QUESTION},
        }
        for position, question in enumerate(questions, first)
    ]
