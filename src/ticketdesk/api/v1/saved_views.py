"""Views that somebody saved."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response, status

from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.etags import IfMatch, tag
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.api.pagination import Paging, render_page
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.permissions import Permission
from ticketdesk.schemas.saved_views import SavedView, SavedViewCreate, SavedViewPage, SavedViewPatch
from ticketdesk.services import saved_views

router = APIRouter(prefix="/saved-views", tags=["views"], route_class=IdempotentRoute)

Reader = Annotated[Actor, Depends(permitted(Permission.TICKETS_READ))]
Writer = Annotated[Actor, Depends(permitted(Permission.TICKETS_WRITE))]


@router.get("", summary="List saved views")
async def list_saved_views(
    uow: Uow, actor: Reader, paging: Paging, request: Request, response: Response
) -> SavedViewPage:
    """Your own and the shared ones, oldest first."""
    return render_page(SavedViewPage, await saved_views.page(uow, actor, paging), request, response)


@router.post("", summary="Save a view", status_code=status.HTTP_201_CREATED)
async def create_saved_view(data: SavedViewCreate, uow: Uow, actor: Writer, response: Response) -> SavedView:
    """It is yours; share it, and all staff see it."""
    view = await saved_views.create(uow, actor, data)
    response.headers["Location"] = f"/api/v1/saved-views/{view.id}"
    tag(response, view.version)
    return view


@router.get("/{view_id}", summary="Read a saved view")
async def get_saved_view(view_id: UUID, uow: Uow, actor: Reader, response: Response) -> SavedView:
    """One of your own, or a shared one."""
    view = await saved_views.get(uow, actor, view_id)
    tag(response, view.version)
    return view


@router.patch("/{view_id}", summary="Change a saved view")
async def update_saved_view(
    view_id: UUID, patch: SavedViewPatch, uow: Uow, actor: Writer, expected: IfMatch, response: Response
) -> SavedView:
    """A shared one may also be changed by leads and admins."""
    view = await saved_views.change(uow, actor, view_id, patch, expected)
    tag(response, view.version)
    return view


@router.delete("/{view_id}", summary="Delete a saved view", status_code=status.HTTP_204_NO_CONTENT)
async def delete_saved_view(view_id: UUID, uow: Uow, actor: Writer, expected: IfMatch) -> None:
    """A shared one may also be deleted by leads and admins."""
    await saved_views.delete(uow, actor, view_id, expected)
