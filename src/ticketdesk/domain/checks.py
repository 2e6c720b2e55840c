"""The second person who verifies what somebody did (spec: product.md section 5, check)."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from ticketdesk.domain.tickets import Origin


class ReworkCause(StrEnum):
    """Why work had to be done again: the checker returned it, staff reopened it, or the client came back to it."""

    RETURNED = "returned"
    REOPENED = "reopened"
    COMMENTED = "commented"


# What the ledger says where no reason was given, because a client's words reopened the ticket.
COMMENTED_ON = "The client came back to it after it was closed."


@dataclass(frozen=True, slots=True)
class CheckFacts:
    """What decides who checks a ticket: how it came in, who made it, who completed it (``None``: nobody yet)."""

    origin: Origin
    creator_id: UUID | None
    is_creator_active: bool = True
    worker_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Checker:
    """Who checks: one person, or anybody of a team; with neither it is left to leads and admins."""

    user_id: UUID | None = None
    team_id: UUID | None = None


NO_CHECKER = Checker()


def checker(facts: CheckFacts, management_team_id: UUID | None) -> Checker:
    """Return who checks a ticket: the staff member who made it, otherwise the management team.

    It is the management team's where the client, a sign-up or a mail opened the ticket, and where its creator is no
    longer active or did the work: a check takes a second person.
    """
    is_second_person = facts.is_creator_active and facts.creator_id != facts.worker_id
    if facts.origin is Origin.STAFF and facts.creator_id is not None and is_second_person:
        return Checker(user_id=facts.creator_id)
    return Checker(team_id=management_team_id)
