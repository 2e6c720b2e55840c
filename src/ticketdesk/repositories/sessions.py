"""Sessions of users and contacts, and the refresh tokens that prolong those of users."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, case, delete, exists, insert, literal, or_, select, update

from ticketdesk.domain.actors import Actor
from ticketdesk.domain.credentials import SessionKind
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.models.users import portal_links, refresh_tokens, sessions, users
from ticketdesk.repositories.authentication import may_come_in
from ticketdesk.repositories.base import Repository, new_id
from ticketdesk.repositories.keyset import collect, one_page
from ticketdesk.schemas.sessions import OwnSession

_KIND = case((sessions.c.user_id.is_not(None), SessionKind.SIGN_IN), else_=SessionKind.LINK).label("kind")
_HAS_ENDED_LINK = exists().where(portal_links.c.id == sessions.c.link_id, portal_links.c.revoked_at.is_not(None))


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A refresh token with its session and whoever is in it; ``is_live`` unless the session or the user was ended."""

    id: UUID
    session_id: UUID
    user_id: UUID
    expires_at: datetime
    used_at: datetime | None
    session_expires_at: datetime
    is_live: bool


class SessionRepository(Repository):
    """A revoked session keeps its row, with the reason."""

    async def add(
        self,
        expires_at: datetime,
        now: datetime,
        *,
        user_id: UUID | None = None,
        contact_id: UUID | None = None,
        link_id: UUID | None = None,
    ) -> UUID:
        """Insert a session of a user, or of a contact who came through a link; return its id."""
        session_id = new_id()
        row = {"id": session_id, "user_id": user_id, "contact_id": contact_id, "link_id": link_id}
        await self._execute(insert(sessions).values(row | {"created_at": now, "expires_at": expires_at}))
        return session_id

    async def add_refresh_token(self, session_id: UUID, token_hash: bytes, expires_at: datetime, now: datetime) -> None:
        """Insert a refresh token of a session."""
        row = {"id": new_id(), "session_id": session_id, "token_hash": token_hash}
        await self._execute(insert(refresh_tokens).values(row | {"created_at": now, "expires_at": expires_at}))

    async def lock_refresh_token(self, token_hash: bytes) -> RefreshToken | None:
        """Return the token, and make others who present it wait for the transaction's end."""
        statement = (
            select(
                refresh_tokens,
                sessions.c.user_id,
                sessions.c.revoked_at,
                sessions.c.expires_at.label("session_expires_at"),
                may_come_in().label("may_come_in"),
            )
            .join(sessions, sessions.c.id == refresh_tokens.c.session_id)
            .join(users, users.c.id == sessions.c.user_id)
            .where(refresh_tokens.c.token_hash == token_hash)
            .with_for_update(of=[sessions, refresh_tokens], key_share=True)
        )
        row = await self._one(statement)
        if row is None:
            return None
        return RefreshToken(
            row["id"],
            row["session_id"],
            row["user_id"],
            row["expires_at"],
            row["used_at"],
            row["session_expires_at"],
            row["may_come_in"] and row["revoked_at"] is None,
        )

    async def use_refresh_token(self, token_id: UUID, now: datetime) -> None:
        """Mark the token used; it must be locked."""
        await self._execute(update(refresh_tokens).where(refresh_tokens.c.id == token_id).values(used_at=now))

    async def revoke(self, session_id: UUID, reason: str, now: datetime) -> None:
        """End a session, if it has not ended."""
        statement = update(sessions).where(sessions.c.id == session_id, sessions.c.revoked_at.is_(None))
        await self._execute(statement.values(revoked_at=now, revoked_reason=reason))

    async def search(self, actor: Actor, page: PageRequest, now: datetime) -> Page[OwnSession]:
        """Return a page of the sessions by which the actor can come in at ``now``, oldest first."""
        is_current = (sessions.c.id == actor.session_id).label("is_current")
        view = select(sessions.c.id, _KIND, sessions.c.created_at, sessions.c.expires_at, is_current)
        statement = view.where(_own(actor), *_in_force(now))
        rows = await self._all(one_page(statement, sessions.c.created_at, sessions.c.id, page))
        return collect(rows, page, OwnSession.model_validate)

    async def revoke_own(self, session_id: UUID, actor: Actor, reason: str, now: datetime) -> bool:
        """End a session that ``search`` shows the actor; false for any other."""
        statement = update(sessions).where(sessions.c.id == session_id, _own(actor), *_in_force(now))
        return bool(await self._execute(statement.values(revoked_at=now, revoked_reason=reason)))

    async def revoke_of_contact(self, contact_id: UUID, reason: str, now: datetime) -> int:
        """End all sessions that a contact has through links, and return how many there were."""
        statement = update(sessions).where(sessions.c.contact_id == contact_id, sessions.c.revoked_at.is_(None))
        return await self._execute(statement.values(revoked_at=now, revoked_reason=reason))

    async def revoke_of_user(self, user_id: UUID, reason: str, now: datetime) -> int:
        """End all sessions of a user and return how many there were."""
        statement = update(sessions).where(sessions.c.user_id == user_id, sessions.c.revoked_at.is_(None))
        return await self._execute(statement.values(revoked_at=now, revoked_reason=reason))

    async def forget_before(self, moment: datetime) -> int:
        """Delete sessions that were over by ``moment``, with their refresh tokens; return how many."""
        over = select(sessions.c.id).where(sessions.c.expires_at < moment)
        await self._execute(delete(refresh_tokens).where(refresh_tokens.c.session_id.in_(over)))
        return await self._execute(delete(sessions).where(sessions.c.expires_at < moment))


def _own(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that a session is the actor's: a user's also as the contact who they are."""
    if actor.user_id is None:
        return sessions.c.contact_id == actor.id
    # Literals: compared with ``None`` by itself, a column would be asked whether it is null.
    as_contact = sessions.c.contact_id == literal(actor.linked_contact_id, Uuid)
    return or_(sessions.c.user_id == actor.user_id, as_contact)


def _in_force(now: datetime) -> list[ColumnElement[bool]]:
    return [sessions.c.revoked_at.is_(None), sessions.c.expires_at > now, ~_HAS_ENDED_LINK]
