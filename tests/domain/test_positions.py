"""Putting things in order: nothing is lost, nothing else changes places."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from ticketdesk.domain.positions import moved, placed, renumbered

ids = st.lists(st.uuids(), max_size=6, unique=True)
places = st.integers(1, 9)


@given(ids, ids, st.none() | places)
def test_what_is_added_stands_together_where_it_was_put(
    present: list[UUID], added: list[UUID], position: int | None
) -> None:
    order = placed(present, added, position)
    at = min((position or 9) - 1, len(present))
    assert order[at : at + len(added)] == added
    assert order[:at] + order[at + len(added) :] == present


@given(ids.filter(bool), st.data())
def test_what_is_moved_stands_there_and_the_others_keep_their_order(present: list[UUID], data: st.DataObject) -> None:
    one, position = data.draw(st.sampled_from(present)), data.draw(places)
    order = moved(present, one, position)
    assert order.index(one) == min(position, len(present)) - 1
    assert [other for other in order if other != one] == [other for other in present if other != one]


@given(ids, st.data())
def test_those_are_renumbered_that_stand_elsewhere(order: list[UUID], data: st.DataObject) -> None:
    present = (
        {each: data.draw(places) for each in data.draw(st.lists(st.sampled_from(order), unique=True))} if order else {}
    )
    after = present | renumbered(order, present)
    assert [after[each] for each in order] == list(range(1, len(order) + 1))
    assert all(present.get(each) != position for each, position in renumbered(order, present).items())
