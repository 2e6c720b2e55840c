"""Ticking what was asked, line by line."""

from uuid import UUID

from ticketdesk.domain.activities import ActivityKind
from ticketdesk.domain.actors import Actor, Side
from ticketdesk.domain.errors import Conflict, NotFound, NotPermitted
from ticketdesk.domain.ticket_workflow import Status, TicketKind, require_not_archived
from ticketdesk.domain.versions import Expected
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.tickets import RequestedAction, RequestedActionPatch
from ticketdesk.services import activities, steps


async def tick(
    uow: UnitOfWork,
    actor: Actor,
    ticket_id: UUID,
    action_id: UUID,
    data: RequestedActionPatch,
    expected: Expected = None,
) -> RequestedAction:
    """Tick or untick one line; repeating what holds changes and records nothing.

    Raises ``NotFound``, ``StaleVersion``, ``NotPermitted`` for a client, for whom staff do it, and ``Conflict``
    (``ticket_closed``, ``ticket_archived``) where work has ended.
    """
    ticket = await steps.lock(uow, actor, ticket_id, expected)
    line = await uow.ticket_contents.action(ticket.id, action_id)
    if line is None:
        raise NotFound("Requested action")
    if line.is_done == data.is_done:
        return line
    require_not_archived(ticket.facts)
    if ticket.kind is TicketKind.SUPPORT and actor.side is Side.RECIPIENT:
        raise NotPermitted("What a support ticket asks for is done by staff.")
    if ticket.status is Status.CLOSED:
        raise Conflict("The ticket is closed; its actions stay as they are.", code="ticket_closed")
    if ticket.status is Status.SEND_LATER and actor.side is Side.STAFF:
        raise Conflict("The ticket has not been sent yet.", code="not_sent")
    await uow.ticket_contents.tick(line.id, uow.now() if data.is_done else None, actor.name if data.is_done else None)
    kind = ActivityKind.ACTION_TICKED if data.is_done else ActivityKind.ACTION_UNTICKED
    after = await activities.record(uow, ticket, actor, kind, requested_action_id=line.id, position=line.position)
    await uow.tickets.save(ticket, after)
    ticked = await uow.ticket_contents.action(ticket.id, action_id)
    return ticked or line
