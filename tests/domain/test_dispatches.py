from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketdesk.domain.addresses import normalise
from ticketdesk.domain.dispatches import AddressResult, Batch, DispatchState, TicketOutcome, group, judge, progress
from ticketdesk.domain.messages import MessageState

M, T = MessageState, TicketOutcome
ONE, TWO, THREE, FOUR, FIVE = (UUID(int=number) for number in range(1, 6))


def test_five_tickets_for_two_people_make_two_messages() -> None:
    pairs = [
        (ONE, "ann@example.com"),
        (TWO, "bob@example.com"),
        (THREE, "Ann@Example.com"),
        (FOUR, "bob@example.com"),
        (FIVE, " ann@example.com"),
    ]
    assert group(pairs) == (
        Batch("ann@example.com", "ann@example.com", (ONE, THREE, FIVE)),
        Batch("bob@example.com", "bob@example.com", (TWO, FOUR)),
    )


def test_a_ticket_with_two_spellings_of_one_mailbox_is_listed_once() -> None:
    assert group([(ONE, "a@example.com"), (ONE, "A@example.com"), (ONE, "b@example.com")]) == (
        Batch("a@example.com", "a@example.com", (ONE,)),
        Batch("b@example.com", "b@example.com", (ONE,)),
    )


def test_nothing_makes_no_message() -> None:
    assert group([]) == ()


spellings = st.sampled_from(["a@example.com", "A@EXAMPLE.com", "b@example.com", "c@example.com "])
all_pairs = st.lists(st.tuples(st.integers(1, 9).map(lambda number: UUID(int=number)), spellings))


@given(all_pairs)
def test_every_pair_is_in_exactly_one_batch(pairs: list[tuple[UUID, str]]) -> None:
    batches = group(pairs)
    listed = [(ticket_id, batch.address_key) for batch in batches for ticket_id in batch.ticket_ids]
    assert len(listed) == len(set(listed))
    assert set(listed) == {(ticket_id, normalise(address)) for ticket_id, address in pairs}
    assert len({batch.address_key for batch in batches}) == len(batches)


@given(all_pairs)
def test_the_order_is_that_of_the_pairs(pairs: list[tuple[UUID, str]]) -> None:
    keyed = [(ticket_id, normalise(address)) for ticket_id, address in pairs]
    batches = group(pairs)
    for batch in batches:
        places = [keyed.index((ticket_id, batch.address_key)) for ticket_id in batch.ticket_ids]
        assert all(one < other for one, other in pairwise(places))
    firsts = [keyed.index((batch.ticket_ids[0], batch.address_key)) for batch in batches]
    assert all(one < other for one, other in pairwise(firsts))


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([M.SENT], T.SENT),
        ([M.SENT, M.FAILED], T.SENT),
        ([M.SENT, M.QUEUED], T.SENT),
        ([M.QUEUED], T.PENDING),
        ([M.SENDING, M.FAILED], T.PENDING),
        ([M.FAILED], T.FAILED),
        ([M.FAILED, M.BOUNCED, M.SUPPRESSED], T.FAILED),
        ([M.FAILED, M.CANCELLED], T.FAILED),
        ([M.CANCELLED], T.WITHDRAWN),
        ([], T.WITHDRAWN),
    ],
)
def test_what_became_of_a_ticket(states: list[MessageState], expected: TicketOutcome) -> None:
    assert judge([AddressResult("a@example.com", state) for state in states])[0] is expected


def test_a_failed_ticket_tells_the_reason_of_each_address() -> None:
    results = [
        AddressResult("a@example.com", M.FAILED, "550 no such user"),
        AddressResult("b@example.com", M.SUPPRESSED),
        AddressResult("c@example.com", M.CANCELLED, "not tried"),
    ]
    assert judge(results)[1] == "a@example.com: 550 no such user; b@example.com: refused"


def test_only_a_failed_ticket_has_a_reason() -> None:
    assert judge([AddressResult("a@example.com", M.FAILED, "550"), AddressResult("b@example.com", M.SENT)])[1] is None


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([T.SENT, T.PENDING], DispatchState.SENDING),
        ([T.SENT, T.FAILED, T.WITHDRAWN, T.SKIPPED], DispatchState.DONE),
        ([], DispatchState.DONE),
    ],
)
def test_a_dispatch_is_done_when_no_ticket_is_pending(outcomes: list[TicketOutcome], expected: DispatchState) -> None:
    assert progress(outcomes) is expected
