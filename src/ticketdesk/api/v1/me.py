"""The caller."""

from typing import Annotated

from fastapi import APIRouter, Depends

from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.permissions import Permission
from ticketdesk.schemas.me import Me
from ticketdesk.services import me

router = APIRouter(prefix="/me", tags=["auth"], route_class=IdempotentRoute)


@router.get("", summary="Show who the credential stands for")
async def get_me(uow: Uow, actor: Annotated[Actor, Depends(permitted(Permission.PROFILE_READ))]) -> Me:
    """Return the user or contact behind the credential, and what it permits."""
    return await me.describe(uow, actor)
