"""Becoming a guest: an invite is redeemed once, by whoever holds its newest link (spec: product.md section 6).

It takes three steps, as signing in does, because hashing takes tens of milliseconds in which no transaction should be
open: ``begin`` in a first unit of work, the hash outside of any, ``settle`` in a second one.
"""

from dataclasses import dataclass

from ticketdesk.domain import passwords
from ticketdesk.domain.activities import ActivityKind
from ticketdesk.domain.actors import SYSTEM, portal_actor
from ticketdesk.domain.errors import Gone
from ticketdesk.domain.permissions import Role
from ticketdesk.domain.ports import PasswordHasher, TokenClaims, TokenPurpose, TokenSigner
from ticketdesk.repositories.invites import InviteRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.invites import InviteRedemption
from ticketdesk.schemas.sessions import Session
from ticketdesk.services import activities, sessions


@dataclass(frozen=True, slots=True)
class Attempt:
    """A registration under way; ``invite`` is ``None`` when the link is of none that stands."""

    claims: TokenClaims
    name: str
    invite: InviteRecord | None


async def begin(uow: UnitOfWork, signer: TokenSigner, data: InviteRedemption) -> Attempt:
    """Look the invite up and judge the password; writes nothing, so that looking consumes nothing.

    Raises ``NotAuthenticated`` for a token that is none of ours, ``InvalidInput`` for a password that is no good.
    """
    claims = signer.verify(data.token, {TokenPurpose.INVITE}, uow.now())
    invite = await _standing(uow, claims)
    if invite is not None:
        passwords.require_acceptable(data.password, invite.address_key)
    return Attempt(claims, data.name, invite)


async def hash_password(hasher: PasswordHasher, attempt: Attempt, password: str) -> str | None:
    """Return the hash, ``None`` where there is nothing to register with."""
    return await hasher.hash(password) if attempt.invite is not None else None


async def settle(uow: UnitOfWork, signer: TokenSigner, attempt: Attempt, password_hash: str | None) -> Session:
    """Make the guest, whose address is the invite's, and sign them in.

    Of many at once, one succeeds. Raises ``Gone`` for an invite that was used, revoked, sent again or has
    expired, and where its contact is inactive or the person has a user by now.
    """
    invite = attempt.invite
    if invite is None or password_hash is None:
        raise _gone()
    # In the order in which sending a ticket locks them.
    ticket = await uow.tickets.lock(invite.ticket_id, SYSTEM) if invite.ticket_id else None
    contact = await uow.contacts.lock(invite.contact_id, SYSTEM)
    await uow.invites.lock(invite.id)
    standing = await _standing(uow, attempt.claims)
    if standing is None or contact is None:
        raise _gone()
    guest = {"email": standing.address_key, "name": attempt.name, "role": Role.GUEST, "contact_id": contact.id}
    user_id = await uow.users.add(guest | {"password_hash": password_hash}, uow.now())
    if user_id is None:
        raise _gone()
    await uow.invites.redeem(standing, user_id, uow.now())
    if ticket is not None:
        person = portal_actor(contact.id, attempt.name)
        said = {"invite_id": standing.id, "address": standing.address, "user_id": user_id}
        await uow.tickets.save(ticket, await activities.record(uow, ticket, person, ActivityKind.REGISTERED, **said))
    return await sessions.start(uow, signer, user_id)


async def _standing(uow: UnitOfWork, claims: TokenClaims) -> InviteRecord | None:
    found = await uow.invites.standing(uow.now(), token_ids=[claims.token_id])
    return found[0] if found and found[0].contact_id == claims.subject else None


def _gone() -> Gone:
    return Gone("This invite was used, was revoked, or has expired; or you are registered already. Ask for a new one.")
