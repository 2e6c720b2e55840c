"""Decisions in words."""

from uuid import UUID

import pytest

from ticketdesk.domain.assignment import (
    AssignmentCause,
    AssignmentMode,
    Candidate,
    Choice,
    Colleague,
    Excluded,
    Exclusion,
    decide,
)
from ticketdesk.domain.assignment_words import Told, explain

ANNA, BEN, CARO = (UUID(int=number) for number in (1, 2, 3))
NAMES = {ANNA: "Anna", BEN: "Ben", CARO: "Caro"}
LEAST_LOADED = AssignmentMode.LEAST_LOADED


def told(cause: AssignmentCause, choice: Choice | None = None, assignee: UUID | None = None) -> str:
    """Return a decision of Lea's, about a ticket that was Caro's."""
    return explain(Told(cause, choice, "Lea", choice.assignee_id if choice else assignee, CARO), NAMES)


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        (Choice(AssignmentMode.MANUAL), "Tickets of this category are given out by a lead."),
        (decide(LEAST_LOADED, [Colleague(ANNA)], 0), "Anna was the only one who could take the ticket."),
        (
            decide(LEAST_LOADED, [Colleague(ANNA, 3), Colleague(BEN, 1)], 0),
            "Ben had the fewest open tickets (1) of 2 who could take it.",
        ),
        (
            decide(LEAST_LOADED, [Colleague(ANNA), Colleague(BEN), Colleague(CARO, 1)], 1),
            "2 people had the fewest open tickets (0) of 3 who could take it; among them Ben was drawn.",
        ),
        (
            decide(LEAST_LOADED, [Colleague(ANNA, is_present=False), Colleague(BEN, 2, 2)], 1),
            "Nobody could take the ticket: Anna is away; Ben has as many tickets as they can take.",
        ),
        (
            decide(LEAST_LOADED, [Colleague(ANNA, is_active=False), Colleague(BEN, is_in_team=False)], 1),
            "Nobody could take the ticket: Ben is not in the team.",
        ),
        (
            decide(LEAST_LOADED, [Colleague(ANNA, is_active=False)], 1),
            "Nobody could take the ticket: Anna is no longer active.",
        ),
        (decide(LEAST_LOADED, [], 1), "Nobody could take the ticket: there is no staff."),
    ],
)
def test_a_choice_of_the_rules_is_explained(choice: Choice, words: str) -> None:
    assert told(AssignmentCause.CREATED, choice) == words


@pytest.mark.parametrize("reason", list(Exclusion))
def test_every_reason_has_words(reason: Exclusion) -> None:
    choice = Choice(LEAST_LOADED, exclusions=(Excluded(ANNA, 0, (reason,)),))
    assert told(AssignmentCause.CREATED, choice).startswith("Nobody could take the ticket: Anna ")


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (AssignmentCause.ASSIGNED, "Lea gave the ticket to Anna."),
        (AssignmentCause.TAKEN, "Anna took the ticket."),
        (AssignmentCause.HANDED_OVER, "Caro handed the ticket over to Anna; Lea accepted."),
        (AssignmentCause.TRANSFERRED, "Lea transferred the ticket to Anna."),
        (AssignmentCause.RETURNED, "Lea returned the ticket to Anna, who had done the work."),
    ],
)
def test_what_people_decide_is_told(cause: AssignmentCause, words: str) -> None:
    assert told(cause, assignee=ANNA) == words


def test_the_words_of_a_draw_name_who_the_draw_falls_on() -> None:
    candidates = (Candidate(ANNA, 2), Candidate(BEN, 2))
    choice = Choice(LEAST_LOADED, candidates, draw=5, assignee_id=BEN)
    assert "Ben was drawn" in told(AssignmentCause.FREED, choice)
