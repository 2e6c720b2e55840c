"""Who stands behind a credential, as the database knows them now: one statement per kind of credential."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BindParameter,
    ColumnElement,
    Uuid,
    and_,
    bindparam,
    func,
    literal_column,
    not_,
    or_,
    select,
    update,
)

from ticketdesk.domain.credentials import LAST_USED_GRAIN
from ticketdesk.domain.permissions import Role
from ticketdesk.models.contacts import contact_addresses, contacts
from ticketdesk.models.users import api_keys, portal_links, sessions, team_members, teams, users
from ticketdesk.repositories.base import Repository
from ticketdesk.repositories.statements import Row, Statement

_NOW: BindParameter[datetime] = bindparam("now")
_TEAM = (
    select(teams.c.name)
    .join(team_members, team_members.c.team_id == teams.c.id)
    .where(team_members.c.user_id == users.c.id)
    .order_by(teams.c.name)
    .limit(1)
    .scalar_subquery()
    .label("team")
)
_TEAM_IDS = func.array(
    select(team_members.c.team_id).where(team_members.c.user_id == users.c.id).scalar_subquery(), type_=ARRAY(Uuid)
).label("team_ids")
# The contact that a user also is, as long as that contact may come in.
_LINKED_CONTACT_ID = (
    select(contacts.c.id).where(contacts.c.id == users.c.contact_id, contacts.c.is_active).scalar_subquery()
)
_USER = (users.c.id, users.c.name, users.c.role, _TEAM, _TEAM_IDS, _LINKED_CONTACT_ID.label("contact_id"))


def may_come_in() -> ColumnElement[bool]:
    """Return the condition under which a user may sign in and act: active, and as a guest an active contact too."""
    is_guest = users.c.role == literal_column(f"'{Role.GUEST}'")
    is_shut_out = and_(is_guest, users.c.contact_id.is_not(None), _LINKED_CONTACT_ID.is_(None))
    return and_(users.c.is_active, not_(is_shut_out))


_USER_BY_SESSION = Statement(
    select(*_USER)
    .join(sessions, sessions.c.user_id == users.c.id)
    .where(sessions.c.id == bindparam("session_id"), users.c.id == bindparam("user_id"), may_come_in())
    .where(sessions.c.revoked_at.is_(None), sessions.c.expires_at > _NOW)
)

_USER_BY_ID = Statement(select(*_USER).where(users.c.id == bindparam("user_id"), may_come_in()))

_CONTACT_BY_ID = Statement(
    select(contacts.c.id, contacts.c.name).where(contacts.c.id == bindparam("contact_id"), contacts.c.is_active)
)

_USER_BY_KEY = Statement(
    select(*_USER, api_keys.c.id.label("key_id"), api_keys.c.scopes, api_keys.c.last_used_at)
    .join(api_keys, api_keys.c.user_id == users.c.id)
    .where(api_keys.c.key_hash == bindparam("key_hash"), may_come_in())
    .where(api_keys.c.revoked_at.is_(None), or_(api_keys.c.expires_at.is_(None), api_keys.c.expires_at > _NOW))
)

_CONTACT_BY_SESSION = Statement(
    select(contacts.c.id, contacts.c.name)
    .join(sessions, sessions.c.contact_id == contacts.c.id)
    .join(portal_links, portal_links.c.id == sessions.c.link_id)
    .where(sessions.c.id == bindparam("session_id"), contacts.c.id == bindparam("contact_id"), contacts.c.is_active)
    .where(sessions.c.revoked_at.is_(None), sessions.c.expires_at > _NOW, portal_links.c.revoked_at.is_(None))
)


@dataclass(frozen=True, slots=True)
class UserPrincipal:
    """An active user; ``team`` is the first of their teams by name, ``team_ids`` are all of them.

    ``contact_id`` is the active contact that they also are.
    """

    id: UUID
    name: str
    role: str
    team: str | None
    team_ids: frozenset[UUID]
    contact_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class KeyPrincipal:
    """An active user who comes by an API key, narrowed to its scopes."""

    user: UserPrincipal
    key_id: UUID
    scopes: frozenset[str]
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class ContactPrincipal:
    """An active contact who came through a link."""

    id: UUID
    name: str


class AuthenticationRepository(Repository):
    """Every answer is ``None`` unless person and credential both hold at ``now``."""

    async def user_by_session(self, session_id: UUID, user_id: UUID, now: datetime) -> UserPrincipal | None:
        """Return the user, who may come in, of a session that is neither revoked nor over."""
        row = await self._one(_USER_BY_SESSION, session_id=session_id, user_id=user_id, now=now)
        return _user(row) if row else None

    async def user_by_key(self, key_hash: bytes, now: datetime) -> KeyPrincipal | None:
        """Return the owner, who may come in, of a key that is neither revoked nor expired."""
        row = await self._one(_USER_BY_KEY, key_hash=key_hash, now=now)
        return KeyPrincipal(_user(row), row["key_id"], frozenset(row["scopes"]), row["last_used_at"]) if row else None

    async def contact_by_session(self, session_id: UUID, contact_id: UUID, now: datetime) -> ContactPrincipal | None:
        """Return the active contact of a portal session; it ends with the link it came through."""
        row = await self._one(_CONTACT_BY_SESSION, session_id=session_id, contact_id=contact_id, now=now)
        return ContactPrincipal(row["id"], row["name"]) if row else None

    async def user(self, user_id: UUID) -> UserPrincipal | None:
        """Return a user who may come in."""
        row = await self._one(_USER_BY_ID, user_id=user_id)
        return _user(row) if row else None

    async def contact(self, contact_id: UUID) -> ContactPrincipal | None:
        """Return an active contact."""
        row = await self._one(_CONTACT_BY_ID, contact_id=contact_id)
        return ContactPrincipal(row["id"], row["name"]) if row else None

    async def email_of_user(self, user_id: UUID) -> str | None:
        """Return the address that a user signs in with."""
        email: str | None = await self._scalar(select(users.c.email).where(users.c.id == user_id))
        return email

    async def email_of_contact(self, contact_id: UUID) -> str | None:
        """Return the primary address of a contact."""
        statement = select(contact_addresses.c.address).where(
            contact_addresses.c.contact_id == contact_id, contact_addresses.c.position == 0
        )
        email: str | None = await self._scalar(statement)
        return email

    async def note_key_use(self, key_id: UUID, now: datetime) -> None:
        """Note that a key is in use, at most once a minute, and without ever waiting for another request."""
        is_due = or_(api_keys.c.last_used_at.is_(None), api_keys.c.last_used_at <= now - LAST_USED_GRAIN)
        free = select(api_keys.c.id).where(api_keys.c.id == key_id, is_due).with_for_update(skip_locked=True)
        await self._execute(update(api_keys).where(api_keys.c.id == free.scalar_subquery()).values(last_used_at=now))


def _user(row: Row) -> UserPrincipal:
    return UserPrincipal(
        row["id"], row["name"], row["role"], row["team"], frozenset(row["team_ids"]), row["contact_id"]
    )
