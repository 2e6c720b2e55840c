"""Which tickets staff have to look at, and why (spec: product.md section 3)."""

from dataclasses import dataclass
from enum import StrEnum

from ticketdesk.domain.ticket_statuses import Status


class AttentionReason(StrEnum):
    """Why a ticket needs staff; the first three are statuses of the same name."""

    SEND_LATER = "send_later"
    COMMENT_ADDED = "comment_added"
    PENDING_VERIFICATION = "pending_verification"
    UNASSIGNED = "unassigned"
    DELIVERY_FAILED = "delivery_failed"
    CRM_CONFLICT = "crm_conflict"


# The statuses that need attention whatever else is true of the ticket.
BY_STATUS = {
    Status.SEND_LATER: AttentionReason.SEND_LATER,
    Status.COMMENT_ADDED: AttentionReason.COMMENT_ADDED,
    Status.PENDING_VERIFICATION: AttentionReason.PENDING_VERIFICATION,
}


@dataclass(frozen=True, slots=True)
class AttentionFacts:
    """What the rule asks. ``has_delivery_failed``: the last message reached none of the ticket's addresses.

    ``had_nobody_eligible``: assignment was tried and found no one.
    """

    status: Status
    is_assigned: bool = False
    is_archived: bool = False
    has_delivery_failed: bool = False
    had_nobody_eligible: bool = False
    has_crm_conflict: bool = False


def reasons(facts: AttentionFacts) -> tuple[AttentionReason, ...]:
    """Return every reason why the ticket needs attention, in the order of ``AttentionReason``; none while archived."""
    if facts.is_archived:
        return ()
    is_waiting = facts.status is Status.NEW or (facts.had_nobody_eligible and facts.status is not Status.CLOSED)
    found = {
        BY_STATUS.get(facts.status): True,
        AttentionReason.UNASSIGNED: is_waiting and not facts.is_assigned,
        AttentionReason.DELIVERY_FAILED: facts.has_delivery_failed,
        AttentionReason.CRM_CONFLICT: facts.has_crm_conflict,
    }
    return tuple(reason for reason in AttentionReason if found.get(reason))
