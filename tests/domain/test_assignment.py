"""Who gets a ticket: the table of what keeps people out, and what holds for any staff and any draw."""

from collections import Counter
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketdesk.domain.assignment import (
    DRAWS,
    AssignmentMode,
    Candidate,
    Choice,
    Colleague,
    Exclusion,
    decide,
    replay,
)

ANNA, BEN, CARO = (UUID(int=number) for number in (1, 2, 3))
LEAST_LOADED, ROUTED, MANUAL = AssignmentMode.LEAST_LOADED, AssignmentMode.ROUTED, AssignmentMode.MANUAL
FLAGS = ("is_active", "may_work", "is_present", "is_working", "is_in_team")

colleagues = st.builds(
    Colleague,
    user_id=st.uuids(),
    load=st.integers(0, 6),
    capacity=st.none() | st.integers(0, 6),
    **{flag: st.booleans() for flag in FLAGS},
)
staffs = st.lists(colleagues, max_size=8, unique_by=lambda person: person.user_id)
draws = st.integers(0, DRAWS - 1)


@pytest.mark.parametrize(
    ("fields", "reasons"),
    [
        ({"is_active": False}, [Exclusion.INACTIVE]),
        ({"may_work": False}, [Exclusion.NOT_PERMITTED]),
        ({"is_present": False}, [Exclusion.AWAY]),
        ({"is_working": False}, [Exclusion.OUTSIDE_WORKING_HOURS]),
        ({"is_in_team": False}, [Exclusion.WRONG_TEAM]),
        ({"load": 3, "capacity": 3}, [Exclusion.OVER_CAPACITY]),
        ({"load": 4, "capacity": 3}, [Exclusion.OVER_CAPACITY]),
        ({"capacity": 0}, [Exclusion.OVER_CAPACITY]),
        ({"is_present": False, "is_active": False}, [Exclusion.INACTIVE, Exclusion.AWAY]),
        ({"load": 2, "capacity": 3}, []),
        ({"load": 99}, []),
        ({}, []),
    ],
)
def test_what_keeps_somebody_out_is_named(fields: dict[str, Any], reasons: list[Exclusion]) -> None:
    choice = decide(LEAST_LOADED, [Colleague(ANNA, **fields)], 0, respects_working_hours=True)
    assert [reason for excluded in choice.exclusions for reason in excluded.reasons] == reasons
    assert choice.assignee_id == (None if reasons else ANNA)
    assert choice.had_nobody_eligible is bool(reasons)


def test_working_hours_count_only_where_the_settings_ask_for_them() -> None:
    person = Colleague(ANNA, is_working=False)
    assert decide(LEAST_LOADED, [person], 0).assignee_id == ANNA
    assert decide(LEAST_LOADED, [person], 0, respects_working_hours=True).assignee_id is None


def test_somebody_without_tickets_comes_before_who_has_one() -> None:
    choice = decide(LEAST_LOADED, [Colleague(ANNA, 1), Colleague(BEN), Colleague(CARO, 2)], 7)
    assert choice.assignee_id == BEN
    assert choice.candidates == (Candidate(ANNA, 1), Candidate(BEN, 0), Candidate(CARO, 2))


@pytest.mark.parametrize(("draw", "chosen"), [(0, ANNA), (1, CARO), (2, ANNA), (DRAWS - 1, CARO)])
def test_the_draw_decides_among_equals_in_the_order_of_ids(draw: int, chosen: UUID) -> None:
    assert decide(LEAST_LOADED, [Colleague(CARO), Colleague(BEN, 1), Colleague(ANNA)], draw).assignee_id == chosen


def test_a_fixed_person_gets_it_although_away_and_full() -> None:
    person = Colleague(ANNA, 5, capacity=5, is_present=False, is_in_team=False)
    assert decide(ROUTED, [person], 0, is_fixed=True).assignee_id == ANNA


@pytest.mark.parametrize("fields", [{"is_active": False}, {"may_work": False}])
def test_a_fixed_person_who_may_not_work_tickets_gets_none(fields: dict[str, Any]) -> None:
    choice = decide(ROUTED, [Colleague(ANNA, **fields)], 0, is_fixed=True)
    assert (choice.assignee_id, choice.had_nobody_eligible) == (None, True)


def test_where_a_lead_gives_tickets_out_nobody_is_tried() -> None:
    choice = decide(MANUAL, [Colleague(ANNA)], 0)
    assert choice == Choice(MANUAL)
    assert not choice.had_nobody_eligible


def test_nobody_at_all_is_nobody_eligible() -> None:
    assert decide(LEAST_LOADED, [], 5) == Choice(LEAST_LOADED)
    assert decide(LEAST_LOADED, [], 5).had_nobody_eligible


@given(staffs, draws, st.booleans())
def test_everybody_is_either_a_candidate_or_left_out_for_a_reason(
    staff: list[Colleague], draw: int, respects_working_hours: bool
) -> None:
    choice = decide(LEAST_LOADED, staff, draw, respects_working_hours=respects_working_hours)
    left_out = [excluded.user_id for excluded in choice.exclusions]
    assert sorted([candidate.user_id for candidate in choice.candidates] + left_out) == sorted(
        person.user_id for person in staff
    )
    assert all(excluded.reasons for excluded in choice.exclusions)
    assert (choice.assignee_id is None) == (not choice.candidates)


@given(staffs, draws)
def test_nobody_has_fewer_than_the_one_who_gets_it(staff: list[Colleague], draw: int) -> None:
    choice = decide(LEAST_LOADED, staff, draw)
    loads = {each.user_id: each.load for each in choice.candidates}
    assert choice.assignee_id is None or loads[choice.assignee_id] == min(loads.values())


@given(staffs, draws, st.randoms(use_true_random=False))
def test_a_choice_can_be_made_again_from_what_it_went_by(staff: list[Colleague], draw: int, order: Any) -> None:
    choice = decide(LEAST_LOADED, staff, draw)
    assert replay(choice.candidates, choice.draw) == choice.assignee_id
    shuffled = list(choice.candidates)
    order.shuffle(shuffled)
    assert replay(shuffled, choice.draw) == choice.assignee_id


@given(st.integers(1, 7), st.integers(0, 1000))
def test_every_one_of_equals_is_drawn_as_often(people: int, first: int) -> None:
    staff = [Colleague(UUID(int=number)) for number in range(people)]
    drawn = Counter(decide(LEAST_LOADED, staff, first + turn).assignee_id for turn in range(people))
    assert set(drawn.values()) == {1}
    assert len(drawn) == people


@given(st.lists(draws, max_size=40), st.integers(1, 6))
def test_equals_never_differ_by_more_than_one(sequence: list[int], people: int) -> None:
    staff = {UUID(int=number): Colleague(UUID(int=number)) for number in range(people)}
    for draw in sequence:
        chosen = decide(LEAST_LOADED, staff.values(), draw).assignee_id
        assert chosen is not None
        staff[chosen] = staff[chosen]._replace(load=staff[chosen].load + 1)
        loads = [person.load for person in staff.values()]
        assert max(loads) - min(loads) <= 1
