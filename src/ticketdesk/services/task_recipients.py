"""People who come to a task, or leave it, after it was made (spec: product.md section 6)."""

from uuid import UUID

from ticketdesk.domain import tasks
from ticketdesk.domain.activities import ActivityKind
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.errors import Conflict, NotFound
from ticketdesk.domain.messages import Purpose
from ticketdesk.domain.tasks import Addressee
from ticketdesk.domain.ticket_workflow import Status, TicketKind, require_not_archived
from ticketdesk.domain.versions import Expected
from ticketdesk.repositories.tickets import RecipientRecord, TicketRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.tasks import AddresseeInput
from ticketdesk.services import activities, addressees, invites, messages, steps, task_contents


async def add(uow: UnitOfWork, actor: Actor, ticket_id: UUID, data: AddresseeInput, expected: Expected = None) -> None:
    """Make somebody a recipient of a task; they alone are mailed if it was sent.

    Raises as ``steps.lock`` and ``addressees.resolve`` do, ``InvalidInput`` for a questionnaire that the task does not
    ask, and ``Conflict``: ``not_a_task``, ``ticket_archived``, ``ticket_closed``, ``already_recipient``,
    ``too_many_addressees``.
    """
    ticket = await _lock(uow, actor, ticket_id, expected)
    if ticket.status is Status.CLOSED:
        raise Conflict("The ticket is closed; reopen it before somebody else is asked.", code="ticket_closed")
    tasks.require_parts([("", tuple(data.questionnaire_ids or ()))], await _known_questionnaires(uow, ticket))
    (person,) = await addressees.resolve(uow, actor, [data], [""])
    _require_new(person, (await uow.tickets.recipients([ticket.id])).get(ticket.id, []))
    position = await uow.task_recipients.next_position(ticket.id)
    uow.tickets.add_recipients(ticket.id, [task_contents.record_of(person)], position)
    await uow.task_recipients.add_parts(ticket.id, {person.contact_id: person.part})
    after = ticket.with_columns(contact_id=ticket.contact_id or person.contact_id)
    facts = {"contact_id": person.contact_id, "name": person.name, "address": person.address}
    after = await activities.record(
        uow, after, actor, ActivityKind.RECIPIENT_ADDED, **facts, questionnaire_ids=person.part
    )
    if _is_sent(ticket):
        after = await invites.invite_recipients(uow, actor, after, {person.contact_id})
        await messages.post(uow, after, Purpose.ASSIGNMENT, actor, contact_ids={person.contact_id})
    await uow.tickets.save(ticket, after)


async def remove(uow: UnitOfWork, actor: Actor, ticket_id: UUID, contact_id: UUID, expected: Expected = None) -> None:
    """Take somebody off a task: they see it no more, and what was delegated by or to them no longer is.

    Raises as ``steps.lock`` does, ``NotFound`` for who is no recipient, and ``Conflict``: ``not_a_task``,
    ``ticket_archived``, ``last_recipient`` where a task that was sent would be left to nobody.
    """
    ticket = await _lock(uow, actor, ticket_id, expected)
    people = {person.contact_id: person for person in (await uow.tickets.recipients([ticket.id])).get(ticket.id, [])}
    person = people.pop(contact_id, None)
    if person is None:
        raise NotFound("Recipient")
    if _is_sent(ticket) and not people:
        raise Conflict("A task that was sent keeps a recipient; close it, or add another first.", code="last_recipient")
    ended = await uow.task_recipients.end_delegations(ticket.id, contact_id, uow.now())
    await uow.task_recipients.remove(ticket.id, contact_id)
    after = ticket.with_columns(contact_id=next(iter(people), None))
    facts = {"contact_id": contact_id, "name": person.name, "address": person.address}
    after = await activities.record(
        uow, after, actor, ActivityKind.RECIPIENT_REMOVED, **facts, ended_delegation_ids=ended or None
    )
    await uow.tickets.save(ticket, after)


async def _lock(uow: UnitOfWork, actor: Actor, ticket_id: UUID, expected: Expected) -> TicketRecord:
    ticket = await steps.lock(uow, actor, ticket_id, expected)
    if ticket.kind is not TicketKind.TASK:
        raise Conflict("Recipients come and go on task tickets alone.", code="not_a_task")
    require_not_archived(ticket.facts)
    return ticket


def _is_sent(ticket: TicketRecord) -> bool:
    return ticket.status is not Status.SEND_LATER


async def _known_questionnaires(uow: UnitOfWork, ticket: TicketRecord) -> set[UUID]:
    if _is_sent(ticket):
        return await uow.task_contents.asked_questionnaires(ticket.id)
    return await uow.task_contents.standing_questionnaires(await uow.task_contents.compilation_ids(ticket.id))


def _require_new(person: Addressee, recipients: list[RecipientRecord]) -> None:
    is_there = any(
        person.contact_id == known.contact_id or person.address_key == known.address_key for known in recipients
    )
    if is_there:
        raise Conflict("This person is a recipient of the task already.", code="already_recipient")
    if len(recipients) >= tasks.MAX_ADDRESSEES:
        detail = f"A task has at most {tasks.MAX_ADDRESSEES} recipients."
        raise Conflict(detail, code="too_many_addressees")
