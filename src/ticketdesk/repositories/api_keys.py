"""API keys; the key itself is never here, only its digest."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, insert, select, update

from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.domain.permissions import Permission
from ticketdesk.models.users import api_keys
from ticketdesk.repositories.base import Repository, new_id
from ticketdesk.repositories.keyset import collect, one_page
from ticketdesk.schemas.api_keys import ApiKey

_VIEW: Select[Any] = select(
    api_keys.c.id,
    api_keys.c.user_id,
    api_keys.c.name,
    api_keys.c.prefix,
    api_keys.c.scopes,
    api_keys.c.created_at,
    api_keys.c.expires_at,
    api_keys.c.last_used_at,
).where(api_keys.c.revoked_at.is_(None))


class ApiKeyRepository(Repository):
    """A revoked key stays as a row and is in no answer. ``owner`` ``None`` stands for every user."""

    async def search(self, owner: UUID | None, page: PageRequest) -> Page[ApiKey]:
        """Return a page of the keys of ``owner``, oldest first."""
        statement = _VIEW if owner is None else _VIEW.where(api_keys.c.user_id == owner)
        rows = await self._all(one_page(statement, api_keys.c.created_at, api_keys.c.id, page))
        return collect(rows, page, ApiKey.model_validate)

    async def add(
        self,
        user_id: UUID,
        name: str,
        prefix: str,
        key_hash: bytes,
        scopes: list[Permission],
        expires_at: datetime | None,
        now: datetime,
    ) -> ApiKey:
        """Insert a key and return it."""
        row = {
            "id": new_id(),
            "user_id": user_id,
            "name": name,
            "prefix": prefix,
            "scopes": scopes,
            "created_at": now,
            "expires_at": expires_at,
        }
        await self._execute(insert(api_keys).values(row | {"key_hash": key_hash}))
        return ApiKey.model_validate(row | {"last_used_at": None})

    async def revoke(self, key_id: UUID, owner: UUID | None, now: datetime) -> bool:
        """Revoke a key of ``owner``; false when they have none such that still holds."""
        statement = update(api_keys).where(api_keys.c.id == key_id, api_keys.c.revoked_at.is_(None))
        if owner is not None:
            statement = statement.where(api_keys.c.user_id == owner)
        return bool(await self._execute(statement.values(revoked_at=now)))
