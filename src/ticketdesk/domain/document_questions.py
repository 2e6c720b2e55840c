"""What a question of a document asks, and which changes of it make a new version (spec: product.md section 6)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ticketdesk.domain.answers import AnswerValue, Unfit, judge
from ticketdesk.domain.documents import CHOICES, QuestionKind
from ticketdesk.domain.errors import FieldError

MAX_OPTIONS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionContent:
    """All that is asked. A change of any part is a new version of the question; moving it is none.

    ``options`` are objects of key and label in their order, for choices alone; ``unit`` is for numbers alone.
    """

    text: str
    guidance: str = ""
    kind: QuestionKind
    options: list[dict[str, str]] | None = None
    unit: str | None = None
    is_required: bool = True

    def kept(self) -> dict[str, Any]:
        """Return it as the history of the question keeps it, in JSON values."""
        return asdict(self)

    def is_answered_by(self, answer: AnswerValue) -> bool:
        """Tell whether ``answer`` is one to this question."""
        return answer is not None and not isinstance(judge(self.kind, self.options, answer), Unfit)


def errors_in(content: QuestionContent, pointer: str = "") -> list[FieldError]:
    """Return what is wrong with the question as a whole; ``pointer`` leads to it in the body."""
    return [*_errors_in_options(content, f"{pointer}/options"), *_errors_in_unit(content, f"{pointer}/unit")]


def _errors_in_options(content: QuestionContent, pointer: str) -> list[FieldError]:
    if content.kind not in CHOICES:
        detail = "Only a choice has options."
        return [] if content.options is None else [FieldError(pointer, "options_unexpected", detail)]
    if not content.options:
        return [FieldError(pointer, "options_missing", "A choice has at least one option.")]
    keys = [option["key"] for option in content.options]
    return [
        FieldError(f"{pointer}/{index}/key", "repeated_key", "An option before has this key.")
        for index in _repeated(keys)
    ]


def _errors_in_unit(content: QuestionContent, pointer: str) -> list[FieldError]:
    if content.unit is None or content.kind is QuestionKind.NUMBER:
        return []
    return [FieldError(pointer, "unit_unexpected", "Only a number has a unit.")]


def _repeated(keys: Sequence[str]) -> list[int]:
    return [index for index, key in enumerate(keys) if key in keys[:index]]
