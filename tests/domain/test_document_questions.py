"""What a question may ask, what makes a new version of it, and what still answers it."""

from dataclasses import replace
from typing import Any

import pytest

from ticketdesk.domain.document_questions import QuestionContent, errors_in
from ticketdesk.domain.documents import QuestionKind

OPTIONS = [{"key": "a", "label": "A"}, {"key": "b", "label": "B"}]
TEXT = QuestionContent(text="?", kind=QuestionKind.TEXT)
CHOICE = replace(TEXT, kind=QuestionKind.SINGLE_CHOICE, options=OPTIONS)
NUMBER = replace(TEXT, kind=QuestionKind.NUMBER, unit="days")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (TEXT, []),
        (CHOICE, []),
        (NUMBER, []),
        (replace(TEXT, options=OPTIONS), [("/q/options", "options_unexpected")]),
        (replace(CHOICE, options=None), [("/q/options", "options_missing")]),
        (replace(CHOICE, options=[]), [("/q/options", "options_missing")]),
        (replace(CHOICE, options=[*OPTIONS, OPTIONS[0]]), [("/q/options/2/key", "repeated_key")]),
        (replace(CHOICE, unit="days"), [("/q/unit", "unit_unexpected")]),
    ],
)
def test_the_parts_of_a_question_fit_each_other(content: QuestionContent, expected: list[Any]) -> None:
    assert [(error.pointer, error.code) for error in errors_in(content, "/q")] == expected


@pytest.mark.parametrize(
    ("content", "answer", "expected"),
    [
        (TEXT, "x", True),
        (TEXT, 7, False),
        (CHOICE, "b", True),
        (CHOICE, "c", False),
        (NUMBER, 7, True),
        (TEXT, None, False),
    ],
)
def test_an_answer_stays_one_or_not(content: QuestionContent, answer: Any, expected: bool) -> None:
    assert content.is_answered_by(answer) is expected
