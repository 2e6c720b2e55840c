"""The lists of tickets that have a name."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.etags import tag_content
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.api.openapi_responses import tagged
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.permissions import Permission
from ticketdesk.schemas.views import Views
from ticketdesk.services import views

router = APIRouter(prefix="/views", tags=["views"], route_class=IdempotentRoute)


@router.get("", summary="List the views of tickets", responses=tagged())
async def list_views(
    uow: Uow, actor: Annotated[Actor, Depends(permitted(Permission.TICKETS_READ))], response: Response
) -> Views:
    """Apply one with `GET /tickets?view=`, by key or id. Poll with `If-None-Match`: 304 while all is the same."""
    found = await views.listed(uow, actor)
    tag_content(response, found)
    return found
