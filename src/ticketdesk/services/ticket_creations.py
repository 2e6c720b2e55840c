"""How a ticket of any kind comes into being: drafted, sealed, written with its rows, mailed, given to somebody."""

from datetime import datetime
from typing import Any

from ticketdesk.domain.activities import ActivityKind
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.assignment import AssignmentCause
from ticketdesk.domain.ticket_changes import Before, Taken, changes
from ticketdesk.domain.ticket_workflow import ActorFacts, Effect, Step, TicketKind, resolve_creation
from ticketdesk.domain.tickets import Origin
from ticketdesk.repositories.tickets import TicketRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.ticket_creations import CorrectiveTicketCreate, SupportTicketCreate, TaskTicketCreate
from ticketdesk.services import (
    activities,
    assignments,
    invites,
    messages,
    reminders,
    support_contents,
    task_contents,
    ticket_contents,
)
from ticketdesk.services.task_contents import TaskContent
from ticketdesk.services.ticket_contents import Content


async def create_corrective(uow: UnitOfWork, actor: Actor, data: CorrectiveTicketCreate) -> TicketRecord:
    """Make a corrective ticket, held or sent at once, which its creator works.

    Raises ``InvalidInput`` (``recipient_required``, ``title_required``, unknown references), ``NotPermitted``.
    """
    content = await ticket_contents.complete(uow, actor, data)
    step = resolve_creation(TicketKind.CORRECTIVE, ActorFacts.of(actor), is_held=data.send == "later")
    return await _add(uow, actor, step, content, assignee_id=actor.user_id)


async def create_support(
    uow: UnitOfWork, actor: Actor, data: SupportTicketCreate, origin: Origin = Origin.STAFF
) -> TicketRecord:
    """Make a support ticket and confirm to its contact that it was received; ``origin`` is how it came in.

    Raises ``InvalidInput`` as ``support_contents.complete`` does, and ``NotPermitted``.
    """
    step = resolve_creation(TicketKind.SUPPORT, ActorFacts.of(actor))
    return await _add(uow, actor, step, await support_contents.complete(uow, actor, data, origin))


async def create_task(uow: UnitOfWork, actor: Actor, data: TaskTicketCreate, *, is_chosen: bool = True) -> TicketRecord:
    """Make a task, held as a draft or sent at once, which its creator works.

    Raises as ``task_contents.complete`` does, and ``NotPermitted``.
    """
    step = resolve_creation(TicketKind.TASK, ActorFacts.of(actor), is_held=data.send == "later")
    content = await task_contents.complete(uow, actor, data, is_chosen=is_chosen)
    return await _add(uow, actor, step, content, assignee_id=actor.user_id)


async def _add(uow: UnitOfWork, actor: Actor, step: Step, content: Content, **columns: Any) -> TicketRecord:
    draft = await reminders.replan(uow, _drafted(actor, step, content, uow.now(), columns))
    facts = {
        "to": draft.status,
        "recipients": [person.address for person in content.recipients],
        "monitored_item_id": content.monitored_item_id,
        **content.facts,
    }
    draft, entry = activities.seal(draft, actor, ActivityKind.CREATED, uow.now(), facts)
    is_given_out = Effect.ASSIGNMENT in step.effects
    # Before the ticket is written, so that it is written once; from here on others who give out tickets wait.
    decision = await assignments.choose(uow, actor, draft, AssignmentCause.CREATED) if is_given_out else None
    draft, further = assignments.follow(actor, draft, decision) if decision else (draft, ())
    # Before the first entry: from then on the database refuses changes to what was sent.
    ticket_contents.lay_out(uow, draft.id, content)
    ticket = await uow.tickets.add(draft, monitored_item_id=content.monitored_item_id, item=content.item)
    if isinstance(content, TaskContent):
        await task_contents.write(uow, ticket.id, content)
    await uow.activities.add(entry)
    if decision:
        await assignments.keep(uow, decision, further)
    if Effect.INVITATION in step.effects:
        ticket = await uow.tickets.save(ticket, await invites.invite_recipients(uow, actor, ticket))
    if step.mails:
        await messages.post(uow, ticket, step.mails, actor, recipients=content.recipients)
    return ticket


def _drafted(actor: Actor, step: Step, content: Content, now: datetime, columns: dict[str, Any]) -> TicketRecord:
    """Return the ticket as it will be written, but for its number and its record."""
    values: dict[str, Any] = {"kind": step.kind, "created_by_id": actor.staff_id} | columns
    values |= content.columns | {**changes(step, Taken(now, actor.staff_id), Before())}
    values |= {"last_update_by": actor.name, "last_update_kind": ActivityKind.CREATED.value}
    return TicketRecord(created_at=now, updated_at=now, last_update_at=now, **values)
