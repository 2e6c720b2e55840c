"""What compilations refuse, and when their revisions change."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketdesk.domain import compilations as rules
from ticketdesk.domain.compilations import AskedQuestion, AskedQuestionnaire, PickedItem, SourceQuestion, SourceState
from ticketdesk.domain.documents import Module, QuestionKind
from ticketdesk.domain.errors import Conflict, InvalidInput

A, B, C = UUID(int=1), UUID(int=2), UUID(int=3)
QUESTION = AskedQuestion(
    A, 1, Module.TOM, B, "Backups", "Restoring", "How often?", "", QuestionKind.NUMBER, None, "days", True, 2, 30
)


def errors_of(check: Callable[[], None]) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as refused:
        check()
    return [(error.pointer, error.code) for error in refused.value.errors]


@pytest.mark.parametrize(
    ("wanted", "errors"),
    [
        ([A, B], [("/ids", "incomplete")]),
        ([A, B, A], [("/ids/2", "duplicate"), ("/ids", "incomplete")]),
        ([A, B, C, C], [("/ids/3", "duplicate")]),
        ([A, B, C, UUID(int=9)], [("/ids/3", "unknown_reference")]),
        ([], [("/ids", "incomplete")]),
    ],
)
def test_an_order_names_all_and_each_once(wanted: list[UUID], errors: list[tuple[str, str]]) -> None:
    assert errors_of(lambda: rules.require_same([A, B, C], wanted, "/ids")) == errors


@given(st.lists(st.uuids(), max_size=6, unique=True).flatmap(lambda ids: st.tuples(st.just(ids), st.permutations(ids))))
def test_every_order_of_the_same_is_taken(orders: tuple[list[UUID], list[UUID]]) -> None:
    rules.require_same(*orders, "/ids")


def test_each_question_that_is_there_is_named() -> None:
    picked = [SourceQuestion(one, uuid4(), f"Question {one.int}") for one in (A, B, C)]
    rules.require_new([], picked, "/section_id")
    with pytest.raises(InvalidInput) as refused:
        rules.require_new([C, A], picked, "/section_id")
    assert {(error.pointer, error.code) for error in refused.value.errors} == {("/section_id", "duplicate_question")}
    assert [error.detail.rpartition(": ")[2] for error in refused.value.errors] == ["Question 1", "Question 3"]


def test_nothing_is_named_twice() -> None:
    rules.require_distinct([A, B], "/ids")
    assert errors_of(lambda: rules.require_distinct([A, B, A, A], "/ids")) == [
        ("/ids/2", "duplicate"),
        ("/ids/3", "duplicate"),
    ]


def test_there_is_room_up_to_the_bounds() -> None:
    rules.require_room(1000, "/document_id")
    assert errors_of(lambda: rules.require_room(1001, "/document_id")) == [("/document_id", "too_many_questions")]
    rules.require_room_for_questionnaire(49, "/name")
    assert errors_of(lambda: rules.require_room_for_questionnaire(50, "/name")) == [
        ("/name", "too_many_questionnaires")
    ]


@pytest.mark.parametrize(("revision", "newest_sent", "after"), [(1, None, 1), (1, 1, 2), (2, 1, 2), (2, 2, 3)])
def test_only_the_first_change_after_a_sending_begins_a_revision(
    revision: int, newest_sent: int | None, after: int
) -> None:
    assert rules.revision_after_change(revision, newest_sent) == after


def test_a_revision_keeps_the_question_and_not_its_answer() -> None:
    kept = QUESTION.kept()
    assert kept == replace(QUESTION, answer_version=3, known_answer=7).kept()
    assert (kept["question_id"], kept["text"], kept["unit"]) == (str(A), "How often?", "days")
    assert not {"answer_version", "known_answer"} & kept.keys()


def test_a_question_is_seen_beside_what_was_sent() -> None:
    item = PickedItem(C, C, C, "R1", is_removed=False, is_archived=False, question=QUESTION)
    renamed = replace(QUESTION, section_title="Restores").kept()
    assert item.state(None) is item.state(QUESTION.kept()) is SourceState.CURRENT
    assert item.state(renamed) is SourceState.CHANGED
    assert replace(item, is_archived=True).state(renamed) is SourceState.ARCHIVED
    assert replace(item, is_archived=True, is_removed=True).state(None) is SourceState.REMOVED


def test_all_that_is_in_the_way_is_named_at_once() -> None:
    full, empty = AskedQuestionnaire(A, "Full", "", (QUESTION,)), AskedQuestionnaire(B, "Empty", "", ())
    gone = [PickedItem(C, A, C, None, is_removed=True, is_archived=False, question=QUESTION)]
    rules.require_sendable([full], [], None, is_archived=False)
    found = rules.obstacles([full, empty], gone, is_archived=True)
    codes = ["compilation_archived", "nothing_to_ask", "source_removed"]
    assert [obstacle.code for obstacle in found] == codes
    assert errors_of(lambda: rules.require_sendable([full, empty], gone, "/ids/0", is_archived=True)) == [
        ("/ids/0", code) for code in codes
    ]
    with pytest.raises(Conflict) as refused:
        rules.require_sendable([], [], None, is_archived=False)
    assert refused.value.code == "nothing_to_ask"
