"""Answers to the questions of a task: which values fit, what is missing, who may give one (product.md section 6).

A value is what JSON has for its kind: text, one of ``yes``, ``no`` and ``not_applicable``, the key of an option or a
list of keys, a number, a date as ``YYYY-MM-DD``, a list of attachment ids. ``None`` stands for no answer.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from ticketdesk.domain.documents import QuestionKind
from ticketdesk.domain.errors import Conflict
from ticketdesk.domain.ticket_workflow import Status, TicketFacts, require_not_archived

AnswerValue = str | int | float | list[str] | None
# Choices with their labels, as a question keeps them.
Options = Sequence[Mapping[str, Any]]

MAX_TEXT = 1_000
MAX_LONG_TEXT = 20_000
MAX_FILES = 20
MAX_AT_ONCE = 200
# Below it every whole number is itself as a binary fraction, whatever program reads it (RFC 8259 section 6).
NUMBER_LIMIT = 10**15
YES_NO = ("yes", "no", "not_applicable")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LINE_ENDS = re.compile("[\t\n\r\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Unfit:
    """Why a value is no answer to a question: a stable code, and a sentence that repeats nothing of it."""

    code: str
    detail: str


Judged = AnswerValue | Unfit
# Of a question that is not there, or not for whoever names it: they are told the same.
NOT_ASKED = Unfit("unknown_reference", "No question of this ticket that is asked of you.")


def judge(kind: QuestionKind, options: Options | None, value: AnswerValue) -> Judged:
    """Return ``value`` as an answer of ``kind`` is kept, or why it is none; ``None`` takes an answer back.

    Keys are in the order of the options and ids in lower case, so that the same answer is always the same value. Text
    has come through the wire's own rules: trimmed, and free of control characters.
    """
    return None if value is None else _JUDGES[kind](options or (), value)


def _text(value: AnswerValue, most: int) -> Judged:
    if not isinstance(value, str):
        return Unfit("text_expected", "The answer to this question is a text.")
    if not value.strip():
        return Unfit("text_empty", "A text says something; give null to take an answer back.")
    if len(value) > most:
        return Unfit("text_too_long", f"The answer to this question has at most {most} characters.")
    return value


def _one_line(_options: Options, value: AnswerValue) -> Judged:
    if isinstance(value, str) and _LINE_ENDS.search(value):
        return Unfit("line_expected", "The answer to this question is one line.")
    return _text(value, MAX_TEXT)


def _paragraphs(_options: Options, value: AnswerValue) -> Judged:
    return _text(value, MAX_LONG_TEXT)


def _yes_no(_options: Options, value: AnswerValue) -> Judged:
    if value in YES_NO:
        return value
    return Unfit("unknown_option", "The answer to this question is yes, no or not_applicable.")


def _choice(options: Options, value: AnswerValue) -> Judged:
    if isinstance(value, str) and value in _keys(options):
        return value
    return Unfit("unknown_option", "The answer is the key of one of the question's options.")


def _choices(options: Options, value: AnswerValue) -> Judged:
    if not isinstance(value, list) or not value:
        return Unfit("list_expected", "The answer is a list of one or more keys of the question's options.")
    keys = _keys(options)
    if not set(value) <= set(keys):
        return Unfit("unknown_option", "The answer has a key that none of the question's options has.")
    if len(set(value)) < len(value):
        return Unfit("repeated_option", "The answer has the same key twice.")
    return [key for key in keys if key in value]


def _number(_options: Options, value: AnswerValue) -> Judged:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return Unfit("number_expected", "The answer to this question is a number.")
    # Neither an infinity nor what is no number lies between two numbers.
    if not -NUMBER_LIMIT < value < NUMBER_LIMIT:
        return Unfit("number_out_of_range", "The answer lies between -1e15 and 1e15.")
    return int(value) if value == int(value) else value


def _day(_options: Options, value: AnswerValue) -> Judged:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return Unfit("date_format", "The answer is a date, written YYYY-MM-DD.")
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        return Unfit("date_unknown", "There is no such date.")


def _files(_options: Options, value: AnswerValue) -> Judged:
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_FILES:
        return Unfit("list_expected", f"The answer is a list of 1 to {MAX_FILES} files of this question.")
    try:
        ids = [str(UUID(each)) for each in value]
    except ValueError:
        return Unfit("unknown_reference", "The answer names a file that is none of this question's.")
    if len(set(ids)) < len(ids):
        return Unfit("repeated_file", "The answer names the same file twice.")
    return ids


def _keys(options: Options) -> list[str]:
    return [str(option["key"]) for option in options]


_JUDGES: Mapping[QuestionKind, Callable[[Options, AnswerValue], Judged]] = {
    QuestionKind.TEXT: _one_line,
    QuestionKind.LONG_TEXT: _paragraphs,
    QuestionKind.YES_NO: _yes_no,
    QuestionKind.SINGLE_CHOICE: _choice,
    QuestionKind.MULTIPLE_CHOICE: _choices,
    QuestionKind.NUMBER: _number,
    QuestionKind.DATE: _day,
    QuestionKind.FILE: _files,
}


def canonical(value: AnswerValue) -> bytes:
    """Return the one spelling of a judged value: JSON without spaces, in UTF-8."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def digest(value: AnswerValue) -> str:
    """Return the SHA-256 of a judged value in hexadecimal digits: what the record of a ticket says of an answer."""
    return hashlib.sha256(canonical(value)).hexdigest()


