"""The reporting taxonomy."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response, status

from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.etags import IfMatch, tag_shown
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.api.pagination import Paging, render_page
from ticketdesk.domain.permissions import Permission
from ticketdesk.schemas.catalogue import CatalogueQuery
from ticketdesk.schemas.violation_categories import (
    ViolationCategory,
    ViolationCategoryCreate,
    ViolationCategoryPage,
    ViolationCategoryPatch,
)
from ticketdesk.services.violation_categories import violation_categories

router = APIRouter(prefix="/violation-categories", tags=["violation-categories"], route_class=IdempotentRoute)

CAN_READ = [Depends(permitted(Permission.CATALOGUE_READ))]
CAN_WRITE = [Depends(permitted(Permission.CATALOGUE_WRITE))]


@router.get("", dependencies=CAN_READ, summary="List violation categories")
async def list_violation_categories(
    query: Annotated[CatalogueQuery, Query()], uow: Uow, paging: Paging, request: Request, response: Response
) -> ViolationCategoryPage:
    """List violation categories, oldest first."""
    page = await violation_categories.search(uow, query, paging)
    return render_page(ViolationCategoryPage, page, request, response)


@router.post("", dependencies=CAN_WRITE, status_code=status.HTTP_201_CREATED, summary="Create a violation category")
async def create_violation_category(data: ViolationCategoryCreate, uow: Uow, response: Response) -> ViolationCategory:
    """Create a violation category; a name that another has is refused as `name_taken`."""
    category = await violation_categories.create(uow, data)
    response.headers["Location"] = f"/api/v1/violation-categories/{category.id}"
    tag_shown(response, category.version, category)
    return category


@router.get("/{category_id}", dependencies=CAN_READ, summary="Read a violation category")
async def get_violation_category(category_id: UUID, uow: Uow, response: Response) -> ViolationCategory:
    """Return one violation category."""
    category = await violation_categories.get(uow, category_id)
    tag_shown(response, category.version, category)
    return category


@router.patch("/{category_id}", dependencies=CAN_WRITE, summary="Change a violation category")
async def update_violation_category(
    category_id: UUID, patch: ViolationCategoryPatch, uow: Uow, if_match: IfMatch, response: Response
) -> ViolationCategory:
    """Change a violation category; deactivate it to take it out of use."""
    category = await violation_categories.update(uow, category_id, patch, if_match)
    tag_shown(response, category.version, category)
    return category
