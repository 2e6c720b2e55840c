"""Sending a task again to those who are asked already (spec: product.md section 6)."""

from collections.abc import Collection, Sequence
from uuid import UUID

from ticketdesk.domain.activities import ActivityKind
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.errors import FieldError, InvalidInput
from ticketdesk.domain.messages import Purpose
from ticketdesk.domain.sent_tasks import require_asked
from ticketdesk.domain.versions import Expected
from ticketdesk.repositories.tickets import RecipientRecord, TicketRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.ready_json import Resource
from ticketdesk.schemas.resends import TicketResend
from ticketdesk.schemas.tickets import Ticket
from ticketdesk.services import activities, invites, messages, reminders, steps, tickets


async def resend(
    uow: UnitOfWork, actor: Actor, ticket_id: UUID, data: TicketResend, expected: Expected = None
) -> Resource[Ticket]:
    """Mail the task again to all its recipients, or to those that ``data`` names; it counts as a sending.

    A reminder that would go out today is not sent on top of it. Raises ``NotFound``, ``StaleVersion``, ``Conflict`` as
    ``require_asked`` does, and ``InvalidInput`` (``unknown_reference``) for who is no recipient.
    """
    ticket = await steps.lock(uow, actor, ticket_id, expected)
    require_asked(ticket.facts)
    recipients = (await uow.tickets.recipients([ticket.id])).get(ticket.id, [])
    chosen = _chosen(recipients, data.contact_ids)
    after = await send_again(uow, actor, ticket, [person.contact_id for person in chosen])
    facts = {"addresses": [person.address for person in chosen], "sendings": after.sendings}
    await uow.tickets.save(ticket, await activities.record(uow, after, actor, ActivityKind.RESENT, **facts))
    return await tickets.get(uow, actor, ticket_id)


async def send_again(
    uow: UnitOfWork, actor: Actor, ticket: TicketRecord, contact_ids: Collection[UUID]
) -> TicketRecord:
    """Mail a locked task to some of its recipients again; return it with the sending counted, as it has to be saved."""
    after = ticket.with_columns(sendings=ticket.sendings + 1, last_sending_at=uow.now())
    after = await invites.invite_recipients(uow, actor, after, contact_ids)
    await messages.post(uow, after, Purpose.ASSIGNMENT, actor, contact_ids=contact_ids)
    return await reminders.replan(uow, after)


def _chosen(recipients: Sequence[RecipientRecord], contact_ids: Sequence[UUID] | None) -> Sequence[RecipientRecord]:
    """Return those of ``recipients`` who are wanted, in their order."""
    if contact_ids is None:
        return recipients
    known = {person.contact_id for person in recipients}
    unknown = [
        FieldError(f"/contact_ids/{index}", "unknown_reference", "No such recipient of this ticket.")
        for index, contact_id in enumerate(contact_ids)
        if contact_id not in known
    ]
    if unknown:
        raise InvalidInput(*unknown)
    return [person for person in recipients if person.contact_id in contact_ids]
