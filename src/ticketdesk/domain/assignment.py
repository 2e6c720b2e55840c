"""How support tickets find the one who works them (spec: product.md section 5, assignment).

The rule is ``decide``: who may get a ticket, who may not and why, and who of those with the fewest does. What it went
by is kept with the choice, so that ``replay`` makes it again.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

# Whole numbers below this survive every reader of JSON (RFC 8259 section 6).
DRAWS = 1 << 53


class AssignmentMode(StrEnum):
    """How the tickets of a category are given out: to whoever has the fewest, to a fixed place, or by a lead."""

    LEAST_LOADED = "least_loaded"
    ROUTED = "routed"
    MANUAL = "manual"


class AssignmentCause(StrEnum):
    """Why somebody became the assignee, or why that was tried."""

    CREATED = "created"
    FREED = "freed"
    AUTOMATIC = "automatic"
    ASSIGNED = "assigned"
    TAKEN = "taken"
    HANDED_OVER = "handed_over"
    TRANSFERRED = "transferred"
    RETURNED = "returned"


class HandoverState(StrEnum):
    """Where a request to take a ticket over stands; all but ``pending`` are final."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Exclusion(StrEnum):
    """Why a ticket cannot go to somebody."""

    INACTIVE = "inactive"
    NOT_PERMITTED = "not_permitted"
    AWAY = "away"
    OUTSIDE_WORKING_HOURS = "outside_working_hours"
    WRONG_TEAM = "wrong_team"
    OVER_CAPACITY = "over_capacity"


# A ticket that is routed to one person goes to them even while they are away: they find it when they are back.
_KEEPS_A_FIXED_PERSON_OUT = frozenset({Exclusion.INACTIVE, Exclusion.NOT_PERMITTED})


class Colleague(NamedTuple):
    """Somebody of the staff as they are at the moment of a decision.

    ``load`` is their number of open assigned tickets of all kinds, ``capacity`` how many they have at most (``None``:
    any number). ``may_work``: role and own settings let tickets be given to them. ``is_in_team``: in the team that the
    ticket is for, or it is for everybody.
    """

    user_id: UUID
    load: int = 0
    capacity: int | None = None
    is_active: bool = True
    may_work: bool = True
    is_present: bool = True
    is_working: bool = True
    is_in_team: bool = True

    @property
    def exclusions(self) -> tuple[Exclusion, ...]:
        """Everything that stands against giving them one more ticket, in the order of ``Exclusion``."""
        is_full = self.capacity is not None and self.load >= self.capacity
        speaks_for_them = (
            self.is_active, self.may_work, self.is_present, self.is_working, self.is_in_team, not is_full,
        )  # fmt: skip
        # Everybody of the desk is judged while others wait.
        if all(speaks_for_them):
            return ()
        return tuple(reason for reason, holds in zip(Exclusion, speaks_for_them, strict=True) if not holds)


class Candidate(NamedTuple):
    """Somebody who could get the ticket, with their number of open assigned tickets."""

    user_id: UUID
    load: int


@dataclass(frozen=True, slots=True)
class Excluded:
    """Somebody who could not, with their number of open assigned tickets and every reason."""

    user_id: UUID
    load: int
    reasons: tuple[Exclusion, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom the rule chose, and all that it went by; ``assignee_id`` is ``None`` where nobody was eligible.

    ``candidates`` are in the order of their ids. ``draw`` is ``None`` where there was nothing to draw from.
    """

    mode: AssignmentMode
    candidates: tuple[Candidate, ...] = ()
    exclusions: tuple[Excluded, ...] = ()
    draw: int | None = None
    assignee_id: UUID | None = None

    @property
    def had_nobody_eligible(self) -> bool:
        """True if the rule tried and found no one; where a lead gives tickets out, it does not try."""
        return self.assignee_id is None and self.mode is not AssignmentMode.MANUAL


def decide(
    mode: AssignmentMode,
    staff: Iterable[Colleague],
    draw: int,
    *,
    is_fixed: bool = False,
    respects_working_hours: bool = False,
) -> Choice:
    """Return who of ``staff`` gets the ticket: one of those with the fewest open tickets, by ``draw`` among equals.

    ``draw`` is a random whole number from 0 to ``DRAWS`` - 1. ``is_fixed``: ``staff`` is the one person whom tickets
    of this kind are routed to, who only has to be active and permitted. ``manual`` chooses nobody.
    """
    if mode is AssignmentMode.MANUAL:
        return Choice(mode)
    asked = _KEEPS_A_FIXED_PERSON_OUT if is_fixed else frozenset(Exclusion)
    if not respects_working_hours:
        asked -= {Exclusion.OUTSIDE_WORKING_HOURS}
    candidates, exclusions = _divide(staff, asked)
    kept = draw if candidates else None
    return Choice(mode, candidates, exclusions, kept, replay(candidates, kept))


def replay(candidates: Sequence[Candidate], draw: int | None) -> UUID | None:
    """Return whom a choice from ``candidates`` by ``draw`` falls on; ``None`` without any.

    Of those with the fewest open tickets, in the order of their ids, the one whose place is the remainder of the draw
    by their number.
    """
    if draw is None or not candidates:
        return None
    tied = fewest(candidates)
    return tied[draw % len(tied)].user_id


def fewest(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return those of ``candidates``, of whom there is one at least, with the fewest open tickets, by their ids."""
    least = min(map(attrgetter("load"), candidates))
    return sorted([each for each in candidates if each.load == least], key=attrgetter("user_id"))


def _divide(
    staff: Iterable[Colleague], asked: Collection[Exclusion]
) -> tuple[tuple[Candidate, ...], tuple[Excluded, ...]]:
    candidates, exclusions = [], []
    for person in sorted(staff, key=attrgetter("user_id")):
        against = person.exclusions
        # Nothing stands against most of them.
        reasons = tuple(reason for reason in against if reason in asked) if against else ()
        if reasons:
            exclusions.append(Excluded(person.user_id, person.load, reasons))
        else:
            candidates.append(Candidate(person.user_id, person.load))
    return tuple(candidates), tuple(exclusions)
