"""Every kind of credential, and every way in which it can stop holding."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Table, insert, select, update
from tests.application import START, FrozenClock
from tests.factories.users import create_access_token, create_portal_token, create_team, create_user
from tests.statements import noted_statements

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.actors import Actor, ActorKind, Side
from ticketdesk.domain.credentials import fingerprint
from ticketdesk.domain.errors import NotAuthenticated
from ticketdesk.domain.permissions import BY_ROLE, Permission, Role
from ticketdesk.domain.ports import TokenClaims, TokenPurpose
from ticketdesk.models.contacts import contacts
from ticketdesk.models.users import api_keys, portal_links, sessions, users
from ticketdesk.repositories.base import new_id
from ticketdesk.services.authentication import authenticate

KEY = "td_0123abcd" + "s" * 43
LATER = START + timedelta(days=90)


async def come_in(resources: Resources, credential: str) -> Actor:
    async with resources.unit_of_work() as uow:
        return await authenticate(uow, resources.signer, credential)


async def write(resources: Resources, statement: Any) -> None:
    async with resources.engine.begin() as connection:
        await connection.execute(statement)


async def create_contact(resources: Resources) -> UUID:
    contact_id = new_id()
    row = {"id": contact_id, "name": "Carla", "created_at": START, "updated_at": START}
    await write(resources, insert(contacts).values(row))
    return contact_id


async def create_key(resources: Resources, user_id: UUID, **fields: Any) -> UUID:
    key_id = new_id()
    row = {
        "id": key_id,
        "user_id": user_id,
        "name": "Monitor",
        "prefix": KEY[:11],
        "key_hash": fingerprint(KEY),
        "scopes": ["items:write", "tickets:delete"],
        "created_at": START,
    }
    await write(resources, insert(api_keys).values(row | fields))
    return key_id


async def credential_of(resources: Resources, kind: ActorKind) -> str:
    """Return a credential that holds, of a new person."""
    if kind is ActorKind.CONTACT:
        return await create_portal_token(resources, await create_contact(resources))
    user_id = await create_user(resources, role="agent", name="Ada")
    if kind is ActorKind.API_KEY:
        await create_key(resources, user_id)
        return KEY
    return await create_access_token(resources, user_id)


async def test_access_token_is_a_user_with_all_that_their_role_permits(resources: Resources) -> None:
    user_id = await create_user(resources, role="lead", name="Lea")
    for name in ("Production", "Compliance"):
        await create_team(resources, name, user_id)

    actor = await come_in(resources, await create_access_token(resources, user_id))

    assert (actor.kind, actor.id, actor.name, actor.role) == (ActorKind.USER, user_id, "Lea", Role.LEAD)
    assert actor.permissions == BY_ROLE[Role.LEAD]
    assert actor.team == "Compliance"
    assert actor.side is Side.STAFF


async def test_api_key_is_its_owner_narrowed_to_what_both_role_and_scopes_permit(resources: Resources) -> None:
    user_id = await create_user(resources, role="agent", name="Ada")
    key_id = await create_key(resources, user_id)

    actor = await come_in(resources, KEY)

    assert (actor.kind, actor.id, actor.name, actor.session_id) == (ActorKind.API_KEY, user_id, "Ada", key_id)
    assert actor.permissions == {Permission.ITEMS_WRITE}


async def test_portal_token_is_a_contact_with_the_portal_alone(resources: Resources) -> None:
    contact_id = await create_contact(resources)

    actor = await come_in(resources, await create_portal_token(resources, contact_id))

    assert (actor.kind, actor.contact_id, actor.name, actor.role) == (ActorKind.CONTACT, contact_id, "Carla", None)
    assert actor.permissions == {Permission.PORTAL, Permission.PROFILE_READ}
    assert actor.side is Side.RECIPIENT


@pytest.mark.parametrize(
    ("kind", "table", "change"),
    [
        (ActorKind.USER, users, {"is_active": False}),
        (ActorKind.USER, sessions, {"revoked_at": START}),
        (ActorKind.USER, sessions, {"expires_at": START}),
        (ActorKind.API_KEY, users, {"is_active": False}),
        (ActorKind.API_KEY, api_keys, {"revoked_at": START}),
        (ActorKind.API_KEY, api_keys, {"expires_at": START}),
        (ActorKind.API_KEY, api_keys, {"key_hash": fingerprint(KEY + "x")}),
        (ActorKind.CONTACT, contacts, {"is_active": False}),
        (ActorKind.CONTACT, sessions, {"revoked_at": START}),
        (ActorKind.CONTACT, sessions, {"expires_at": START}),
        (ActorKind.CONTACT, portal_links, {"revoked_at": START}),
    ],
)
async def test_what_stops_to_hold_is_refused_at_once(
    resources: Resources, kind: ActorKind, table: Table, change: dict[str, Any]
) -> None:
    credential = await credential_of(resources, kind)
    assert (await come_in(resources, credential)).kind is kind

    await write(resources, update(table).values(change))

    with pytest.raises(NotAuthenticated, match=r"^This credential does not hold\.$"):
        await come_in(resources, credential)


@pytest.mark.parametrize("kind", [ActorKind.USER, ActorKind.API_KEY])
async def test_changed_role_counts_at_once(resources: Resources, kind: ActorKind) -> None:
    credential = await credential_of(resources, kind)

    await write(resources, update(users).values(role="auditor"))

    actor = await come_in(resources, credential)
    assert actor.role is Role.AUDITOR
    assert Permission.ITEMS_WRITE not in actor.permissions


@pytest.mark.parametrize("kind", [ActorKind.USER, ActorKind.API_KEY, ActorKind.CONTACT])
async def test_one_statement_tells_who_it_is(resources: Resources, kind: ActorKind) -> None:
    credential = await credential_of(resources, kind)
    await come_in(resources, credential)
    async with noted_statements(resources) as statements:
        await come_in(resources, credential)
    assert len(statements) == 1


async def test_token_of_one_session_does_not_open_another_persons(resources: Resources) -> None:
    credential = await credential_of(resources, ActorKind.USER)
    theirs = resources.signer.verify(credential, {TokenPurpose.ACCESS}, START)
    mine = await create_user(resources)
    forged = TokenClaims(TokenPurpose.ACCESS, theirs.token_id, mine, START, LATER)

    with pytest.raises(NotAuthenticated):
        await come_in(resources, resources.signer.issue(forged))


@pytest.mark.parametrize("purpose", [TokenPurpose.ACCESS, TokenPurpose.PORTAL])
async def test_session_serves_its_own_kind_of_person_alone(resources: Resources, purpose: TokenPurpose) -> None:
    kinds = {TokenPurpose.ACCESS: ActorKind.CONTACT, TokenPurpose.PORTAL: ActorKind.USER}
    others = {TokenPurpose.ACCESS: TokenPurpose.PORTAL, TokenPurpose.PORTAL: TokenPurpose.ACCESS}
    claims = resources.signer.verify(await credential_of(resources, kinds[purpose]), {others[purpose]}, START)
    crossed = TokenClaims(purpose, claims.token_id, claims.subject, START, LATER)

    with pytest.raises(NotAuthenticated):
        await come_in(resources, resources.signer.issue(crossed))


@pytest.mark.parametrize("credential", ["", "td_", "x", "a.b.c", "td_\x00", "\u00fc" * 9000])
async def test_garbage_is_refused(resources: Resources, credential: str) -> None:
    with pytest.raises(NotAuthenticated, match=r"^This credential does not hold\.$"):
        await come_in(resources, credential)


async def test_use_of_a_key_is_noted_at_most_once_a_minute(resources: Resources, clock: FrozenClock) -> None:
    key_id = await create_key(resources, await create_user(resources))

    async def last_used_at() -> object:
        async with resources.engine.begin() as connection:
            return await connection.scalar(select(api_keys.c.last_used_at).where(api_keys.c.id == key_id))

    assert await last_used_at() is None
    await come_in(resources, KEY)
    assert await last_used_at() == START
    clock.advance(timedelta(seconds=59))
    await come_in(resources, KEY)
    assert await last_used_at() == START
    clock.advance(timedelta(seconds=1))
    await come_in(resources, KEY)
    assert await last_used_at() == START + timedelta(minutes=1)


async def test_noting_the_use_of_a_key_waits_for_nobody(resources: Resources) -> None:
    await create_key(resources, await create_user(resources))

    async with resources.unit_of_work() as one, resources.unit_of_work() as other:
        await authenticate(one, resources.signer, KEY)
        # Would wait for ever for the first one's row lock.
        assert (await authenticate(other, resources.signer, KEY)).kind is ActorKind.API_KEY
