"""What nobody may ever read: passwords, keys, tokens, and what is stored of them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from tests.contracts.permission_objects import Who
from tests.factories.users import PASSWORD, create_api_key, create_portal_link, create_user
from tests.worlds.bodies import bodies
from tests.worlds.world import OTHER, OWN, Path, World

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.credentials import ACCOUNT_TOKEN_LIFETIME
from ticketdesk.domain.password_resets import RESET_LIFETIME
from ticketdesk.domain.permissions import Permission
from ticketdesk.domain.ports import TokenClaims, TokenPurpose
from ticketdesk.models.users import api_keys, refresh_tokens, users
from ticketdesk.repositories.base import new_id

REVOKED = "revoked"
SIGN_IN = "/api/v1/auth/sessions"
SIGNER = "signer@desk.example"


async def add_secrets(world: World) -> None:
    """Add API keys and a session, and note everything about them and the mailed links that must stay unread."""
    await _add_keys(world)
    world.bodies |= await _request_bodies(world)
    world.hide("password", PASSWORD)
    for what, column in (
        ("stored password", users.c.password_hash),
        ("stored key", api_keys.c.key_hash),
        ("stored refresh token", refresh_tokens.c.token_hash),
    ):
        for stored in await _all(world.resources, column):
            world.hide(what, stored)
    for key in world.resources.config.signing_keys():
        world.hide("signing key", key)


async def _all(resources: Resources, column: ColumnElement[Any]) -> list[str | bytes]:
    async with resources.engine.connect() as connection:
        return list((await connection.scalars(select(column).where(column.is_not(None)))).all())


async def _add_keys(world: World) -> None:
    """Give each user a key, and revoke a second one of the agent's."""
    users = [who for who in world.people if who not in {Who.RECIPIENT, Who.STRANGER}]
    world.own |= {("api key", who): await _add_key(world, who, world.people[who]) for who in users}
    revoked = await _add_key(world, REVOKED, world.people[Who.AGENT], revoked_at=world.resources.clock.now())
    world.paths["api key"] = {
        OWN: world.own["api key", Who.AGENT],
        OTHER: await _add_key(world, OTHER, world.colleague.person_id),
        "revoked": revoked,
        "missing": {"key_id": str(new_id())},
    }


async def _add_key(world: World, whose: str, owner: UUID, **fields: Any) -> Path:
    known_to = frozenset({Who.ADMIN, whose}) if whose != REVOKED else frozenset[str]()
    name = world.plant(f"name of a key: {whose}", known_to, Permission.API_KEYS_WRITE)
    key_id, key = await create_api_key(world.resources, owner, [Permission.TICKETS_READ], name=name, **fields)
    world.hide("API key", key)
    return {"key_id": str(key_id)}


async def _request_bodies(world: World) -> dict[str, object]:
    """Return a body for each operation, credentials that hold included."""
    # Somebody whose own name and address are no canaries, since signing in shows them to whoever does it.
    signer = await create_user(world.resources, email=SIGNER)
    client = await world.client_for.bearing(None)
    session = (await client.post(SIGN_IN, json={"email": SIGNER, "password": PASSWORD})).json()
    now, anna = world.resources.clock.now(), world.people[Who.RECIPIENT]
    link_id = await create_portal_link(world.resources, anna)
    until = now + timedelta(days=90)
    ticket = UUID(world.paths["ticket"][OWN]["ticket_id"])
    link = world.resources.signer.issue(TokenClaims(TokenPurpose.LINK, link_id, anna, now, until, ticket))
    asked = {"title": "Swap the banner", **world.paths["category"]["existing"]}
    fixed = bodies(SIGNER, PASSWORD, session["refresh_token"], link, signer, world.people[Who.RECIPIENT])
    fixed["redeem_password_reset"] = {"token": await _reset_token(world, signer), "password": "another passphrase"}
    return fixed | {"create_portal_ticket": asked, "create_ticket_template": asked | {"name": "New Template"}}


async def _reset_token(world: World, user_id: UUID) -> str:
    """Return what stands in the mail to somebody who forgot their password."""
    now = world.resources.clock.now()
    async with world.resources.unit_of_work() as uow:
        reset_id = await uow.password_resets.add(user_id, now, now + RESET_LIFETIME)
    claims = TokenClaims(TokenPurpose.RESET, reset_id, user_id, now, now + ACCOUNT_TOKEN_LIFETIME)
    token = world.resources.signer.issue(claims)
    world.hide("token of a reset", token)
    return token
