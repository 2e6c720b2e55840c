"""Decisions about assignees as they are kept, and as they are told to whoever asks why."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from ticketdesk.domain.actors import Actor
from ticketdesk.domain.assignment import AssignmentCause, Candidate, Choice, Excluded, Exclusion
from ticketdesk.domain.assignment_words import Told, explain
from ticketdesk.domain.errors import NotFound
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.repositories.assignments import DecisionRecord
from ticketdesk.repositories.tickets import TicketRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.activities import ActivityActor
from ticketdesk.schemas.assignments import AssignmentCandidate, AssignmentDecision, AssignmentExclusion
from ticketdesk.schemas.tickets import Named


def by_rule(
    ticket: TicketRecord, actor: Actor, cause: AssignmentCause, now: datetime, choice: Choice
) -> DecisionRecord:
    """Return a decision of the rules, set off by ``actor``, with all that it went by."""
    candidates = [{"user_id": _spell(each.user_id), "load": each.load} for each in choice.candidates]
    exclusions = [
        {"user_id": _spell(each.user_id), "load": each.load, "reasons": [*each.reasons]} for each in choice.exclusions
    ]
    went_by = {"mode": choice.mode, "candidates": candidates, "exclusions": exclusions, "draw": choice.draw}
    return _made(ticket, actor, cause, now, choice.assignee_id, **went_by)


# Everybody of the desk is in each decision, and spelling them takes as long as deciding.
@lru_cache(4096)
def _spell(user_id: UUID) -> str:
    return str(user_id)


def by_person(
    ticket: TicketRecord, actor: Actor, cause: AssignmentCause, now: datetime, assignee_id: UUID | None
) -> DecisionRecord:
    """Return the decision of a person, for which no rule was asked."""
    return _made(ticket, actor, cause, now, assignee_id)


def _made(
    ticket: TicketRecord,
    actor: Actor,
    cause: AssignmentCause,
    now: datetime,
    assignee_id: UUID | None,
    **went_by: Any,
) -> DecisionRecord:
    decided_by_kind, decided_by_id = actor.person
    return DecisionRecord(
        ticket_id=ticket.id,
        cause=cause,
        assignee_id=assignee_id,
        previous_assignee_id=ticket.assignee_id,
        decided_by_kind=decided_by_kind.value,
        decided_by_id=str(decided_by_id) if decided_by_id else None,
        decided_by_name=actor.name,
        decided_at=now,
        **went_by,
    )


def facts_of(decision: DecisionRecord) -> dict[str, Any]:
    """Return what the ticket's record says of a decision."""
    return {
        "cause": decision.cause,
        "mode": decision.mode,
        "assignee_id": decision.assignee_id,
        "previous_assignee_id": decision.previous_assignee_id,
        "decision_id": decision.id,
    }


def choice_of(decision: DecisionRecord) -> Choice | None:
    """Return the choice that a decision keeps, as the rule made it; ``None`` where a person decided."""
    if decision.mode is None:
        return None
    candidates = tuple(Candidate(UUID(each["user_id"]), each["load"]) for each in decision.candidates)
    exclusions = tuple(
        Excluded(UUID(each["user_id"]), each["load"], tuple(Exclusion(reason) for reason in each["reasons"]))
        for each in decision.exclusions
    )
    return Choice(decision.mode, candidates, exclusions, decision.draw, decision.assignee_id)


async def page(uow: UnitOfWork, actor: Actor, ticket_id: UUID, request: PageRequest) -> Page[AssignmentDecision]:
    """Return a page of the decisions about a ticket's assignee, oldest first; raises ``NotFound``."""
    if await uow.tickets.find(ticket_id, actor) is None:
        raise NotFound("Ticket")
    found = await uow.assignments.page(ticket_id, request)
    names = await uow.users.names(_people(found.items))
    return Page([_shown(decision, names) for decision in found.items], found.next)


def _people(decisions: Iterable[DecisionRecord]) -> list[UUID]:
    people = set[UUID]()
    for decision in decisions:
        people |= {UUID(each["user_id"]) for each in (*decision.candidates, *decision.exclusions)}
        people |= {each for each in (decision.assignee_id, decision.previous_assignee_id) if each}
    return sorted(people)


def _shown(decision: DecisionRecord, names: dict[UUID, str]) -> AssignmentDecision:
    def person(user_id: UUID | None) -> Named | None:
        return Named(id=user_id, name=names[user_id]) if user_id else None

    choice = choice_of(decision)
    told = Told(decision.cause, choice, decision.decided_by_name, decision.assignee_id, decision.previous_assignee_id)
    return AssignmentDecision(
        id=decision.id,
        cause=decision.cause,
        mode=decision.mode,
        assignee=person(decision.assignee_id),
        previous_assignee=person(decision.previous_assignee_id),
        explanation=explain(told, names),
        candidates=[
            AssignmentCandidate(id=each.user_id, name=names[each.user_id], load=each.load)
            for each in (choice.candidates if choice else ())
        ],
        exclusions=[
            AssignmentExclusion(id=each.user_id, name=names[each.user_id], load=each.load, reasons=list(each.reasons))
            for each in (choice.exclusions if choice else ())
        ],
        draw=decision.draw,
        decided_at=decision.decided_at,
        decided_by=ActivityActor(
            kind=decision.decided_by_kind, id=decision.decided_by_id, name=decision.decided_by_name
        ),
    )
