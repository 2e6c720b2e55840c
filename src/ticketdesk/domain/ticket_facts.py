"""What the rules of the workflow ask about a ticket and an actor, and whether a step's conditions hold for them."""

from dataclasses import dataclass

from ticketdesk.domain.actors import Actor, Side
from ticketdesk.domain.permissions import Permission
from ticketdesk.domain.ticket_actions import Guard, Step
from ticketdesk.domain.ticket_statuses import Status, TicketKind


@dataclass(frozen=True, slots=True)
class TicketFacts:
    """What the rules ask about a ticket. ``has_completion``: someone completed it and it was not asked again since."""

    kind: TicketKind
    status: Status
    is_archived: bool = False
    requires_check: bool = False
    has_completion: bool = False


@dataclass(frozen=True, slots=True)
class ActorFacts:
    """What the rules ask about who acts: side, permissions, and what the actor is to this very ticket."""

    side: Side
    permissions: frozenset[Permission] = frozenset()
    is_creator: bool = False
    is_recipient: bool = False
    is_checker: bool = False

    @classmethod
    def of(
        cls, actor: Actor, *, is_creator: bool = False, is_recipient: bool = False, is_checker: bool = False
    ) -> "ActorFacts":
        """Take side and permissions from ``actor``; the relations to the ticket are the caller's to look up."""
        return cls(actor.side, actor.permissions, is_creator, is_recipient, is_checker)


def is_open_to(row: Step, actor: ActorFacts) -> bool:
    """Tell whether side and permission fit; the system needs no permission, but may only do what is automatic."""
    if actor.side is Side.SYSTEM:
        return row.is_automatic
    return row.side is actor.side and row.permission in actor.permissions


def suits_ticket(row: Step, ticket: TicketFacts) -> bool:
    """Tell whether the row's guards on the ticket hold."""
    holds = {
        Guard.REQUIRES_CHECK: ticket.requires_check,
        Guard.REQUIRES_NO_CHECK: not ticket.requires_check,
        Guard.COMPLETION_STANDS: ticket.has_completion,
        Guard.NO_COMPLETION_STANDS: not ticket.has_completion,
    }
    return all(holds.get(guard, True) for guard in row.guards)


def suits_actor(row: Step, actor: ActorFacts) -> bool:
    """Tell whether the row's guards on the actor hold; leads and admins may check every ticket."""
    holds = {
        Guard.CHECKER: actor.is_checker or Permission.TICKETS_CHECK in actor.permissions,
        Guard.CREATOR_OR_RECIPIENT: actor.is_creator or actor.is_recipient,
    }
    return all(holds.get(guard, True) for guard in row.guards)
