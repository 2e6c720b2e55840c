"""Products: what support tickets are about."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response, status

from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.etags import IfMatch, tag_shown
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.api.pagination import Paging, render_page
from ticketdesk.domain.permissions import Permission
from ticketdesk.schemas.catalogue import CatalogueQuery
from ticketdesk.schemas.products import Product, ProductCreate, ProductPage, ProductPatch
from ticketdesk.services.products import products

router = APIRouter(prefix="/products", tags=["catalogue"], route_class=IdempotentRoute)

CAN_READ = [Depends(permitted(Permission.CATALOGUE_READ))]
CAN_WRITE = [Depends(permitted(Permission.CATALOGUE_WRITE))]


@router.get("", dependencies=CAN_READ, summary="List products")
async def list_products(
    query: Annotated[CatalogueQuery, Query()], uow: Uow, paging: Paging, request: Request, response: Response
) -> ProductPage:
    """List products, oldest first."""
    return render_page(ProductPage, await products.search(uow, query, paging), request, response)


@router.post("", dependencies=CAN_WRITE, status_code=status.HTTP_201_CREATED, summary="Create a product")
async def create_product(data: ProductCreate, uow: Uow, response: Response) -> Product:
    """Create a product; a name that another has is refused as `name_taken`."""
    product = await products.create(uow, data)
    response.headers["Location"] = f"/api/v1/products/{product.id}"
    tag_shown(response, product.version, product)
    return product


@router.get("/{product_id}", dependencies=CAN_READ, summary="Read a product")
async def get_product(product_id: UUID, uow: Uow, response: Response) -> Product:
    """Return one product."""
    product = await products.get(uow, product_id)
    tag_shown(response, product.version, product)
    return product


@router.patch("/{product_id}", dependencies=CAN_WRITE, summary="Change a product")
async def update_product(
    product_id: UUID, patch: ProductPatch, uow: Uow, if_match: IfMatch, response: Response
) -> Product:
    """Change a product; deactivate it to take it out of use."""
    product = await products.update(uow, product_id, patch, if_match)
    tag_shown(response, product.version, product)
    return product
