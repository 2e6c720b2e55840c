"""Which answers a document gets, and what has to be confirmed before."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from ticketdesk.domain import acceptance
from ticketdesk.domain.acceptance import Candidate, SourceChange, SourceVersions
from ticketdesk.domain.errors import Conflict, InvalidInput, NotPermitted
from ticketdesk.domain.permissions import Role, granted

COPIED = SourceVersions(2, 3)


def candidate(value: Any = "Payroll", **fields: Any) -> Candidate:
    return Candidate(uuid4(), fields.pop("source_id", uuid4()), value, COPIED, **fields)


@pytest.mark.parametrize(
    ("role", "is_creator", "may"),
    [
        (Role.AGENT, True, True),
        (Role.AGENT, False, False),
        (Role.LEAD, False, True),
        (Role.ADMIN, False, True),
        (Role.AUDITOR, False, False),
    ],
)
def test_the_creator_accepts_and_whoever_checks_work(role: Role, is_creator: bool, may: bool) -> None:
    if may:
        acceptance.require_may_accept(granted(role), is_creator=is_creator)
    else:
        with pytest.raises(NotPermitted):
            acceptance.require_may_accept(granted(role), is_creator=is_creator)


@pytest.mark.parametrize(
    ("now", "is_removed", "expected"),
    [
        (COPIED, False, []),
        (SourceVersions(3, 3), False, [SourceChange.QUESTION_CHANGED]),
        (SourceVersions(2, 4), False, [SourceChange.ANSWER_CHANGED]),
        (COPIED, True, [SourceChange.QUESTION_REMOVED]),
        (SourceVersions(3, 4), True, list(SourceChange)),
    ],
)
def test_what_changed_since_the_copy(now: SourceVersions, is_removed: bool, expected: list[SourceChange]) -> None:
    assert acceptance.changes(COPIED, now, is_removed=is_removed) == expected


def test_all_means_what_is_answered_and_not_yet_accepted() -> None:
    answered, falsy = candidate(), candidate(0)
    others = [candidate(None), candidate(is_accepted=True), candidate(is_withdrawn=True)]
    assert acceptance.choose([answered, *others, falsy], None) == [answered, falsy]
    assert acceptance.choose(others, None) == []


def test_named_answers_come_as_they_are_named_without_those_that_are_accepted() -> None:
    first, second = candidate(), candidate()
    accepted, withdrawn = candidate(is_accepted=True), candidate(is_accepted=True, is_withdrawn=True)
    named = [second.id, accepted.id, withdrawn.id, first.id]
    assert acceptance.choose([first, second, accepted, withdrawn], named) == [second, first]


def test_every_id_that_does_not_fit_is_named() -> None:
    fits, empty, gone = candidate(), candidate(None), candidate(is_withdrawn=True)
    with pytest.raises(InvalidInput) as refused:
        acceptance.choose([fits, empty, gone], [fits.id, empty.id, gone.id, uuid4(), fits.id])
    assert [(error.pointer, error.code) for error in refused.value.errors] == [
        ("/question_ids/1", "unanswered"),
        ("/question_ids/2", "question_withdrawn"),
        ("/question_ids/3", "unknown_reference"),
        ("/question_ids/4", "repeated_question"),
    ]


def test_a_change_is_listed_until_it_is_confirmed() -> None:
    question_id = uuid4()
    changed = {question_id: [SourceChange.QUESTION_CHANGED, SourceChange.ANSWER_CHANGED]}
    with pytest.raises(Conflict) as refused:
        acceptance.require_unchanged(changed, is_confirmed=False)
    assert refused.value.code == "source_changed"
    reasons = ["question_changed", "answer_changed"]
    assert refused.value.facts == {"changes": [{"question_id": str(question_id), "reasons": reasons}]}
    acceptance.require_unchanged(changed, is_confirmed=True)
    acceptance.require_unchanged({}, is_confirmed=False)


def test_one_question_of_a_document_gets_one_answer() -> None:
    source: UUID = uuid4()
    first, same, other = (candidate(value, source_id=source) for value in ("Payroll", "Payroll", "Pensions"))
    acceptance.require_agreement([first, same, candidate("Pensions")])
    with pytest.raises(Conflict) as refused:
        acceptance.require_agreement([first, other])
    assert (refused.value.code, refused.value.facts) == ("answers_differ", {"question_ids": [str(other.id)]})
