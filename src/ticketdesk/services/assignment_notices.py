"""Colleagues hear, in the app and by mail, of tickets that are theirs now or could be: once, however often it runs."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from ticketdesk.domain import notifications as words
from ticketdesk.domain.actors import SYSTEM, Actor, ActorKind
from ticketdesk.domain.assignment import AssignmentCause, HandoverState
from ticketdesk.domain.messages import Purpose
from ticketdesk.domain.notifications import NotificationKind
from ticketdesk.domain.ticket_workflow import Audience
from ticketdesk.repositories.assignments import DecisionRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.services import messages
from ticketdesk.services.notifications import notify

# What a colleague did, who is named then; otherwise it was the rules.
_BY_PEOPLE = frozenset(AssignmentCause) - {
    AssignmentCause.CREATED,
    AssignmentCause.FREED,
    AssignmentCause.AUTOMATIC,
}


async def on_ticket_assigned(uow: UnitOfWork, payload: Mapping[str, Any]) -> None:
    """Tell whoever was given a ticket, unless they did it themselves or it went on since (event ``TicketAssigned``)."""
    decision = await uow.assignments.find(UUID(payload["decision_id"]))
    if decision is None or decision.assignee_id is None or decision.decided_by_id == str(decision.assignee_id):
        return
    ticket = await uow.tickets.find(decision.ticket_id, SYSTEM)
    if ticket is None or ticket.deleted_at is not None or ticket.assignee_id != decision.assignee_id:
        return
    sender = _sender(decision)
    text = words.assigned(None if sender is SYSTEM else sender.name, ticket.number, ticket.title)
    told = await notify(uow, [decision.assignee_id], ticket.id, NotificationKind.ASSIGNED, text, str(decision.id))
    if told:
        await messages.post_to_user(uow, decision.assignee_id, Purpose.ASSIGNED, [ticket.id], sender)


def _sender(decision: DecisionRecord) -> Actor:
    """Return the colleague who gave the ticket away; the desk itself where it was its rules."""
    if decision.cause not in _BY_PEOPLE or decision.decided_by_id is None:
        return SYSTEM
    return Actor(ActorKind(decision.decided_by_kind), UUID(decision.decided_by_id), decision.decided_by_name)


async def on_handover_requested(uow: UnitOfWork, payload: Mapping[str, Any]) -> None:
    """Tell who is to answer, while the question stands (event ``HandoverRequested``).

    That is the colleague who is asked; for somebody who asks for themselves, the leads.
    """
    handover = await uow.handovers.get(UUID(payload["handover_id"]), SYSTEM)
    if handover is None or handover.state is not HandoverState.PENDING:
        return
    ticket, asker = handover.ticket, handover.requested_by
    if handover.to_user == asker:
        news = await uow.notifications.ticket_news(ticket.id, Audience.LEADS)
        told = [user_id for user_id in news.user_ids if user_id != asker.id] if news else []
        text = words.ticket_wanted(asker.name, ticket.number, ticket.title, handover.note)
    else:
        told = [handover.to_user.id]
        text = words.handover_requested(asker.name, ticket.number, ticket.title, handover.note)
    await notify(uow, told, ticket.id, NotificationKind.HANDOVER_REQUESTED, text, str(handover.id))


async def on_handover_decided(uow: UnitOfWork, payload: Mapping[str, Any]) -> None:
    """Tell whoever asked, unless they decided it themselves (event ``HandoverDecided``)."""
    handover = await uow.handovers.get(UUID(payload["handover_id"]), SYSTEM)
    if handover is None or handover.decided_by == handover.requested_by:
        return
    ticket, asker = handover.ticket, handover.requested_by.id
    text = words.handover_decided(handover.to_user.name, handover.state, ticket.number, ticket.title)
    await notify(uow, [asker], ticket.id, NotificationKind.HANDOVER_DECIDED, text, str(handover.id))
