"""What leads from the questions that a task asks to those that its compilation asks now."""

from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from ticketdesk.domain.compilations import AskedQuestion, AskedQuestionnaire
from ticketdesk.domain.documents import Module, QuestionKind
from ticketdesk.domain.renewals import CopiedQuestion, CopiedQuestionnaire, renew

Asked = dict[str, dict[str, int]]
_IDS: dict[str, UUID] = {}


def id_of(name: str) -> UUID:
    return _IDS.setdefault(name, uuid4())


def asked(questionnaires: Asked) -> list[AskedQuestionnaire]:
    """Return questionnaires by name, each with the versions of its questions by name."""
    return [
        AskedQuestionnaire(id_of(name), name, "", tuple(_question(*each) for each in questions.items()))
        for name, questions in questionnaires.items()
    ]


def _question(name: str, version: int) -> AskedQuestion:
    return AskedQuestion(
        question_id=id_of(name), question_version=version, module=Module.VV, document_id=id_of("document"),
        document_title="Records", section_title="Purpose", text=name, guidance="", kind=QuestionKind.TEXT,
        options=None, unit=None, is_required=True, answer_version=0, known_answer=None,
    )  # fmt: skip


def copied(questionnaires: Asked) -> list[CopiedQuestionnaire]:
    return [
        CopiedQuestionnaire(
            id_of(f"copy of {name}"),
            id_of(name),
            tuple(
                CopiedQuestion(id_of(f"copy of {name}/{each}"), id_of(each), version)
                for each, version in questions.items()
            ),
        )
        for name, questions in questionnaires.items()
    ]


def test_nothing_is_done_where_nothing_changed() -> None:
    same: Asked = {"A": {"a": 1, "b": 2}, "B": {"a": 1}}
    found = renew(copied(same), asked(same))
    assert (found.added, found.withdrawn_question_ids, found.touched, found.kept) == (0, (), frozenset(), 3)


def test_changed_is_asked_anew_gone_is_withdrawn_and_new_is_added() -> None:
    found = renew(
        copied({"A": {"same": 1, "changed": 1, "gone": 1}, "Dropped": {"same": 1}, "Kept": {"x": 1}}),
        asked({"A": {"new": 1, "changed": 2, "same": 1}, "Kept": {"x": 1}, "Fresh": {"same": 1, "y": 3}}),
    )
    names = {"A/changed", "A/gone", "Dropped/same"}
    assert set(found.withdrawn_question_ids) == {id_of(f"copy of {name}") for name in names}
    assert found.withdrawn_questionnaire_ids == (id_of("copy of Dropped"),)
    (addition,) = found.additions
    assert addition.copy_id == id_of("copy of A")
    assert [question.text for question in addition.questions] == ["new", "changed"]
    assert [each.name for each in found.new_questionnaires] == ["Fresh"]
    assert found.touched == {id_of("A"), id_of("Dropped"), id_of("Fresh")}
    assert (found.kept, found.added) == (2, 4)


questions = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 3), max_size=5)
contents = st.dictionaries(st.sampled_from(["A", "B", "C"]), questions)


@given(contents, contents)
def test_what_stays_and_what_is_added_is_what_is_asked_now(before: Asked, now: Asked) -> None:
    found = renew(copied(before), asked(now))
    left: dict[UUID, dict[UUID, int]] = {
        each.questionnaire_id: {
            one.question_id: one.question_version
            for one in each.questions
            if one.id not in found.withdrawn_question_ids
        }
        for each in copied(before)
        if each.id not in found.withdrawn_questionnaire_ids
    }
    kept = sum(len(each) for each in left.values())
    source = {each.id: each.questionnaire_id for each in copied(before)}
    for addition in found.additions:
        fresh = {one.question_id: one.question_version for one in addition.questions}
        # Nothing is asked twice.
        assert not fresh.keys() & left[source[addition.copy_id]].keys()
        left[source[addition.copy_id]] |= fresh
    for new in found.new_questionnaires:
        left[new.questionnaire_id] = {one.question_id: one.question_version for one in new.questions}
    assert left == {id_of(name): {id_of(q): version for q, version in each.items()} for name, each in now.items()}
    assert found.kept == kept
