"""A decision about an assignee in words: why this person, or why nobody."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from ticketdesk.domain.assignment import AssignmentCause, AssignmentMode, Choice, Exclusion, fewest

_WHY_NOT = {
    Exclusion.INACTIVE: "is no longer active",
    Exclusion.NOT_PERMITTED: "works no tickets",
    Exclusion.AWAY: "is away",
    Exclusion.OUTSIDE_WORKING_HOURS: "is outside of their working hours",
    Exclusion.WRONG_TEAM: "is not in the team",
    Exclusion.OVER_CAPACITY: "has as many tickets as they can take",
}
_BY_A_PERSON = {
    AssignmentCause.ASSIGNED: "{decider} gave the ticket to {assignee}.",
    AssignmentCause.TAKEN: "{assignee} took the ticket.",
    AssignmentCause.HANDED_OVER: "{previous} handed the ticket over to {assignee}; {decider} accepted.",
    AssignmentCause.TRANSFERRED: "{decider} transferred the ticket to {assignee}.",
    AssignmentCause.RETURNED: "{decider} returned the ticket to {assignee}, who had done the work.",
}


@dataclass(frozen=True, slots=True)
class Told:
    """A decision as far as it is told; ``choice`` is ``None`` where a person decided."""

    cause: AssignmentCause
    choice: Choice | None
    decider: str
    assignee_id: UUID | None
    previous_assignee_id: UUID | None


def explain(told: Told, names: Mapping[UUID, str]) -> str:
    """Return the decision in sentences; ``names`` are of everybody whom it is about."""
    if told.choice is None:
        pattern = _BY_A_PERSON.get(told.cause, "{decider} gave the ticket to {assignee}.")
        assignee, previous = _name(told.assignee_id, names), _name(told.previous_assignee_id, names)
        return pattern.format(decider=told.decider, assignee=assignee, previous=previous)
    if told.choice.mode is AssignmentMode.MANUAL:
        return "Tickets of this category are given out by a lead."
    if told.choice.assignee_id is None:
        return _nobody(told.choice, names)
    return _somebody(told.choice, names[told.choice.assignee_id])


def _name(user_id: UUID | None, names: Mapping[UUID, str]) -> str:
    return names[user_id] if user_id else "Nobody"


def _somebody(choice: Choice, name: str) -> str:
    if len(choice.candidates) == 1:
        return f"{name} was the only one who could take the ticket."
    tied = fewest(choice.candidates)
    least = f"the fewest open tickets ({tied[0].load}) of {len(choice.candidates)} who could take it"
    if len(tied) == 1:
        return f"{name} had {least}."
    return f"{len(tied)} people had {least}; among them {name} was drawn."


def _nobody(choice: Choice, names: Mapping[UUID, str]) -> str:
    # Whoever is gone or works no tickets is no news.
    lasting = {Exclusion.INACTIVE, Exclusion.NOT_PERMITTED}
    present = [each for each in choice.exclusions if not lasting & set(each.reasons)]
    told = present or choice.exclusions
    why = "; ".join(f"{names[each.user_id]} {_WHY_NOT[each.reasons[0]]}" for each in told)
    return f"Nobody could take the ticket: {why}." if why else "Nobody could take the ticket: there is no staff."
