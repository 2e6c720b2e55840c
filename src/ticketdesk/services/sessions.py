"""Sessions of users: started, prolonged by single-use refresh tokens (RFC 9700 section 4.14.2), and ended."""

import secrets
from datetime import datetime
from uuid import UUID

from ticketdesk.domain.actors import Actor, ActorKind
from ticketdesk.domain.credentials import SESSION_LIFETIME, access_expiry, fingerprint, refresh_expiry
from ticketdesk.domain.errors import Conflict, DomainError, NotAuthenticated, NotFound
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.domain.ports import TokenClaims, TokenPurpose, TokenSigner
from ticketdesk.repositories.sessions import RefreshToken
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.sessions import OwnSession, Session, SessionRefresh
from ticketdesk.services import users

REFRESH_TOKEN_BYTES = 32


async def start(uow: UnitOfWork, signer: TokenSigner, user_id: UUID) -> Session:
    """Begin a session of a user who has proved who they are."""
    expires_at = uow.now() + SESSION_LIFETIME
    session_id = await uow.sessions.add(expires_at, uow.now(), user_id=user_id)
    return await _issue(uow, signer, session_id, user_id, expires_at)


async def refresh(uow: UnitOfWork, signer: TokenSigner, data: SessionRefresh) -> Session | DomainError:
    """Exchange a refresh token for the next pair; it works once.

    One that comes again was copied, or its answer was lost: nobody can tell who holds the newer pair, so the session
    ends. That has to be committed, so refusals are returned, not raised.
    """
    now = uow.now()
    token = await uow.sessions.lock_refresh_token(fingerprint(data.refresh_token))
    if token is not None and token.used_at is not None:
        await uow.sessions.revoke(token.session_id, "refresh_token_reused", now)
    if token is None or not _holds(token, now):
        return NotAuthenticated("The refresh token does not hold.")
    await uow.sessions.use_refresh_token(token.id, now)
    return await _issue(uow, signer, token.session_id, token.user_id, token.session_expires_at)


async def end(uow: UnitOfWork, actor: Actor) -> None:
    """End the session that the actor came by; raises ``Conflict`` for an API key, which has none."""
    if actor.kind is ActorKind.API_KEY or actor.session_id is None:
        raise Conflict("An API key has no session; revoke the key instead.")
    await uow.sessions.revoke(actor.session_id, "signed_out", uow.now())


async def search(uow: UnitOfWork, actor: Actor, page: PageRequest) -> Page[OwnSession]:
    """Return a page of the sessions by which the actor can come in now.

    A user who is also a contact is shown those begun by a link as well; who came by a link sees no others, since a
    link proves less than a password.
    """
    return await uow.sessions.search(actor, page, uow.now())


async def end_own(uow: UnitOfWork, actor: Actor, session_id: UUID) -> None:
    """End one session of the actor's at once; raises ``NotFound`` for any that ``search`` does not show.

    Raises ``Conflict`` for an API key: what was handed to a program does not sign its owner out.
    """
    if not await uow.sessions.revoke_own(session_id, actor, "ended_by_owner", uow.now()):
        raise NotFound("Session")
    # Asked last, and raising undoes the above: a session that the caller may not see is 404 with any credential.
    if actor.kind is ActorKind.API_KEY:
        raise Conflict("An API key ends no sessions; sign in to do so.")


async def forget_ended(uow: UnitOfWork) -> int:
    """Delete sessions that were over a session's length ago, and return how many."""
    return await uow.sessions.forget_before(uow.now() - SESSION_LIFETIME)


def _holds(token: RefreshToken, now: datetime) -> bool:
    return token.is_live and token.used_at is None and now < token.expires_at and now < token.session_expires_at


async def _issue(
    uow: UnitOfWork, signer: TokenSigner, session_id: UUID, user_id: UUID, session_expires_at: datetime
) -> Session:
    """Make the next pair of tokens of a session."""
    now = uow.now()
    expires_at, refresh_expires_at = access_expiry(now, session_expires_at), refresh_expiry(now, session_expires_at)
    refresh_token = secrets.token_urlsafe(REFRESH_TOKEN_BYTES)
    await uow.sessions.add_refresh_token(session_id, fingerprint(refresh_token), refresh_expires_at, now)
    return Session(
        access_token=signer.issue(TokenClaims(TokenPurpose.ACCESS, session_id, user_id, now, expires_at)),
        token_type="Bearer",  # noqa: S106 - the scheme's name (RFC 6750), no secret
        expires_at=expires_at,
        refresh_token=refresh_token,
        refresh_expires_at=refresh_expires_at,
        user=await users.get(uow, user_id),
    )
