"""Which tickets a dispatch may claim: held ones that no other dispatch has, and that somebody can be written to."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from ticketdesk.domain.actors import SYSTEM
from ticketdesk.domain.ticket_workflow import Action, ActorFacts, TicketFacts, allowed_actions


class SkipReason(StrEnum):
    """Why a dispatch leaves a ticket alone that it was asked to send."""

    NOT_HELD = "not_held"
    ARCHIVED = "archived"
    ALREADY_DISPATCHED = "already_dispatched"
    NO_RECIPIENT = "no_recipient"


@dataclass(frozen=True, slots=True)
class Claimable:
    """What the rule asks about a ticket; ``dispatch_id`` is the dispatch that has it already."""

    id: UUID
    facts: TicketFacts
    dispatch_id: UUID | None = None
    has_recipient: bool = True


def obstacle(ticket: Claimable) -> SkipReason | None:
    """Return why a dispatch cannot claim ``ticket``, ``None`` if it can: the schedule may take the step ``send``."""
    obstacles = (
        (ticket.facts.is_archived, SkipReason.ARCHIVED),
        (Action.SEND not in allowed_actions(ticket.facts, ActorFacts.of(SYSTEM)), SkipReason.NOT_HELD),
        (ticket.dispatch_id is not None, SkipReason.ALREADY_DISPATCHED),
        (not ticket.has_recipient, SkipReason.NO_RECIPIENT),
    )
    return next((reason for applies, reason in obstacles if applies), None)
