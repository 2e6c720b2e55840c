"""Taking answers of a task over into the documents they came from (spec: product.md section 6, write back).

Whoever accepts is warned where the document moved on since its question was copied: nothing is overwritten unseen.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from ticketdesk.domain.answers import AnswerValue
from ticketdesk.domain.errors import Conflict, FieldError, InvalidInput, NotPermitted
from ticketdesk.domain.permissions import Permission


class SourceChange(StrEnum):
    """What became of the question in its document since the ticket copied it, or took its answer over."""

    QUESTION_CHANGED = "question_changed"
    QUESTION_REMOVED = "question_removed"
    ANSWER_CHANGED = "answer_changed"


@dataclass(frozen=True, slots=True)
class SourceVersions:
    """The versions of a question and of its answer in the document; 0 is an answer that was never given."""

    question: int
    answer: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question of a ticket with all that decides whether its answer can be accepted now.

    ``id`` is the ticket's own copy, ``source_id`` the document's question. ``known`` are the versions that the ticket
    goes by: those it copied, with the answer's version it wrote back itself, if it did.
    """

    id: UUID
    source_id: UUID
    value: AnswerValue
    known: SourceVersions
    is_accepted: bool = False
    is_withdrawn: bool = False

    @property
    def is_acceptable(self) -> bool:
        """Whether there is an answer that is still to be accepted."""
        return self.value is not None and not self.is_accepted and not self.is_withdrawn


def require_may_accept(permissions: Iterable[Permission], *, is_creator: bool) -> None:
    """Raise ``NotPermitted`` unless the caller made the ticket or checks others' work (leads and admins)."""
    if not is_creator and Permission.TICKETS_CHECK not in permissions:
        required = Permission.TICKETS_CHECK.value
        raise NotPermitted("Answers are accepted by whoever made the ticket, or by a lead.", required=required)


def choose(candidates: Sequence[Candidate], question_ids: Sequence[UUID] | None) -> list[Candidate]:
    """Return the answers to accept: of all questions where ``question_ids`` is ``None``, else of those.

    What is accepted already stays out either way; without ids, so does what has no answer. Raises ``InvalidInput`` at
    ``/question_ids/N`` for an id that is none of the ticket's, that comes twice, whose question is no longer asked or
    has no answer.
    """
    if question_ids is None:
        return [each for each in candidates if each.is_acceptable]
    by_id = {each.id: each for each in candidates}
    errors = [
        error
        for index, question_id in enumerate(question_ids)
        if (error := _unfit(index, by_id.get(question_id), question_id in question_ids[:index]))
    ]
    if errors:
        raise InvalidInput(*errors)
    return [by_id[question_id] for question_id in question_ids if by_id[question_id].is_acceptable]


def _unfit(index: int, candidate: Candidate | None, is_repeated: bool) -> FieldError | None:
    pointer = f"/question_ids/{index}"
    if candidate is None:
        return FieldError(pointer, "unknown_reference", "No question of this ticket.")
    if is_repeated:
        return FieldError(pointer, "repeated_question", "This question is named twice.")
    if candidate.is_withdrawn and not candidate.is_accepted:
        return FieldError(pointer, "question_withdrawn", "The ticket no longer asks this question.")
    if candidate.value is None:
        return FieldError(pointer, "unanswered", "Nobody has answered this question.")
    return None


def changes(known: SourceVersions, now: SourceVersions, *, is_removed: bool) -> list[SourceChange]:
    """Return how the document differs ``now`` from what the ticket goes by; nothing where it does not."""
    found = {
        SourceChange.QUESTION_CHANGED: now.question != known.question,
        SourceChange.QUESTION_REMOVED: is_removed,
        SourceChange.ANSWER_CHANGED: now.answer != known.answer,
    }
    return [change for change, holds in found.items() if holds]


def require_unchanged(changed: Mapping[UUID, Sequence[SourceChange]], *, is_confirmed: bool) -> None:
    """Raise ``Conflict`` (``source_changed``), which lists each question and why, unless the caller confirmed it."""
    listed = [{"question_id": str(each), "reasons": [why.value for why in changed[each]]} for each in changed]
    if listed and not is_confirmed:
        detail = "The document changed since its questions were copied. Look at it, and confirm if the answers hold."
        raise Conflict(detail, code="source_changed", changes=listed)


def require_agreement(chosen: Sequence[Candidate]) -> None:
    """Raise ``Conflict`` (``answers_differ``) where one question of a document has two answers among ``chosen``.

    Two questionnaires of a ticket may ask the same; which of two different answers holds is for people to say.
    """
    values: dict[UUID, list[Candidate]] = {}
    for each in chosen:
        values.setdefault(each.source_id, []).append(each)
    differing = [str(each.id) for same in values.values() for each in same if each.value != same[0].value]
    if differing:
        detail = "Another questionnaire asks the same and has another answer. Accept the one that holds."
        raise Conflict(detail, code="answers_differ", question_ids=differing)
