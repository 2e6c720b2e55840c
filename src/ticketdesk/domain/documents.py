"""Source material: its words, its bounds, and what its parts are called (spec: product.md section 6)."""

from collections.abc import Collection
from enum import StrEnum

from ticketdesk.domain.errors import Conflict, InvalidInput

MAX_SECTIONS = 200
# Of all sections of a document together.
MAX_QUESTIONS = 1000
SECTION_MARK, QUESTION_MARK = "S", "Q"


class Module(StrEnum):
    """What a document is part of: records of processing (``vv``), measures (``tom``), audits."""

    VV = "vv"
    TOM = "tom"
    AUDIT = "audit"


class QuestionKind(StrEnum):
    """What an answer to a question is made of. ``yes_no`` knows ``not_applicable`` as well."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    YES_NO = "yes_no"
    SINGLE_CHOICE = "single_choice"
    MULTIPLE_CHOICE = "multiple_choice"
    NUMBER = "number"
    DATE = "date"
    FILE = "file"


CHOICES = frozenset({QuestionKind.SINGLE_CHOICE, QuestionKind.MULTIPLE_CHOICE})


def require_not_archived(*, is_archived: bool) -> None:
    """Raise ``Conflict`` (``document_archived``) for a document that is read-only."""
    if is_archived:
        raise Conflict("The document is archived; reactivate it first.", code="document_archived")


def require_room(sections: int, questions: int, pointer: str) -> None:
    """Raise ``InvalidInput`` for more than a document may have (``too_many_sections``, ``too_many_questions``)."""
    if sections > MAX_SECTIONS:
        detail = f"A document has at most {MAX_SECTIONS} sections."
        raise InvalidInput.at(pointer, "too_many_sections", detail)
    if questions > MAX_QUESTIONS:
        detail = f"A document has at most {MAX_QUESTIONS} questions; this would make {questions}."
        raise InvalidInput.at(pointer, "too_many_questions", detail)


def require_free(code: str, taken: Collection[str]) -> None:
    """Raise ``InvalidInput`` (``code_taken``) for the code of another section, or question, of the document."""
    if code in taken:
        raise InvalidInput.at("/code", "code_taken", "Another part of the document has this code.")


def free_code(mark: str, taken: Collection[str]) -> str:
    """Return a code that is not taken: ``mark`` with a number, counted up from one more than there are codes."""
    number = len(taken) + 1
    while f"{mark}{number}" in taken:
        number += 1
    return f"{mark}{number}"
