"""Which values answer which questions, how far a set of questions is, and who may answer one."""

import hashlib
import json
import math
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketdesk.domain import answers
from ticketdesk.domain.activities import as_json
from ticketdesk.domain.answers import AnswerFacts, Completeness, Unfit, canonical, digest, judge
from ticketdesk.domain.documents import QuestionKind
from ticketdesk.domain.errors import Conflict

K = QuestionKind
OPTIONS = [{"key": key, "label": key.title()} for key in ("own", "cloud", "paper")]
FILE = "0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b"

FITS: list[tuple[QuestionKind, Any, Any]] = [
    (K.TEXT, "Payroll", "Payroll"),
    (K.TEXT, "x" * 1000, "x" * 1000),
    (K.LONG_TEXT, "Two\nlines\tof it", "Two\nlines\tof it"),
    (K.LONG_TEXT, "x" * 20_000, "x" * 20_000),
    (K.YES_NO, "yes", "yes"),
    (K.YES_NO, "not_applicable", "not_applicable"),
    (K.SINGLE_CHOICE, "cloud", "cloud"),
    (K.MULTIPLE_CHOICE, ["paper", "own"], ["own", "paper"]),
    (K.NUMBER, 12, 12),
    (K.NUMBER, 12.0, 12),
    (K.NUMBER, -0.0, 0),
    (K.NUMBER, 0.25, 0.25),
    (K.NUMBER, 10**15 - 1, 10**15 - 1),
    (K.DATE, "2024-02-29", "2024-02-29"),
    (K.FILE, [FILE], [FILE]),
    (K.FILE, [FILE.upper()], [FILE]),
]
UNFIT: list[tuple[QuestionKind, Any, str]] = [
    (K.TEXT, 1, "text_expected"),
    (K.TEXT, ["a"], "text_expected"),
    (K.TEXT, " ", "text_empty"),
    (K.TEXT, "two\nlines", "line_expected"),
    (K.TEXT, "two\u2028lines", "line_expected"),
    (K.TEXT, "x" * 1001, "text_too_long"),
    (K.LONG_TEXT, "", "text_empty"),
    (K.LONG_TEXT, "x" * 20_001, "text_too_long"),
    (K.YES_NO, "Yes", "unknown_option"),
    (K.YES_NO, ["yes"], "unknown_option"),
    (K.YES_NO, 1, "unknown_option"),
    (K.SINGLE_CHOICE, "Cloud", "unknown_option"),
    (K.SINGLE_CHOICE, ["cloud"], "unknown_option"),
    (K.MULTIPLE_CHOICE, "cloud", "list_expected"),
    (K.MULTIPLE_CHOICE, [], "list_expected"),
    (K.MULTIPLE_CHOICE, ["cloud", "moon"], "unknown_option"),
    (K.MULTIPLE_CHOICE, ["cloud", "cloud"], "repeated_option"),
    (K.NUMBER, "12", "number_expected"),
    (K.NUMBER, True, "number_expected"),
    (K.NUMBER, 10**15, "number_out_of_range"),
    (K.NUMBER, -(10**400), "number_out_of_range"),
    (K.NUMBER, math.inf, "number_out_of_range"),
    (K.NUMBER, math.nan, "number_out_of_range"),
    (K.DATE, "2023-02-29", "date_unknown"),
    (K.DATE, "20230228", "date_format"),
    (K.DATE, "2023-2-28", "date_format"),
    (K.DATE, 20230228, "date_format"),
    (K.FILE, FILE, "list_expected"),
    (K.FILE, [], "list_expected"),
    (K.FILE, [str(uuid4()) for _ in range(21)], "list_expected"),
    (K.FILE, ["report.pdf"], "unknown_reference"),
    (K.FILE, [FILE, FILE.upper()], "repeated_file"),
]


def options_of(kind: QuestionKind) -> list[dict[str, str]] | None:
    return OPTIONS if kind in {K.SINGLE_CHOICE, K.MULTIPLE_CHOICE} else None


