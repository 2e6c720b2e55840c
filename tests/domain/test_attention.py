import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketdesk.domain.attention import AttentionFacts, AttentionReason, reasons
from ticketdesk.domain.ticket_workflow import Status

R = AttentionReason


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (AttentionFacts(Status.SEND_LATER), (R.SEND_LATER,)),
        (AttentionFacts(Status.NEW), (R.UNASSIGNED,)),
        (AttentionFacts(Status.NEW, is_assigned=True), ()),
        (AttentionFacts(Status.OPEN), ()),
        (AttentionFacts(Status.PENDING_CORRECTION), ()),
        (AttentionFacts(Status.COMMENT_ADDED), (R.COMMENT_ADDED,)),
        (AttentionFacts(Status.PENDING_VERIFICATION), (R.PENDING_VERIFICATION,)),
        (AttentionFacts(Status.CLOSED), ()),
        (AttentionFacts(Status.OPEN, had_nobody_eligible=True), (R.UNASSIGNED,)),
        (AttentionFacts(Status.OPEN, had_nobody_eligible=True, is_assigned=True), ()),
        (AttentionFacts(Status.CLOSED, had_nobody_eligible=True), ()),
        (AttentionFacts(Status.PENDING_CORRECTION, has_delivery_failed=True), (R.DELIVERY_FAILED,)),
        (AttentionFacts(Status.SEND_LATER, has_delivery_failed=True), (R.SEND_LATER, R.DELIVERY_FAILED)),
        (AttentionFacts(Status.CLOSED, has_crm_conflict=True), (R.CRM_CONFLICT,)),
        (AttentionFacts(Status.COMMENT_ADDED, is_archived=True, has_delivery_failed=True), ()),
    ],
)
def test_reasons(facts: AttentionFacts, expected: tuple[AttentionReason, ...]) -> None:
    assert reasons(facts) == expected


@given(
    st.builds(
        AttentionFacts,
        status=st.sampled_from(Status),
        is_assigned=st.booleans(),
        has_delivery_failed=st.booleans(),
        had_nobody_eligible=st.booleans(),
        has_crm_conflict=st.booleans(),
    )
)
def test_an_unarchived_ticket_of_three_statuses_always_needs_attention(facts: AttentionFacts) -> None:
    always = {Status.SEND_LATER, Status.COMMENT_ADDED, Status.PENDING_VERIFICATION}
    assert (facts.status.value in reasons(facts)) == (facts.status in always)
