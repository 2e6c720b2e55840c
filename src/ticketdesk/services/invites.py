"""Invites: made by staff or by the mail of a task, sent again, ended (spec: product.md section 6).

How they are redeemed is in ``registrations``.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from ticketdesk.domain.activities import ActivityKind
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.addresses import normalise
from ticketdesk.domain.errors import Conflict, InvalidInput, NotFound
from ticketdesk.domain.invites import InviteState, expiry, is_renewable, state
from ticketdesk.domain.messages import Purpose
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.repositories.invites import Invited, InviteRecord
from ticketdesk.repositories.messages import Addressee
from ticketdesk.repositories.tickets import RecipientRecord, TicketRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.invites import Invite, InviteCreate, InviteQuery
from ticketdesk.services import activities, contacts, settings
from ticketdesk.services.contacts import ContactRef


async def create(uow: UnitOfWork, actor: Actor, data: InviteCreate) -> Invite:
    """Invite somebody by a mail of its own.

    Raises ``InvalidInput`` for a person who cannot be told (``recipient_required``, ``recipient_ambiguous``,
    ``name_required``, ``unknown_reference``, ``contact_inactive``, ``address_required``), and ``Conflict``:
    ``already_registered``, or ``invite_stands`` with the id of the one to send again.
    """
    person = await _person(uow, actor, data)
    address = person.address or ""
    invited = Invited(person.id, address, normalise(address))
    await _require_unregistered(uow, invited)
    (invite,), made = await _invite(uow, actor.staff_id, [invited])
    if invite.id not in made:
        detail = "This address has an invite that can still be used; send that one again."
        raise Conflict(detail, code="invite_stands", invite_id=str(invite.id))
    await _mail(uow, actor, invite, person.name)
    return await get(uow, invite.id)


async def get(uow: UnitOfWork, invite_id: UUID) -> Invite:
    """Return an invite; raises ``NotFound``."""
    invite = await uow.invites.get(invite_id, uow.now())
    if invite is None:
        raise NotFound("Invite")
    return invite


async def page(uow: UnitOfWork, query: InviteQuery, request: PageRequest) -> Page[Invite]:
    """Return a page of the invites that match, newest first."""
    return await uow.invites.page(query, replace(request, is_descending=True), uow.now())


async def resend(uow: UnitOfWork, actor: Actor, invite_id: UUID) -> Invite:
    """Send an invite again by a mail of its own, valid anew; every older link is dead from now on.

    Raises ``NotFound``, and ``Conflict``: ``invite_over``, ``already_registered``, ``contact_inactive``.
    """
    invite = await _lock(uow, invite_id)
    if not is_renewable(state(invite.times, uow.now())):
        raise Conflict("This invite was used or revoked; make a new one.", code="invite_over")
    await _require_unregistered(uow, Invited(invite.contact_id, invite.address, invite.address_key))
    contact = await contacts.get(uow, actor, invite.contact_id)
    if not contact.is_active:
        raise Conflict("This contact is inactive.", code="contact_inactive")
    await uow.invites.renew(invite.id, uow.now(), await _expiry(uow))
    await _mail(uow, actor, await _lock(uow, invite_id), contact.name)
    return await get(uow, invite_id)


async def revoke(uow: UnitOfWork, actor: Actor, invite_id: UUID) -> None:
    """End an invite, whose link is dead from now on; again changes nothing.

    Raises ``NotFound``, and ``Conflict`` (``invite_over``) for one that was used.
    """
    now = uow.now()
    found = state((invite := await _lock(uow, invite_id)).times, now)
    if found is InviteState.REDEEMED:
        raise Conflict("This invite was used. Deactivate the user instead.", code="invite_over")
    if found is not InviteState.REVOKED:
        await uow.invites.revoke(invite.id, actor.staff_id, now)


async def invite_recipients(
    uow: UnitOfWork, actor: Actor, ticket: TicketRecord, contact_ids: Collection[UUID] | None = None
) -> TicketRecord:
    """Invite those recipients of ``ticket`` who are no users, and return the ticket as it has to be saved.

    To be called before they are mailed, under the ticket's lock; the mail that sends the ticket to an address brings
    the link then. ``contact_ids`` narrows it to some of them. An invite that stands is used again and is no news.
    """
    recipients = (await uow.tickets.recipients([ticket.id])).get(ticket.id, [])
    wanted = [_recipient(ticket, one) for one in recipients if contact_ids is None or one.contact_id in contact_ids]
    registered = await uow.invites.registered(wanted)
    people = [one for one in wanted if one not in registered]
    if not people:
        return ticket
    invites, made = await _invite(uow, actor.staff_id or ticket.created_by_id, people)
    news = [invite for invite in invites if invite.id in made]
    if not news:
        return ticket
    said = {"invite_ids": [one.id for one in news], "addresses": [one.address for one in news]}
    return await activities.record(uow, ticket, actor, ActivityKind.INVITED, **said)


def _recipient(ticket: TicketRecord, one: RecipientRecord) -> Invited:
    return Invited(one.contact_id, one.address, one.address_key, ticket.id)


async def _invite(
    uow: UnitOfWork, created_by_id: UUID | None, people: Sequence[Invited]
) -> tuple[list[InviteRecord], set[UUID]]:
    assert created_by_id is not None  # noqa: S101 - staff invite, and only they send what invites
    return await uow.invites.invite(people, created_by_id, uow.now(), await _expiry(uow))


async def _expiry(uow: UnitOfWork) -> datetime:
    return expiry(uow.now(), (await settings.get_mail(uow)).invite_valid_days)


async def _lock(uow: UnitOfWork, invite_id: UUID) -> InviteRecord:
    invite = await uow.invites.lock(invite_id)
    if invite is None:
        raise NotFound("Invite")
    return invite


async def _require_unregistered(uow: UnitOfWork, invited: Invited) -> None:
    if await uow.invites.registered([invited]):
        raise Conflict("This person or address has a user already.", code="already_registered")


async def _person(uow: UnitOfWork, actor: Actor, data: InviteCreate) -> ContactRef:
    if data.contact_id is not None:
        if data.email is not None or data.name is not None:
            raise InvalidInput.at("/contact_id", "recipient_ambiguous", "Name a contact or an address, not both.")
        person = await contacts.resolve(uow, actor, contact_id=data.contact_id)
        if person.address is None:
            raise InvalidInput.at("/contact_id", "address_required", "This contact has no address.")
        return person
    if data.email is None:
        raise InvalidInput.at("/contact_id", "recipient_required", "Say who is invited.")
    if data.name is None:
        raise InvalidInput.at("/name", "name_required", "An address needs the name of its person.")
    person = await contacts.identify(uow, actor, data.name, data.email)
    if not person.is_active:
        raise InvalidInput.at("/email", "contact_inactive", "This contact is inactive.")
    return person


async def _mail(uow: UnitOfWork, actor: Actor, invite: InviteRecord, name: str) -> None:
    """Queue the mail; it is cancelled if the invite has another token by the time it would be sent."""
    await uow.messages.add(
        Purpose.INVITATION,
        Addressee(name, invite.address, invite.address_key, contact_id=invite.contact_id),
        [],
        uow.now(),
        sender_name=actor.name,
        sender_team=actor.team,
        facts={"invite_id": str(invite.id), "token_id": str(invite.token_id)},
    )
