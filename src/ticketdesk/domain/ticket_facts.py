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
    """What the rules ask about who acts: side, permissions, and what the actor is to this very ticket.

    ``is_checker``: named as its checker, or in the team that is. ``is_worker``: they were the last to complete it.
    """

    side: Side
    permissions: frozenset[Permission] = frozenset()
    is_creator: bool = False
    is_recipient: bool = False
    is_checker: bool = False
    is_worker: bool = False

    @classmethod
    def of(
        cls,
        actor: Actor,
        *,
        is_creator: bool = False,
        is_recipient: bool = False,
        is_checker: bool = False,
        is_worker: bool = False,
    ) -> "ActorFacts":
        """Take side and permissions from ``actor``; the relations to the ticket are the caller's to look up."""
        return cls(actor.side, actor.permissions, is_creator, is_recipient, is_checker, is_worker)


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


def may_check(actor: ActorFacts) -> bool:
    """Tell whether the actor checks tickets like this one, if it is the work of somebody else."""
    return actor.is_checker or Permission.TICKETS_CHECK in actor.permissions


def suits_actor(row: Step, actor: ActorFacts) -> bool:
    """Tell whether the row's guards on the actor hold.

    Leads and admins may check every ticket but, like everybody, none that they completed themselves: a check takes a
    second person. A desk with one lead needs a management team, or a second lead, for what that lead works.
    """
    holds = {
        Guard.CHECKER: may_check(actor) and not actor.is_worker,
        Guard.CREATOR_OR_RECIPIENT: actor.is_creator or actor.is_recipient,
    }
    return all(holds.get(guard, True) for guard in row.guards)
