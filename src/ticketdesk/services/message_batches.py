"""One message per person and mailbox about many tickets, queued in the transaction that causes them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from ticketdesk.domain.dispatches import group
from ticketdesk.domain.messages import Purpose
from ticketdesk.repositories.message_batches import NewMessage, TicketRecipient
from ticketdesk.repositories.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Sender:
    """Who a message names as having written it, and their team."""

    name: str
    team: str | None = None


async def post(
    uow: UnitOfWork,
    purpose: Purpose,
    ticket_ids: Sequence[UUID],
    sender_of: Callable[[Sequence[UUID]], Sender],
    dispatch_id: UUID | None = None,
) -> int:
    """Queue one message per address of the tickets, each listing its tickets oldest first; returns how many.

    ``sender_of`` says who writes about the tickets of one message. Two people who share a mailbox get a message each,
    because the links in it open the tickets of one person alone.
    """
    recipients = await uow.message_batches.recipients(ticket_ids)
    batch: list[NewMessage] = []
    for person, pairs in _by_person(recipients):
        for mailbox in group(pairs):
            sender = sender_of(mailbox.ticket_ids)
            values: dict[str, Any] = {
                "purpose": purpose,
                "sender_name": sender.name,
                "sender_team": sender.team,
                "dispatch_id": dispatch_id,
            }
            message = NewMessage(
                person.contact_id, person.name, mailbox.address, mailbox.address_key, mailbox.ticket_ids, values
            )
            batch.append(message)
    return await uow.message_batches.add(batch, uow.now())


def _by_person(recipients: Iterable[TicketRecipient]) -> Iterator[tuple[TicketRecipient, list[tuple[UUID, str]]]]:
    """Yield each person with pairs of ticket and address, all in the order of their first ticket."""
    people: dict[UUID, TicketRecipient] = {}
    pairs: dict[UUID, list[tuple[UUID, str]]] = {}
    for recipient in recipients:
        people.setdefault(recipient.contact_id, recipient)
        pairs.setdefault(recipient.contact_id, []).append((recipient.ticket_id, recipient.address))
    for contact_id, person in people.items():
        yield person, pairs[contact_id]
