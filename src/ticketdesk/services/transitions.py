"""Staff and recipients move a ticket on: the steps that are not words (those are in ``comments``)."""

from uuid import UUID

from ticketdesk.domain.actors import Actor
from ticketdesk.domain.errors import InvalidInput
from ticketdesk.domain.ticket_changes import Taken
from ticketdesk.domain.ticket_workflow import Action, AlreadyHolds, Effect, Step, choose_resolution, resolve
from ticketdesk.domain.versions import Expected
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.tickets import TransitionInput
from ticketdesk.services import comments, steps


async def transition(
    uow: UnitOfWork, actor: Actor, ticket_id: UUID, data: TransitionInput, expected: Expected = None
) -> None:
    """Take the step ``data.action``; nothing happens where it already holds.

    Raises ``NotFound``, ``StaleVersion``, ``NotPermitted``, ``InvalidTransition``, ``InvalidInput`` (reason,
    resolution).
    """
    ticket = await steps.lock(uow, actor, ticket_id, expected)
    step = resolve(ticket.facts, Action(data.action), steps.relation(ticket, actor), reason=data.reason)
    if isinstance(step, AlreadyHolds):
        return
    assert isinstance(step, Step)  # noqa: S101 - only comment and reply may stay, and TransitionInput has neither
    if data.evidence and Effect.VERIFICATION not in step.effects:
        raise InvalidInput.at("/evidence", "evidence_not_allowed", "Evidence belongs to verifying a completed ticket.")
    taken = Taken(uow.now(), actor.staff_id, choose_resolution(step, data.resolution), data.evidence or None)
    after, comment_id = ticket, None
    if data.comment:
        after, comment_id = await comments.add(uow, actor, ticket, data.comment)
    after = await steps.take(uow, actor, after, step, taken, steps.Words(data.reason, comment_id))
    await uow.tickets.save(ticket, after)
