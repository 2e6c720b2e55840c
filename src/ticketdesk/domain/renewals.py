"""Bringing what a sent task asks to the newest revision of a compilation (spec: product.md section 6).

What was copied never changes. A question that its document still asks in the same words keeps its copy and with it its
answer; one that reads otherwise by now, or is asked no more, is withdrawn, and what is new is added at the end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from ticketdesk.domain.compilations import AskedQuestion, AskedQuestionnaire


@dataclass(frozen=True, slots=True)
class CopiedQuestion:
    """A question that a ticket asks: ``id`` is its copy's, the rest is what was copied."""

    id: UUID
    question_id: UUID
    question_version: int


@dataclass(frozen=True, slots=True)
class CopiedQuestionnaire:
    """A questionnaire that a ticket asks, with the questions that were not withdrawn."""

    id: UUID
    questionnaire_id: UUID
    questions: tuple[CopiedQuestion, ...]


@dataclass(frozen=True, slots=True)
class Addition:
    """Questions to add to the copy ``copy_id`` of a questionnaire."""

    copy_id: UUID
    questions: tuple[AskedQuestion, ...]


@dataclass(frozen=True, slots=True)
class Renewal:
    """What has to be done: copies to withdraw, questions to add to copies that stay, and new questionnaires.

    ``touched`` are the questionnaires, by the ids that compilations know, in which anything is withdrawn or added;
    ``kept`` counts the questions that stay.
    """

    withdrawn_questionnaire_ids: tuple[UUID, ...]
    withdrawn_question_ids: tuple[UUID, ...]
    additions: tuple[Addition, ...]
    new_questionnaires: tuple[AskedQuestionnaire, ...]
    touched: frozenset[UUID]
    kept: int

    @property
    def added(self) -> int:
        """How many questions are new, those that read otherwise by now included."""
        whole = sum(len(each.questions) for each in self.new_questionnaires)
        return whole + sum(len(each.questions) for each in self.additions)


def renew(copied: Sequence[CopiedQuestionnaire], asked: Sequence[AskedQuestionnaire]) -> Renewal:
    """Return what leads from ``copied``, of one compilation, to what it asks now.

    A questionnaire keeps the name and the instructions that it was sent with.
    """
    now = {each.questionnaire_id: each for each in asked}
    before = {each.questionnaire_id for each in copied}
    gone = [each for each in copied if each.questionnaire_id not in now]
    new = tuple(each for each in asked if each.questionnaire_id not in before)
    withdrawn = [question.id for each in gone for question in each.questions]
    additions, kept = [], 0
    touched = {each.questionnaire_id for each in gone} | {each.questionnaire_id for each in new}
    for copy in copied:
        if copy.questionnaire_id not in now:
            continue
        out, fresh = _compare(copy, now[copy.questionnaire_id])
        kept += len(copy.questions) - len(out)
        withdrawn += out
        if fresh:
            additions.append(Addition(copy.id, fresh))
        if out or fresh:
            touched.add(copy.questionnaire_id)
    gone_ids = tuple(each.id for each in gone)
    return Renewal(gone_ids, tuple(withdrawn), tuple(additions), new, frozenset(touched), kept)


def _compare(copy: CopiedQuestionnaire, asked: AskedQuestionnaire) -> tuple[list[UUID], tuple[AskedQuestion, ...]]:
    """Return the copies to withdraw and the questions to add."""
    versions = {question.question_id: question.question_version for question in asked.questions}
    out = [each.id for each in copy.questions if versions.get(each.question_id) != each.question_version]
    staying = {each.question_id for each in copy.questions if each.id not in out}
    return out, tuple(question for question in asked.questions if question.question_id not in staying)
