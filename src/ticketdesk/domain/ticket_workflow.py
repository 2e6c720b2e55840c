"""The engine: what an actor may do to a ticket now, decided from the table in ``ticket_steps`` alone.

Also the door to the workflow's vocabulary: other layers import it from here.
"""

from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from typing import NoReturn

from ticketdesk.domain.activities import ActivityKind
from ticketdesk.domain.actors import Side
from ticketdesk.domain.errors import Conflict, InvalidInput, InvalidTransition, NotFound, NotPermitted
from ticketdesk.domain.messages import Purpose
from ticketdesk.domain.ticket_actions import Action, Audience, Effect, Guard, Step
from ticketdesk.domain.ticket_facts import ActorFacts, TicketFacts, is_open_to, may_check, suits_actor, suits_ticket
from ticketdesk.domain.ticket_statuses import (
    Resolution,
    Status,
    TicketKind,
    color,
    is_waiting_for_recipient,
    label,
    statuses,
)
from ticketdesk.domain.ticket_steps import STEPS

__all__ = [
    "STEPS",
    "Action",
    "ActorFacts",
    "AlreadyHolds",
    "Audience",
    "Effect",
    "Guard",
    "Resolution",
    "Status",
    "Stays",
    "Step",
    "TicketFacts",
    "TicketKind",
    "allowed_actions",
    "choose_resolution",
    "color",
    "is_waiting_for_recipient",
    "label",
    "require_not_archived",
    "resolve",
    "resolve_creation",
    "statuses",
]


@dataclass(frozen=True, slots=True)
class Stays:
    """Words are posted and the status stays as it is, because no row leads on from there."""

    action: Action
    activity: ActivityKind
    mails: Purpose | None
    notifies: Audience | None


@dataclass(frozen=True, slots=True)
class AlreadyHolds:
    """The step was taken before and still holds: answer with the unchanged ticket, record nothing."""

    action: Action
    status: Status


class _Refusal(Enum):
    """Why the table says no."""

    NOT_VISIBLE = auto()
    NOT_PERMITTED = auto()
    OWN_WORK = auto()
    ARCHIVED = auto()
    CLOSED = auto()
    NO_STEP = auto()


_WORDS = {Action.COMMENT, Action.REPLY}
_REPEATABLE = {Action.COMPLETE, Action.CLOSE}
_TAKEN_LATER = tuple(action for action in Action if action not in {Action.CREATE, Action.CREATE_HELD})


@lru_cache(maxsize=4096)
def allowed_actions(ticket: TicketFacts, actor: ActorFacts) -> tuple[Action, ...]:
    """Return what ``actor`` may do to ``ticket`` now, in the order of ``Action``.

    Exactly the actions that ``resolve`` (given a reason) answers with ``Step`` or ``Stays``; a step that already
    holds is no choice.
    """
    return tuple(action for action in _TAKEN_LATER if isinstance(_judge(ticket, action, actor), Step | Stays))


def resolve(
    ticket: TicketFacts, action: Action, actor: ActorFacts, *, reason: str | None = None
) -> Step | Stays | AlreadyHolds:
    """Return the row by which ``actor`` takes ``action``, or that the status stays, or that the step already holds.

    Raises ``NotFound`` for a held ticket seen from outside, ``NotPermitted``, ``Conflict`` (``ticket_archived``,
    ``ticket_closed``), ``InvalidTransition``, and ``InvalidInput`` at ``/reason`` where the row needs one that says
    something.
    """
    verdict = _judge(ticket, action, actor)
    if isinstance(verdict, _Refusal):
        _refuse(verdict, ticket, action, actor)
    if isinstance(verdict, Step) and verdict.needs_reason and not (reason or "").strip():
        raise InvalidInput.at("/reason", "reason_required", "This step needs a reason.")
    return verdict


def resolve_creation(kind: TicketKind, actor: ActorFacts, *, is_held: bool = False) -> Step:
    """Return the row by which ``actor`` creates a ticket of ``kind``, held back or sent at once.

    Raises ``InvalidInput`` at ``/send`` if that kind cannot be held, ``NotPermitted`` if the actor may not.
    """
    action = Action.CREATE_HELD if is_held else Action.CREATE
    rows = _BY_ACTION.get((kind, action), ())
    if not rows:
        raise InvalidInput.at("/send", "not_for_this_kind", f"A {kind.value} ticket cannot be held back.")
    for row in rows:
        if is_open_to(row, actor):
            return row
    raise NotPermitted(f"This actor may not create a {kind.value} ticket.")


