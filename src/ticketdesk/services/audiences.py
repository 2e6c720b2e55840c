"""Whom a message of a step goes to where that is more than the recipients (``Audience.INVOLVED``)."""

from collections.abc import Sequence
from typing import TypeAlias
from uuid import UUID

from ticketdesk.domain.actors import Actor
from ticketdesk.repositories.messages import Addressee, Person
from ticketdesk.repositories.tickets import TicketRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork

# Whatever tells that two are the same person: user, contact, address.
Identity: TypeAlias = frozenset[UUID | str]


async def involved(
    uow: UnitOfWork, ticket: TicketRecord, actor: Actor, recipients: Sequence[Addressee]
) -> list[Addressee]:
    """Return the recipients and whoever made or works the ticket: each person once, and never ``actor``.

    A colleague who is a recipient as well is written to as such, since that mail opens the ticket for them.
    """
    user_ids = [user_id for user_id in (ticket.created_by_id, ticket.assignee_id, actor.user_id) if user_id]
    users = await uow.messages.people(user_ids)
    people = [(recipient, _identity(recipient.contact_id, recipient.address_key)) for recipient in recipients]
    people += [(user.addressee, _of(user)) for user in users if user.is_reachable]
    known = set(_identity(actor.user_id, actor.contact_id))
    # Everything by which the actor is known is gathered first, because they may stand anywhere in the list.
    for identity in (*map(_of, users), *(identity for _, identity in people)):
        known |= identity if identity & known else frozenset()
    chosen = []
    for addressee, identity in people:
        if not identity & known:
            chosen.append(addressee)
        known |= identity
    return chosen


def _of(user: Person) -> Identity:
    return _identity(user.user_id, user.contact_id, user.address)


def _identity(*names: UUID | str | None) -> Identity:
    return frozenset(name for name in names if name is not None)
