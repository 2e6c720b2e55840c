"""API keys: shown once, never stored, and never able to do more than what created them."""

import secrets
from uuid import UUID

from ticketdesk.domain.actors import Actor
from ticketdesk.domain.credentials import API_KEY_MARK, API_KEY_PREFIX_LENGTH, fingerprint
from ticketdesk.domain.errors import FieldError, InvalidInput, NotFound, NotPermitted
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.domain.permissions import NEVER_BY_KEY, Permission
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.api_keys import ApiKey, ApiKeyCreate, CreatedApiKey

SECRET_BYTES = 32


async def create(uow: UnitOfWork, actor: Actor, data: ApiKeyCreate) -> CreatedApiKey:
    """Create a key of the actor's own and return it with its secret, for the only time.

    Raises ``InvalidInput`` for a scope that the actor, or the key they come by, does not have or that no key has,
    and for an expiry that has passed.
    """
    if actor.user_id is None:
        raise NotPermitted("Only a user has API keys.")
    _check_scopes(actor, data.scopes)
    if data.expires_at is not None and data.expires_at <= uow.now():
        raise InvalidInput.at("/expires_at", "in_the_past", "The key would have expired already.")
    prefix = API_KEY_MARK + secrets.token_hex(API_KEY_PREFIX_LENGTH // 2)
    key = prefix + secrets.token_urlsafe(SECRET_BYTES)
    scopes = sorted(set(data.scopes))
    stored = await uow.api_keys.add(
        actor.user_id, data.name, prefix, fingerprint(key), scopes, data.expires_at, uow.now()
    )
    return CreatedApiKey(**stored.model_dump(), key=key)


async def search(uow: UnitOfWork, actor: Actor, page: PageRequest) -> Page[ApiKey]:
    """Return a page of the actor's keys, for an admin of everybody's."""
    return await uow.api_keys.search(_owner(actor), page)


async def revoke(uow: UnitOfWork, actor: Actor, key_id: UUID) -> None:
    """End a key at once; raises ``NotFound`` for one that is revoked already or belongs to somebody else."""
    if not await uow.api_keys.revoke(key_id, _owner(actor), uow.now()):
        raise NotFound("API key")


def _owner(actor: Actor) -> UUID | None:
    """Return whose keys the actor sees, ``None`` for everybody's: those who administer users see all."""
    return None if Permission.USERS_WRITE in actor.permissions else actor.user_id


def _check_scopes(actor: Actor, scopes: list[Permission]) -> None:
    errors = [
        FieldError(
            f"/scopes/{index}",
            "not_permitted",
            "A key can do no more than what creates it, and nothing that only people do.",
        )
        for index, scope in enumerate(scopes)
        if scope not in actor.permissions - NEVER_BY_KEY
    ]
    if errors:
        raise InvalidInput(*errors)