@dataclass(frozen=True, slots=True)
class Completeness:
    """How far a set of questions is: ``missing`` counts the required ones that have no answer."""

    total: int
    required: int
    answered: int
    missing: int

    @classmethod
    def of(cls, questions: Iterable[tuple[bool, bool]]) -> "Completeness":
        """Count questions, each given as whether it is required and whether it is answered."""
        asked = list(questions)
        return cls(
            total=len(asked),
            required=sum(is_required for is_required, _ in asked),
            answered=sum(is_answered for _, is_answered in asked),
            missing=sum(is_required and not is_answered for is_required, is_answered in asked),
        )

    @property
    def is_complete(self) -> bool:
        """Whether something is required, and all of that is answered."""
        return self.required > 0 and self.missing == 0


@dataclass(frozen=True, slots=True)
class AnswerFacts:
    """What decides who may answer a question: whether its answer was accepted, and to whom it is delegated."""

    is_accepted: bool = False
    delegated_to: UUID | None = None


def require_open(ticket: TicketFacts) -> None:
    """Raise ``Conflict`` (``ticket_archived``, ``ticket_closed``) where a ticket takes no answers any more."""
    require_not_archived(ticket)
    if ticket.status is Status.CLOSED:
        raise Conflict("The ticket is closed; its answers stay as they are.", code="ticket_closed")


def takes_answers(ticket: TicketFacts) -> bool:
    """Tell whether ``require_open`` lets a ticket pass."""
    return not ticket.is_archived and ticket.status is not Status.CLOSED


def require_answerable(questions: Mapping[UUID, AnswerFacts], contact_id: UUID | None) -> None:
    """Raise ``Conflict`` (``answer_accepted``, ``answer_delegated``) for questions that a contact cannot answer now.

    ``questions`` are those of an open ticket that the contact sees, by their ids, which the conflict names.
    """
    accepted = [question_id for question_id, facts in questions.items() if facts.is_accepted]
    if accepted:
        raise Conflict("An accepted answer stays as it is.", code="answer_accepted", question_ids=_texts(accepted))
    others = [question_id for question_id, facts in questions.items() if not is_answerable(facts, contact_id)]
    if others:
        detail = "Somebody else was asked to answer; whoever asked them can take the question back."
        raise Conflict(detail, code="answer_delegated", question_ids=_texts(others))


def require_not_delegated(questions: Mapping[UUID, AnswerFacts]) -> None:
    """Raise as ``require_answerable`` does, also for questions that were delegated to the contact themselves."""
    require_answerable(questions, None)


def is_answerable(facts: AnswerFacts, contact_id: UUID | None) -> bool:
    """Tell whether a contact who sees a question of an open ticket may answer it now."""
    return not facts.is_accepted and facts.delegated_to in {None, contact_id}


def require_unchanged(changed: Iterable[UUID]) -> None:
    """Raise ``Conflict`` (``answer_changed``) that names ``changed``, the questions whose answer is not as expected."""
    named = _texts(changed)
    if named:
        detail = "Somebody answered meanwhile. Read the answers again."
        raise Conflict(detail, code="answer_changed", question_ids=named)


def _texts(ids: Iterable[UUID]) -> list[str]:
    return [str(each) for each in ids]
