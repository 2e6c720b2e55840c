"""Categories: what support tickets are routed by."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response, status

from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.etags import IfMatch, tag_shown
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.api.pagination import Paging, render_page
from ticketdesk.domain.permissions import Permission
from ticketdesk.schemas.catalogue import CatalogueQuery
from ticketdesk.schemas.categories import Category, CategoryCreate, CategoryPage, CategoryPatch
from ticketdesk.services.categories import categories

router = APIRouter(prefix="/categories", tags=["catalogue"], route_class=IdempotentRoute)

CAN_READ = [Depends(permitted(Permission.CATALOGUE_READ))]
CAN_WRITE = [Depends(permitted(Permission.CATALOGUE_WRITE))]


@router.get("", dependencies=CAN_READ, summary="List categories")
async def list_categories(
    query: Annotated[CatalogueQuery, Query()], uow: Uow, paging: Paging, request: Request, response: Response
) -> CategoryPage:
    """List categories, oldest first."""
    return render_page(CategoryPage, await categories.search(uow, query, paging), request, response)


@router.post("", dependencies=CAN_WRITE, status_code=status.HTTP_201_CREATED, summary="Create a category")
async def create_category(data: CategoryCreate, uow: Uow, response: Response) -> Category:
    """Create a category; with the mode `routed` it names a user or a team, otherwise neither."""
    category = await categories.create(uow, data)
    response.headers["Location"] = f"/api/v1/categories/{category.id}"
    tag_shown(response, category.version, category)
    return category


@router.get("/{category_id}", dependencies=CAN_READ, summary="Read a category")
async def get_category(category_id: UUID, uow: Uow, response: Response) -> Category:
    """Return one category."""
    category = await categories.get(uow, category_id)
    tag_shown(response, category.version, category)
    return category


@router.patch("/{category_id}", dependencies=CAN_WRITE, summary="Change a category")
async def update_category(
    category_id: UUID, patch: CategoryPatch, uow: Uow, if_match: IfMatch, response: Response
) -> Category:
    """Change a category; deactivate it to take it out of use."""
    category = await categories.update(uow, category_id, patch, if_match)
    tag_shown(response, category.version, category)
    return category
