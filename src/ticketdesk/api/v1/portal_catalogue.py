"""What a client can ask for in the portal."""

from fastapi import APIRouter, Depends, Request, Response

from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.api.pagination import Paging, render_page
from ticketdesk.domain.permissions import Permission
from ticketdesk.schemas.portal import PortalChoicePage
from ticketdesk.services import portal_catalogue

router = APIRouter(prefix="/portal", tags=["portal"], route_class=IdempotentRoute)
OUTSIDE = [Depends(permitted(Permission.PORTAL))]


@router.get("/categories", dependencies=OUTSIDE, summary="List the categories that a request can be for")
async def list_portal_categories(paging: Paging, uow: Uow, request: Request, response: Response) -> PortalChoicePage:
    """Those in use, for the form of a new request."""
    return render_page(PortalChoicePage, await portal_catalogue.categories(uow, paging), request, response)


@router.get("/products", dependencies=OUTSIDE, summary="List the products that a request can be for")
async def list_portal_products(paging: Paging, uow: Uow, request: Request, response: Response) -> PortalChoicePage:
    """Those in use, for the form of a new request."""
    return render_page(PortalChoicePage, await portal_catalogue.products(uow, paging), request, response)
