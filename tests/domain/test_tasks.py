"""Who is written to once though they are named twice, and what keeps a task from being sent."""

from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketdesk.domain.errors import Conflict, InvalidInput
from ticketdesk.domain.tasks import (
    Addressee,
    Part,
    merge,
    merge_parts,
    require_parts,
    require_sendable,
    require_standing_parts,
)

FIRST, SECOND, THIRD = (UUID(int=number) for number in (1, 2, 3))


def person(contact: int, key: str, part: Part = None) -> Addressee:
    return Addressee(UUID(int=contact), f"Person {contact}", key.upper(), key, part)


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (None, None, None),
        (None, (FIRST,), None),
        ((FIRST,), None, None),
        ((), (), ()),
        ((), (FIRST,), (FIRST,)),
        ((FIRST, SECOND), (SECOND, THIRD), (FIRST, SECOND, THIRD)),
    ],
)
def test_somebody_named_twice_has_both_parts(one: Part, other: Part, both: Part) -> None:
    assert merge_parts(one, other) == both


@pytest.mark.parametrize(
    ("named", "merged"),
    [
        ([person(1, "a"), person(2, "b")], [person(1, "a"), person(2, "b")]),
        # The same contact by another address, and another contact at the same address: the first stays.
        ([person(1, "a", (FIRST,)), person(1, "b", (SECOND,))], [person(1, "a", (FIRST, SECOND))]),
        ([person(1, "a", (FIRST,)), person(2, "a")], [person(1, "a")]),
        ([person(2, "b"), person(1, "a"), person(2, "a")], [person(2, "b"), person(1, "a")]),
    ],
)
def test_addressees_are_one_by_contact_and_by_address(named: list[Addressee], merged: list[Addressee]) -> None:
    assert merge(named) == merged


people = st.builds(
    person, st.integers(1, 4), st.sampled_from("abcd"), st.none() | st.sets(st.sampled_from((FIRST, SECOND))).map(tuple)
)


@given(st.lists(people, max_size=8))
def test_nobody_is_left_out_and_nobody_is_written_to_twice(named: list[Addressee]) -> None:
    merged = merge(named)
    assert len({one.contact_id for one in merged}) == len({one.address_key for one in merged}) == len(merged)
    assert all(
        any(one.contact_id == other.contact_id or one.address_key == other.address_key for other in merged)
        for one in named
    )
    keys = [(one.contact_id, one.address_key) for one in named]
    places = [keys.index((kept.contact_id, kept.address_key)) for kept in merged]
    assert all(before < after for before, after in pairwise(places))
    assert merge(merged) == merged


@pytest.mark.parametrize(
    ("addressees", "compilations", "codes"),
    [
        (0, 0, {"/a": "recipient_required", "/c": "compilation_required"}),
        (1, 0, {"/c": "compilation_required"}),
        (0, 1, {"/a": "recipient_required"}),
    ],
)
def test_what_is_sent_asks_somebody_something(addressees: int, compilations: int, codes: dict[str, str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        require_sendable(addressees, compilations, "/a", "/c")
    assert {error.pointer: error.code for error in refused.value.errors} == codes
    require_sendable(1, 1, "/a", "/c")


def test_a_part_is_of_questionnaires_that_are_asked() -> None:
    with pytest.raises(InvalidInput) as refused:
        require_parts([("/x/0", None), ("/x/1", (FIRST, SECOND)), ("/x/2", (THIRD,))], {FIRST})
    assert [error.pointer for error in refused.value.errors] == [
        "/x/1/questionnaire_ids/1",
        "/x/2/questionnaire_ids/0",
    ]
    with pytest.raises(Conflict, match="no longer have"):
        require_standing_parts([None, (FIRST,), (SECOND,)], {FIRST})
    require_standing_parts([None, (FIRST,), ()], {FIRST})
