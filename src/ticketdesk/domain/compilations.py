"""What a compilation may ask: what is refused, and when a new revision begins.

Spec: product.md section 6.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from ticketdesk.domain.documents import Module, QuestionKind
from ticketdesk.domain.errors import Conflict, FieldError, InvalidInput

MAX_QUESTIONNAIRES = 50
# Of all questionnaires of a compilation together.
MAX_QUESTIONS = 1000
# What a sent copy keeps of the document beside the question: the ticket has its own, because answers go on changing.
_OF_THE_ANSWER = frozenset({"answer_version", "known_answer"})


class SourceState(StrEnum):
    """How a picked question stands in its document now, beside the newest revision that was sent.

    ``changed``: it, or the title of its section or document, reads otherwise than it was asked. ``removed``: the
    document has it no more. ``archived``: the document is.
    """

    CURRENT = "current"
    CHANGED = "changed"
    REMOVED = "removed"
    ARCHIVED = "archived"


class SourceKind(StrEnum):
    """What questions are picked by: one by itself, all of a section, all of a document."""

    QUESTION = "question"
    SECTION = "section"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class SourceQuestion:
    """A question of a document that somebody wants to pick."""

    id: UUID
    section_id: UUID
    text: str


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """All that a ticket copies of a question, as its document has it; ``options`` are objects of key and label.

    ``answer_version`` and ``known_answer`` are of the document's answer: 0 and ``None`` while there is none.
    """

    question_id: UUID
    question_version: int
    module: Module
    document_id: UUID
    document_title: str
    section_title: str
    text: str
    guidance: str
    kind: QuestionKind
    options: list[dict[str, str]] | None
    unit: str | None
    is_required: bool
    answer_version: int
    known_answer: Any

    def kept(self) -> dict[str, Any]:
        """Return what a revision keeps of it, as JSON values: all but the answer."""
        members = {name: value for name, value in asdict(self).items() if name not in _OF_THE_ANSWER}
        return members | {"question_id": str(self.question_id), "document_id": str(self.document_id)}


@dataclass(frozen=True, slots=True)
class PickedItem:
    """A question in a questionnaire, and whether its document still asks it."""

    id: UUID
    questionnaire_id: UUID
    section_id: UUID
    code: str | None
    is_removed: bool
    is_archived: bool
    question: AskedQuestion

    def state(self, sent: Mapping[str, Any] | None) -> SourceState:
        """Return how it stands beside ``sent``, what the newest revision kept of this question (``None``: nothing)."""
        if self.is_removed:
            return SourceState.REMOVED
        if self.is_archived:
            return SourceState.ARCHIVED
        return SourceState.CURRENT if sent in (None, self.question.kept()) else SourceState.CHANGED


@dataclass(frozen=True, slots=True)
class AskedQuestionnaire:
    """A named part of what is asked, with its questions in order."""

    questionnaire_id: UUID
    name: str
    instructions: str
    questions: tuple[AskedQuestion, ...]

    def kept(self) -> dict[str, Any]:
        """Return what a revision keeps of it, as JSON values."""
        questions = [question.kept() for question in self.questions]
        return {
            "id": str(self.questionnaire_id),
            "name": self.name,
            "instructions": self.instructions,
            "questions": questions,
        }


@dataclass(frozen=True, slots=True)
class Frozen:
    """What one revision of a compilation asks, with the documents' answers of this moment."""

    compilation_id: UUID
    name: str
    revision: int
    questionnaires: tuple[AskedQuestionnaire, ...]


def kept_content(questionnaires: Iterable[AskedQuestionnaire]) -> dict[str, Any]:
    """Return what a revision keeps, as JSON values; two that are equal ask the same in the same words."""
    return {"questionnaires": [questionnaire.kept() for questionnaire in questionnaires]}


def revision_after_change(revision: int, newest_sent: int | None) -> int:
    """Return the revision that a change of the content belongs to: the next one if the present one was sent."""
    return revision + 1 if newest_sent == revision else revision


