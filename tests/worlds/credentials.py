"""Everybody who can call, with a credential of every kind that there is, in force or not."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Table, update
from tests.contracts.permission_objects import Who
from tests.factories.contacts import create_contact
from tests.factories.users import (
    create_access_token,
    create_api_key,
    create_portal_token,
    create_user,
)
from tests.worlds.world import World

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.errors import NotAuthenticated
from ticketdesk.domain.permissions import Permission
from ticketdesk.domain.ports import TokenPurpose
from ticketdesk.models.contacts import contacts
from ticketdesk.models.users import sessions, users

ROLES = (Who.ADMIN, Who.LEAD, Who.AGENT, Who.AUDITOR, Who.GUEST)


@dataclass(frozen=True)
class Caller:
    """Somebody with a credential: ``who`` they are (``None``: it does not hold) and the scopes it is narrowed to.

    With ``tries`` they call the operations that require this permission alone.
    """

    name: str
    who: Who | None
    credential: str | None
    scopes: frozenset[Permission] | None = None
    tries: Permission | None = None

    def permits(self, permission: Permission | None) -> bool:
        """Tell whether the credential's scopes let ``permission`` through; no key comes into the portal."""
        if permission is None or self.scopes is None:
            return True
        return permission in self.scopes and permission is not Permission.PORTAL


async def in_person(world: World) -> list[Caller]:
    """Return users of each role in a session, and contacts in one of the portal."""
    made = world.resources
    by_role = {who: await create_access_token(made, world.people[who]) for who in ROLES}
    by_link = {who: await create_portal_token(made, world.people[who]) for who in (Who.RECIPIENT, Who.STRANGER)}
    return [Caller(who.value, who, token) for who, token in (by_role | by_link).items()]


async def by_key(world: World) -> list[Caller]:
    """Return what shows that a scope opens its own operations, and that no others together do.

    For each scope that is a key of an admin's with it alone, and one with all but it, both for the operations that
    require it; and keys with more scopes than their owners have permissions, for all operations.
    """
    callers = []
    for scope in Permission:
        callers.append(await _key(world, Who.ADMIN, {scope}, f"{scope} alone", scope))
        callers.append(await _key(world, Who.ADMIN, set(Permission) - {scope}, f"all but {scope}", scope))
    owners = (Who.AGENT, Who.AUDITOR, Who.GUEST)
    return callers + [await _key(world, who, set(Permission), "every scope") for who in owners]


async def _key(world: World, who: Who, scopes: set[Permission], having: str, tries: Permission | None = None) -> Caller:
    _, key = await create_api_key(world.resources, world.people[who], scopes)
    return Caller(f"key of the {who} with {having}", who, key, frozenset(scopes), tries)


async def that_do_not_hold(world: World) -> list[Caller]:
    """Return credentials that nobody may come in with any more."""
    made, now = world.resources, world.resources.clock.now()
    agent, anna = world.people[Who.AGENT], world.people[Who.RECIPIENT]
    found = {
        "ended session": await create_access_token(made, agent),
        "ended portal session": await create_portal_token(made, anna),
        "session past its time": await create_access_token(made, agent),
        "revoked key": (await create_api_key(made, agent, Permission, revoked_at=now))[1],
    }
    await _set(made, sessions, _session_of(made, found["ended session"]), revoked_at=now)
    await _set(made, sessions, _session_of(made, found["ended portal session"]), revoked_at=now)
    await _set(made, sessions, _session_of(made, found["session past its time"]), expires_at=now)
    found |= await _of_the_deactivated(made)
    return [Caller("nobody", None, None), *(Caller(name, None, credential) for name, credential in found.items())]


async def _of_the_deactivated(made: Resources) -> dict[str, str]:
    user, contact = await create_user(made), await create_contact(made)
    found = {
        "session of a deactivated user": await create_access_token(made, user),
        "key of a deactivated user": (await create_api_key(made, user, Permission))[1],
        "portal session of a deactivated contact": await create_portal_token(made, contact),
    }
    await _set(made, users, user, is_active=False)
    await _set(made, contacts, contact, is_active=False)
    return found


def _session_of(resources: Resources, token: str) -> UUID:
    for purpose in (TokenPurpose.ACCESS, TokenPurpose.PORTAL):
        try:
            return resources.signer.verify(token, {purpose}, resources.clock.now()).token_id
        except NotAuthenticated:
            continue
    raise AssertionError("no session's token")


async def _set(resources: Resources, table: Table, row_id: UUID, **values: object) -> None:
    async with resources.engine.begin() as connection:
        await connection.execute(update(table).where(table.c.id == row_id).values(values))
