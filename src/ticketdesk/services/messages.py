"""Mail as rows: queued in the transaction that causes it, sent by the worker (see ``deliveries``)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from ticketdesk.domain.actors import Actor, Side
from ticketdesk.domain.errors import Conflict, NotFound
from ticketdesk.domain.messages import Purpose
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.domain.ticket_workflow import Audience
from ticketdesk.repositories.messages import Addressee
from ticketdesk.repositories.tickets import RecipientRecord, TicketRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.messages import Message, MessageQuery
from ticketdesk.services import audiences, settings


@dataclass(frozen=True, slots=True)
class Said:
    """What a message tells beyond its ticket: the words of a comment, and the reason of a step."""

    comment_id: UUID | None = None
    reason: str | None = None

    @property
    def facts(self) -> dict[str, str]:
        """The same in JSON values, as the message keeps it."""
        facts = {"comment_id": str(self.comment_id) if self.comment_id else None, "reason": self.reason}
        return {name: value for name, value in facts.items() if value is not None}


NOTHING_SAID = Said()


async def post(
    uow: UnitOfWork,
    ticket: TicketRecord,
    purpose: Purpose,
    sender: Actor,
    said: Said = NOTHING_SAID,
    *,
    audience: Audience = Audience.RECIPIENTS,
    contact_ids: Collection[UUID] | None = None,
    recipients: Sequence[RecipientRecord] | None = None,
) -> None:
    """Queue one message to each recipient of ``ticket``; it carries what was ``said``.

    ``recipients`` are all of the ticket's, where the caller has read them already; ``contact_ids`` narrows them. An
    ``INVOLVED`` audience is everybody on the ticket but ``sender``, whom the mail names. A mail to recipients alone
    about what one of them did is written in the desk's name.
    """
    if recipients is None:
        recipients = (await uow.tickets.recipients([ticket.id])).get(ticket.id, [])
    people = [
        Addressee(recipient.name, recipient.address, recipient.address_key, contact_id=recipient.contact_id)
        for recipient in recipients
        if contact_ids is None or recipient.contact_id in contact_ids
    ]
    name = sender.name
    if audience is Audience.INVOLVED:
        people = await audiences.involved(uow, ticket, sender, people)
    elif sender.side is Side.RECIPIENT:
        name = (await settings.get_mail(uow)).sender_name
    named = {"sender_name": name, "sender_team": sender.team, "facts": said.facts}
    for addressee in people:
        await uow.messages.add(purpose, addressee, [ticket.id], uow.now(), **named)


async def post_to_user(
    uow: UnitOfWork, user_id: UUID, purpose: Purpose, ticket_ids: Sequence[UUID], sender: Actor, **facts: Any
) -> bool:
    """Queue one message about ``ticket_ids``, in this order, to one of the staff; tells whether there is one.

    There is none to whoever acts, to an inactive user and to a guest. ``facts`` are JSON values that the mail needs
    beyond its tickets. What it says of the tickets leaves their own mail alone: count, failures, reminders.
    """
    if user_id == sender.user_id:
        return False
    addressee = await uow.messages.staff(user_id)
    if addressee is None:
        return False
    named = {"sender_name": sender.name, "sender_team": sender.team, "facts": facts}
    await uow.messages.add(purpose, addressee, ticket_ids, uow.now(), **named)
    return True


async def get(uow: UnitOfWork, actor: Actor, message_id: UUID) -> Message:
    """Return a message with its delivery; raises ``NotFound``."""
    message = await uow.messages.get(message_id, actor)
    if message is None:
        raise NotFound("Message")
    return message


async def page(uow: UnitOfWork, actor: Actor, query: MessageQuery, request: PageRequest) -> Page[Message]:
    """Return a page of the messages that match ``query``."""
    return await uow.messages.page(query, request, actor)


async def page_of_ticket(uow: UnitOfWork, actor: Actor, ticket_id: UUID, request: PageRequest) -> Page[Message]:
    """Return a page of the messages about one ticket, oldest first; raises ``NotFound``."""
    if await uow.tickets.find(ticket_id, actor) is None:
        raise NotFound("Ticket")
    return await uow.messages.page(MessageQuery(ticket_id=[ticket_id]), request, actor)


async def retry(uow: UnitOfWork, actor: Actor, message_id: UUID) -> Message:
    """Queue a message once more that was given up.

    Raises ``NotFound``, and ``Conflict`` (``not_retryable``) for one that is not failed, or that belongs to a
    dispatch: its tickets are held again, so they are dispatched again instead.
    """
    await get(uow, actor, message_id)
    if not await uow.messages.requeue(message_id, uow.now()):
        raise Conflict("Only a failed message outside of a dispatch can be tried again.", code="not_retryable")
    return await get(uow, actor, message_id)
