"""From a bearer credential to the actor behind it, read from the database each time, so that revocation is at once."""

from uuid import UUID

from ticketdesk.domain.actors import Actor, ActorKind, portal_actor
from ticketdesk.domain.credentials import LAST_USED_GRAIN, fingerprint, is_api_key
from ticketdesk.domain.errors import NotAuthenticated
from ticketdesk.domain.permissions import Role, granted
from ticketdesk.domain.ports import TokenClaims, TokenPurpose, TokenSigner
from ticketdesk.repositories.authentication import UserPrincipal
from ticketdesk.repositories.unit_of_work import UnitOfWork

_SESSIONS = frozenset({TokenPurpose.ACCESS, TokenPurpose.PORTAL})


async def authenticate(uow: UnitOfWork, signer: TokenSigner, credential: str) -> Actor:
    """Return the actor behind an access token, a portal session's token or an API key.

    Raises ``NotAuthenticated``, always in the same words, for a credential that does not hold or a person who may no
    longer come in.
    """
    if is_api_key(credential):
        return await _by_api_key(uow, credential)
    try:
        claims = signer.verify(credential, _SESSIONS, uow.now())
    except NotAuthenticated:
        raise _refused() from None
    return await (_by_access_token if claims.purpose is TokenPurpose.ACCESS else _by_portal_token)(uow, claims)


async def _by_access_token(uow: UnitOfWork, claims: TokenClaims) -> Actor:
    user = await uow.authentication.user_by_session(claims.token_id, claims.subject, uow.now())
    if user is None:
        raise _refused()
    return _user(user, ActorKind.USER, claims.token_id)


async def _by_portal_token(uow: UnitOfWork, claims: TokenClaims) -> Actor:
    contact = await uow.authentication.contact_by_session(claims.token_id, claims.subject, uow.now())
    if contact is None:
        raise _refused()
    return portal_actor(contact.id, contact.name, claims.token_id)


async def _by_api_key(uow: UnitOfWork, credential: str) -> Actor:
    now = uow.now()
    key = await uow.authentication.user_by_key(fingerprint(credential), now)
    if key is None:
        raise _refused()
    if key.last_used_at is None or key.last_used_at <= now - LAST_USED_GRAIN:
        await uow.authentication.note_key_use(key.key_id, now)
    return _user(key.user, ActorKind.API_KEY, key.key_id, key.scopes)


async def person(uow: UnitOfWork, person_id: UUID) -> Actor:
    """Return a user or contact who may come in now, for what was signed for them and is no credential.

    Raises ``NotAuthenticated``.
    """
    user = await uow.authentication.user(person_id)
    if user is not None:
        return _user(user, ActorKind.USER)
    contact = await uow.authentication.contact(person_id)
    if contact is None:
        raise _refused()
    return portal_actor(contact.id, contact.name)


def _user(
    user: UserPrincipal, kind: ActorKind, session_id: UUID | None = None, scopes: frozenset[str] | None = None
) -> Actor:
    role = Role(user.role)
    return Actor(
        kind,
        user.id,
        user.name,
        granted(role, scopes),
        role,
        user.team,
        user.team_ids,
        session_id=session_id,
        linked_contact_id=user.contact_id,
    )


def _refused() -> NotAuthenticated:
    return NotAuthenticated("This credential does not hold.")