def require_same(present: Collection[UUID], wanted: Sequence[UUID], pointer: str) -> None:
    """Raise ``InvalidInput`` unless ``wanted`` has each of ``present`` exactly once and nothing else.

    Names each id that is repeated (``duplicate``) or unknown (``unknown_reference``), and the list if it is
    ``incomplete``.
    """
    errors, seen = [], set[UUID]()
    for index, item_id in enumerate(wanted):
        if item_id in seen:
            errors.append(FieldError(f"{pointer}/{index}", "duplicate", "This id is in the list before."))
        elif item_id not in present:
            errors.append(FieldError(f"{pointer}/{index}", "unknown_reference", "This is not there to be ordered."))
        seen.add(item_id)
    missing = len(set(present) - seen)
    if missing:
        errors.append(FieldError(pointer, "incomplete", f"The order has to name all; {missing} are missing."))
    if errors:
        raise InvalidInput(*errors)


def require_new(present: Collection[UUID], picked: Sequence[SourceQuestion], pointer: str) -> None:
    """Raise ``InvalidInput`` (``duplicate_question``) that names each of ``picked`` which the questionnaire has."""
    errors = [
        FieldError(pointer, "duplicate_question", f"The questionnaire has this question already: {question.text}")
        for question in picked
        if question.id in present
    ]
    if errors:
        raise InvalidInput(*errors)


def require_distinct(ids: Sequence[UUID], pointer: str) -> None:
    """Raise ``InvalidInput`` (``duplicate``) at each id that is in the list before."""
    counted = Counter[UUID]()
    errors = []
    for index, one in enumerate(ids):
        counted[one] += 1
        if counted[one] > 1:
            errors.append(FieldError(f"{pointer}/{index}", "duplicate", "This id is in the list before."))
    if errors:
        raise InvalidInput(*errors)


def require_room(questions: int, pointer: str) -> None:
    """Raise ``InvalidInput`` (``too_many_questions``) for more questions than a compilation may have."""
    if questions > MAX_QUESTIONS:
        detail = f"A compilation has at most {MAX_QUESTIONS} questions; this would make {questions}."
        raise InvalidInput.at(pointer, "too_many_questions", detail)


def require_room_for_questionnaire(questionnaires: int, pointer: str) -> None:
    """Raise ``InvalidInput`` (``too_many_questionnaires``) where there are ``questionnaires`` and no more may be."""
    if questionnaires >= MAX_QUESTIONNAIRES:
        detail = f"A compilation has at most {MAX_QUESTIONNAIRES} questionnaires."
        raise InvalidInput.at(pointer, "too_many_questionnaires", detail)


def require_not_archived(*, is_archived: bool) -> None:
    """Raise ``Conflict`` (``compilation_archived``) for a compilation that is read-only."""
    if is_archived:
        raise Conflict("This compilation is archived.", code="compilation_archived")


def obstacles(
    questionnaires: Sequence[AskedQuestionnaire], gone: Sequence[PickedItem], *, is_archived: bool
) -> list[Conflict]:
    """Return all that keeps this from being sent; ``gone`` are the items whose documents ask them no more.

    The codes are ``compilation_archived``, ``nothing_to_ask`` for a compilation without questionnaires and for each
    questionnaire without questions, and ``source_removed`` for each of ``gone``.
    """
    found = [Conflict("This compilation is archived.", code="compilation_archived")] if is_archived else []
    if not questionnaires:
        found.append(Conflict("This compilation has no questionnaire.", code="nothing_to_ask"))
    found += [
        Conflict(f"This questionnaire has no questions: {questionnaire.name}", code="nothing_to_ask")
        for questionnaire in questionnaires
        if not questionnaire.questions
    ]
    words = "This question was removed from its document, or its document is archived"
    return found + [Conflict(f"{words}: {item.question.text}", code="source_removed") for item in gone]


def require_sendable(
    questionnaires: Sequence[AskedQuestionnaire], gone: Sequence[PickedItem], pointer: str | None, *, is_archived: bool
) -> None:
    """Raise the first of ``obstacles``, or all as ``InvalidInput`` where a ``pointer`` says what asked for this."""
    found = obstacles(questionnaires, gone, is_archived=is_archived)
    if found and pointer is not None:
        raise InvalidInput(*(FieldError(pointer, obstacle.code, obstacle.detail) for obstacle in found))
    if found:
        raise found[0]