@pytest.mark.parametrize(("kind", "value", "kept"), FITS)
def test_a_value_that_fits(kind: QuestionKind, value: Any, kept: Any) -> None:
    judged = judge(kind, options_of(kind), value)
    assert judged == kept
    assert type(judged) is type(kept)


@pytest.mark.parametrize(("kind", "value", "code"), UNFIT)
def test_a_value_that_does_not_fit(kind: QuestionKind, value: Any, code: str) -> None:
    judged = judge(kind, options_of(kind), value)
    assert isinstance(judged, Unfit)
    assert judged.code == code


def test_every_kind_is_judged_both_ways_and_lets_an_answer_be_taken_back() -> None:
    assert {kind for kind, _, _ in FITS} == {kind for kind, _, _ in UNFIT} == set(K)
    assert [judge(kind, options_of(kind), None) for kind in K] == [None] * len(K)


VALUES = st.one_of(
    st.text(),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.lists(st.one_of(st.text(), st.sampled_from(["own", "cloud", "paper", FILE])), max_size=25),
    st.sampled_from(["yes", "no", "not_applicable", "own", "2024-02-29"]),
    st.dates().map(date.isoformat),
    st.lists(st.uuids().map(str), max_size=22),
)


@given(st.sampled_from(K), VALUES)
def test_what_is_kept_fits_as_it_is_and_has_one_spelling(kind: QuestionKind, value: Any) -> None:
    kept = judge(kind, options_of(kind), value)
    if isinstance(kept, Unfit):
        return
    assert judge(kind, options_of(kind), kept) == kept
    again = json.loads(json.dumps(kept))
    assert (again, canonical(again), digest(again)) == (kept, canonical(kept), digest(kept))
    assert as_json(digest(kept)) == digest(kept)


@given(st.permutations(["own", "cloud", "paper"]))
def test_the_same_choices_are_the_same_answer_in_any_order(keys: list[str]) -> None:
    assert judge(K.MULTIPLE_CHOICE, OPTIONS, keys) == ["own", "cloud", "paper"]


def test_a_digest_is_that_of_json_without_spaces() -> None:
    assert canonical(["own", "Größe"]) == '["own","Größe"]'.encode()
    assert digest("yes") == hashlib.sha256(b'"yes"').hexdigest()


@given(st.lists(st.tuples(st.booleans(), st.booleans())))
def test_completeness_counts(questions: list[tuple[bool, bool]]) -> None:
    found = Completeness.of(questions)
    assert found.total == len(questions)
    assert found.missing == len([1 for is_required, is_answered in questions if is_required and not is_answered])
    assert found.missing <= found.required <= found.total
    assert found.answered + found.missing <= found.total
    # An optional question changes nothing about what is missing.
    assert Completeness.of([*questions, (False, False)]).missing == found.missing


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({}, None),
        ({"is_accepted": True}, "answer_accepted"),
        ({"delegated_to": "me"}, None),
        ({"delegated_to": "another"}, "answer_delegated"),
        ({"delegated_to": "me", "is_accepted": True}, "answer_accepted"),
    ],
)
def test_who_may_answer(facts: dict[str, Any], code: str | None) -> None:
    people = {"me": uuid4(), "another": uuid4()}
    asked = AnswerFacts(facts.get("is_accepted", False), people.get(facts.get("delegated_to", "")))
    question_id, free_id = uuid4(), uuid4()
    assert answers.is_answerable(asked, people["me"]) is (code is None)
    wanted = {free_id: AnswerFacts(), question_id: asked}
    if code is None:
        answers.require_answerable(wanted, people["me"])
        return
    with pytest.raises(Conflict) as refused:
        answers.require_answerable(wanted, people["me"])
    assert (refused.value.code, refused.value.facts) == (code, {"question_ids": [str(question_id)]})
