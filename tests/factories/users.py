"""Users, sessions and portal sessions, written straight into the tables."""

import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.credentials import API_KEY_MARK, fingerprint
from ticketdesk.domain.ports import TokenClaims, TokenPurpose
from ticketdesk.models.users import api_keys, portal_links, sessions, team_members, teams, users
from ticketdesk.repositories.base import new_id

PASSWORD = "correct horse battery staple"


async def create_user(resources: Resources, *, role: str = "agent", password: str = PASSWORD, **fields: Any) -> UUID:
    """Write a user with a name and an address of their own, and return their id."""
    user_id, now = new_id(), resources.clock.now()
    row = {
        "id": user_id,
        "email": f"{role}-{user_id.hex[-12:]}@desk.example",
        "name": f"{role.title()} {user_id.hex[-4:]}",
        "role": role,
        "password_hash": await resources.hasher.hash(password),
        "created_at": now,
        "updated_at": now,
    }
    async with resources.engine.begin() as connection:
        await connection.execute(insert(users).values(row | fields))
    return user_id


async def create_team(resources: Resources, name: str, *members: UUID) -> UUID:
    """Write a team with its members and return its id."""
    team_id, now = new_id(), resources.clock.now()
    async with resources.engine.begin() as connection:
        await connection.execute(insert(teams).values(id=team_id, name=name, created_at=now, updated_at=now))
        for member in members:
            await connection.execute(insert(team_members).values(team_id=team_id, user_id=member))
    return team_id


async def create_access_token(resources: Resources, user_id: UUID) -> str:
    """Start a session for the user and return an access token of it."""
    return await _start_session(resources, TokenPurpose.ACCESS, user_id, user_id=user_id)


async def create_api_key(resources: Resources, user_id: UUID, scopes: Iterable[str], **fields: Any) -> tuple[UUID, str]:
    """Write a key of the user's with any scopes, even ones that nobody could give it; returns its id and the key."""
    key_id, key = new_id(), API_KEY_MARK + secrets.token_urlsafe(32)
    row = {
        "id": key_id,
        "user_id": user_id,
        "name": "Key of a program",
        "prefix": key[:11],
        "key_hash": fingerprint(key),
        "scopes": sorted(scopes),
        "created_at": resources.clock.now(),
    }
    async with resources.engine.begin() as connection:
        await connection.execute(insert(api_keys).values(row | fields))
    return key_id, key


async def create_portal_token(resources: Resources, contact_id: UUID) -> str:
    """Start a portal session for the contact, through a link of their own, and return its token."""
    link_id = await create_portal_link(resources, contact_id)
    return await _start_session(resources, TokenPurpose.PORTAL, contact_id, contact_id=contact_id, link_id=link_id)


async def create_portal_link(resources: Resources, contact_id: UUID) -> UUID:
    """Write the row behind a link to the portal, good for 90 days, and return its id."""
    link_id, now = new_id(), resources.clock.now()
    row = {"id": link_id, "contact_id": contact_id, "created_at": now, "expires_at": now + timedelta(days=90)}
    async with resources.engine.begin() as connection:
        await connection.execute(insert(portal_links).values(row))
    return link_id


async def _start_session(resources: Resources, purpose: TokenPurpose, subject: UUID, **person: UUID) -> str:
    session_id, now = new_id(), resources.clock.now()
    expires_at = now + timedelta(days=30)
    row = {"id": session_id, "created_at": now, "expires_at": expires_at, **person}
    async with resources.engine.begin() as connection:
        await connection.execute(insert(sessions).values(row))
    return resources.signer.issue(TokenClaims(purpose, session_id, subject, now, expires_at))