def choose_resolution(step: Step, wanted: Resolution | None) -> Resolution | None:
    """Return the resolution that ``step`` writes: ``wanted``, or its default, or ``None`` where it does not close.

    Raises ``InvalidInput`` at ``/resolution`` for one that the row does not offer.
    """
    if wanted is None:
        return step.resolutions[0] if step.resolutions else None
    if wanted not in step.resolutions:
        raise InvalidInput.at("/resolution", "resolution_not_allowed", "This step cannot end with that resolution.")
    return wanted


def require_not_archived(ticket: TicketFacts) -> None:
    """Raise ``Conflict`` (``ticket_archived``) for an archived ticket: it is read-only until reactivated."""
    if ticket.is_archived:
        raise Conflict("The ticket is archived; reactivate it first.", code="ticket_archived")


def _judge(ticket: TicketFacts, action: Action, actor: ActorFacts) -> Step | Stays | AlreadyHolds | _Refusal:
    """Decide in the order in which a caller may learn things: visible, permitted, writable, possible."""
    if actor.side is Side.RECIPIENT and ticket.status is Status.SEND_LATER:
        return _Refusal.NOT_VISIBLE
    rows = [row for row in _BY_ACTION.get((ticket.kind, action), ()) if not row.is_creation]
    open_rows = [row for row in rows if is_open_to(row, actor)]
    if rows and not open_rows:
        return _Refusal.NOT_PERMITTED
    if ticket.is_archived:
        return _Refusal.ARCHIVED
    return _pick(open_rows, ticket, actor) or _without_row(open_rows, ticket, action, actor)


def _pick(rows: list[Step], ticket: TicketFacts, actor: ActorFacts) -> Step | _Refusal | None:
    """Return the row that leads on from the present status; ``None`` if there is none for anybody on this side."""
    possible = [row for row in rows if ticket.status in row.sources and suits_ticket(row, ticket)]
    if not possible:
        return None
    return next((row for row in possible if suits_actor(row, actor)), _unsuited(possible, actor))


def _unsuited(rows: list[Step], actor: ActorFacts) -> _Refusal:
    """Return why none of ``rows`` suits the actor."""
    is_check = any(Guard.CHECKER in row.guards for row in rows)
    return _Refusal.OWN_WORK if is_check and actor.is_worker and may_check(actor) else _Refusal.NOT_PERMITTED


def _without_row(
    rows: list[Step], ticket: TicketFacts, action: Action, actor: ActorFacts
) -> Stays | AlreadyHolds | _Refusal:
    """Decide for a status from which no row leads on by ``action``."""
    if action in _WORDS and rows:
        return _post(rows[0], ticket)
    held = [row for row in rows if row.target is ticket.status and suits_ticket(row, ticket)]
    if action not in _REPEATABLE or not held:
        return _Refusal.NO_STEP
    if not any(suits_actor(row, actor) for row in held):
        return _unsuited(held, actor)
    return AlreadyHolds(action, ticket.status)


def _post(row: Step, ticket: TicketFacts) -> Stays | _Refusal:
    """Return words that move nothing; a recipient's words on a closed ticket are refused where no row takes them."""
    if row.side is Side.RECIPIENT and ticket.status is Status.CLOSED:
        return _Refusal.CLOSED
    is_sent = ticket.status is not Status.SEND_LATER
    return Stays(row.action, row.activity, row.mails if is_sent else None, row.notifies)


def _refuse(refusal: _Refusal, ticket: TicketFacts, action: Action, actor: ActorFacts) -> NoReturn:
    if refusal is _Refusal.NOT_VISIBLE:
        raise NotFound("Ticket")
    if refusal is _Refusal.NOT_PERMITTED:
        raise NotPermitted(f"This actor may not take the step '{action.value}' on this ticket.")
    if refusal is _Refusal.OWN_WORK:
        raise NotPermitted("Whoever did the work cannot check it; a second person has to.", code="own_work")
    if refusal is _Refusal.CLOSED:
        raise Conflict("The ticket is closed; it takes no more comments.", code="ticket_closed")
    require_not_archived(ticket)
    raise InvalidTransition(
        f"No step '{action.value}' leads on from '{ticket.status.value}'.",
        allowed_actions=allowed_actions(ticket, actor),
    )


def _group_by_action() -> dict[tuple[TicketKind, Action], tuple[Step, ...]]:
    keys = {(step.kind, step.action) for step in STEPS}
    return {key: tuple(step for step in STEPS if (step.kind, step.action) == key) for key in keys}


_BY_ACTION = _group_by_action()
