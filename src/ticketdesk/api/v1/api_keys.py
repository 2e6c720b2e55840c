"""API keys: everybody's own, and for admins all."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.idempotency import IdempotentRoute, keep_instead
from ticketdesk.api.pagination import Paging, render_page
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.permissions import Permission
from ticketdesk.schemas.api_keys import ApiKeyCreate, ApiKeyPage, CreatedApiKey
from ticketdesk.services import api_keys

router = APIRouter(prefix="/api-keys", tags=["auth"], route_class=IdempotentRoute)

Owner = Annotated[Actor, Depends(permitted(Permission.API_KEYS_WRITE))]


@router.get("", summary="List API keys")
async def list_api_keys(uow: Uow, actor: Owner, paging: Paging, request: Request, response: Response) -> ApiKeyPage:
    """Return the caller's keys that are not revoked; an admin sees everybody's."""
    return render_page(ApiKeyPage, await api_keys.search(uow, actor, paging), request, response)


@router.post("", status_code=201, summary="Create an API key")
async def create_api_key(
    data: ApiKeyCreate, uow: Uow, actor: Owner, request: Request, response: Response
) -> CreatedApiKey:
    """Create a key of the caller's own. The answer is the only one that shows it."""
    created = await api_keys.create(uow, actor, data)
    keep_instead(request, created.model_copy(update={"key": None}))
    response.headers["Location"] = f"/api/v1/api-keys/{created.id}"
    response.headers["Cache-Control"] = "no-store"
    return created


@router.delete("/{key_id}", status_code=204, summary="Revoke an API key")
async def delete_api_key(key_id: UUID, uow: Uow, actor: Owner) -> None:
    """End a key at once."""
    await api_keys.revoke(uow, actor, key_id)
