"""How a ticket is changed: locked, taken through a step of the workflow, recorded, mailed, told (product.md 3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from ticketdesk.domain import versions
from ticketdesk.domain.activities import Sealed
from ticketdesk.domain.actors import Actor, Side
from ticketdesk.domain.assignment import AssignmentCause
from ticketdesk.domain.errors import Conflict, NotFound
from ticketdesk.domain.events import Event, TicketCommented, TicketCompleted, TicketReturned
from ticketdesk.domain.messages import Purpose
from ticketdesk.domain.ticket_changes import Before, Taken, changes
from ticketdesk.domain.ticket_workflow import Action, ActorFacts, Audience, Effect, Status, Step
from ticketdesk.domain.versions import Expected
from ticketdesk.repositories.tickets import TicketRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.services import activities, checks, invites, messages, reminders, staff_loads, task_contents
from ticketdesk.services.assignment_decisions import by_person


@dataclass(frozen=True, slots=True)
class Words:
    """What is said along with a step.

    ``comment_id`` is a comment that is written already and goes into the mail, ``attachment_ids`` are its files.
    ``message_id`` and ``address`` are those of the mail that already carried this step, as a dispatch does. ``asked``
    are facts of what a task asks from this step on.
    """

    reason: str | None = None
    comment_id: UUID | None = None
    attachment_ids: Sequence[UUID] | None = None
    dispatch_id: UUID | None = None
    message_id: UUID | None = None
    address: str | None = None
    asked: Mapping[str, Any] = field(default_factory=dict)


async def lock(uow: UnitOfWork, actor: Actor, ticket_id: UUID, expected: Expected = None) -> TicketRecord:
    """Return the ticket locked for change.

    Raises ``NotFound``, ``StaleVersion`` if it is at none of the ``expected`` versions, and ``Conflict``
    (``sending_in_progress``) in the moment in which a mail that sends this ticket is on the wire.
    """
    ticket = await uow.tickets.lock(ticket_id, actor)
    if ticket is None:
        raise NotFound("Ticket")
    versions.require(ticket.version, expected)
    if ticket.dispatch_id and actor.side is not Side.SYSTEM and await uow.messages.is_being_sent(ticket.id):
        raise Conflict("The ticket is being sent right now; try again in a moment.", code="sending_in_progress")
    return ticket


def relation(ticket: TicketRecord, actor: Actor) -> ActorFacts:
    """Return what ``actor``, who sees ``ticket``, is to it."""
    is_self = actor.staff_id is not None
    return ActorFacts.of(
        actor,
        is_creator=is_self and ticket.created_by_id == actor.user_id,
        is_recipient=actor.side is Side.RECIPIENT,
        is_checker=is_self and (ticket.checker_id == actor.user_id or ticket.checker_team_id in actor.team_ids),
        is_worker=is_self and ticket.worked_by_id == actor.user_id,
    )


async def take(
    uow: UnitOfWork, actor: Actor, ticket: TicketRecord, step: Step, taken: Taken, words: Words
) -> TicketRecord:
    """Return ``ticket`` after ``step``, with its entry, mail, reminder and event; the caller saves it."""
    if Effect.CONTENT in step.effects:
        words = replace(words, asked=await task_contents.copy(uow, actor, ticket))
    after, sealed = enter(actor, ticket, step, await checks.prepare(uow, ticket, step, taken), words)
    await checks.enter_rework(uow, actor, ticket, after, step, words.reason)
    if after.assignee_id != ticket.assignee_id:
        await uow.assignments.add(by_person(ticket, actor, AssignmentCause.RETURNED, uow.now(), after.assignee_id))
    if after.assignee_id != ticket.assignee_id or after.status is Status.CLOSED:
        await staff_loads.release(uow, ticket)
    if Effect.INVITATION in step.effects:
        after = await invites.invite_recipients(uow, actor, after)
    after = await reminders.replan(uow, after)
    if step.mails:
        said = messages.Said(words.comment_id, words.reason)
        await messages.post(uow, after, step.mails, actor, said, audience=step.mails_to)
    elif words.comment_id and step.side is Side.STAFF and after.sent_at:
        # The step itself is none of the recipients' business, but what was said along with it is.
        await messages.post(uow, after, Purpose.REPLY, actor, messages.Said(words.comment_id))
    if step.notifies:
        await uow.emit(_event(step.action, step.notifies, after, actor, words))
    await uow.activities.add(sealed)
    return after


def enter(actor: Actor, ticket: TicketRecord, step: Step, taken: Taken, words: Words) -> tuple[TicketRecord, Sealed]:
    """Return ``ticket`` after ``step`` and its entry, which has to be added; mails and reminders are not looked at."""
    before = Before(ticket.rework_count, ticket.sent_at, ticket.sendings)
    after = ticket.with_columns(**changes(step, taken, before))
    facts = {
        "from": ticket.status,
        "to": after.status,
        "reason": words.reason,
        "resolution": taken.resolution,
        "evidence": taken.evidence,
        "comment_id": words.comment_id,
        "attachment_ids": words.attachment_ids,
        "dispatch_id": words.dispatch_id,
        "message_id": words.message_id,
        "address": words.address,
        **words.asked,
    }
    return activities.seal(after, actor, step.activity, taken.at, facts)


def _event(action: Action, audience: Audience, ticket: TicketRecord, actor: Actor, words: Words) -> Event:
    if action is Action.COMPLETE:
        return TicketCompleted(ticket.id, ticket.activity_seq, actor.name, actor.user_id, audience)
    if action is Action.RETURN:
        seq, reason = ticket.activity_seq, words.reason or ""
        return TicketReturned(ticket.id, seq, actor.name, actor.user_id, reason, audience)
    return TicketCommented(ticket.id, words.comment_id or ticket.id, actor.name, audience)
