"""What a step writes: the columns of a ticket that change when a row of the workflow is taken."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from ticketdesk.domain.actors import Side
from ticketdesk.domain.checks import NO_CHECKER, Checker
from ticketdesk.domain.ticket_actions import Action, Effect, Step
from ticketdesk.domain.ticket_statuses import Resolution, Status
from ticketdesk.domain.tickets import Speaker


@dataclass(frozen=True, slots=True)
class Taken:
    """How a step is taken: when (UTC), by which user (``None``: a recipient or the system), with which outcome.

    ``worker_id`` has to work it again (``None``: nobody is left), ``checker`` has to check it, where the step says so.
    """

    at: datetime
    user_id: UUID | None = None
    resolution: Resolution | None = None
    evidence: str | None = None
    worker_id: UUID | None = None
    checker: Checker = NO_CHECKER


@dataclass(frozen=True, slots=True)
class Before:
    """What the changes depend on in the ticket as it was."""

    rework_count: int = 0
    sent_at: datetime | None = None
    sendings: int = 0


_UNDONE_BY_REOPENING = {
    "closed_at": None,
    "resolution": None,
    "verified_by_id": None,
    "verified_at": None,
    "evidence": None,
}


def changes(step: Step, taken: Taken, before: Before) -> Mapping[str, Any]:
    """Return column → value for every column that ``step`` writes, the status among them."""
    written: dict[str, Any] = {"status": step.target}
    if step.is_reopening:
        written |= _UNDONE_BY_REOPENING
    if step.voids_completion:
        written["completed_at"] = None
    if step.target is Status.CLOSED:
        written |= {"closed_at": taken.at, "resolution": taken.resolution}
    return written | _sending(step, taken, before) | _effects(step, taken, before)


def spoken(side: Side, at: datetime, first_response_at: datetime | None) -> Mapping[str, Any]:
    """Return column → value for public words of ``side``; those of staff answer the ticket if none did before."""
    if side is Side.RECIPIENT:
        return {"newest_words_by": Speaker.RECIPIENT}
    return {"newest_words_by": Speaker.STAFF, "first_response_at": first_response_at or at}


def _sending(step: Step, taken: Taken, before: Before) -> dict[str, Any]:
    written: dict[str, Any] = {}
    if step.target is not Status.SEND_LATER:
        written["dispatch_id"] = None
    if step.action is Action.SEND or (step.is_creation and step.target is not Status.SEND_LATER):
        # The description is what was said; it answers nobody.
        written["newest_words_by"] = Speaker.RECIPIENT if step.side is Side.RECIPIENT else Speaker.STAFF
    if step.mails and before.sent_at is None:
        written["sent_at"] = taken.at
    if step.arms_reminders:
        written |= {"pending_since": taken.at, "reminders_sent": 0}
    if Effect.CONTENT in step.effects:
        written |= {"sendings": before.sendings + 1, "last_sending_at": taken.at}
    return written


def _effects(step: Step, taken: Taken, before: Before) -> dict[str, Any]:
    written: dict[str, Any] = {}
    if Effect.COMPLETION in step.effects:
        written |= {"completed_at": taken.at}
        if taken.user_id:
            written["worked_by_id"] = taken.user_id
    if Effect.VERIFICATION in step.effects:
        written |= {"verified_by_id": taken.user_id, "verified_at": taken.at, "evidence": taken.evidence}
    if Effect.REWORK in step.effects:
        written["rework_count"] = before.rework_count + 1
    if Effect.WORKER_ASSIGNMENT in step.effects:
        written |= {"assignee_id": taken.worker_id, "had_nobody_eligible": taken.worker_id is None}
    if Effect.CHECKER_APPOINTMENT in step.effects:
        written |= {"checker_id": taken.checker.user_id, "checker_team_id": taken.checker.team_id}
    return written
